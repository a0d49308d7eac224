from __future__ import annotations

import pytest
from small_log import rule

from ironcage_audit.testing import CaseFaultyError, NoCasesError, check

CASE = """
[[case]]
name = "done"
as_of = 2026-01-02T00:00:00Z
found = {found}
{more}
events = [{{ case = "request/1", at = 2026-01-01T08:00:00Z{event} }}]
"""


@pytest.fixture
def tried(tmp_path):
    def run(found: str, more: str = "", event: str = ', element = "handle"'):
        (tmp_path / "any.cases.toml").write_text(CASE.format(found=found, more=more, event=event), "utf-8")
        return check(rule(file=str(tmp_path / "any.py")))[0]

    return run


RIGHT = '[{ subject = "request/1", occurrence = "handle#1" }]'


def test_a_rule_that_does_as_its_case_says_has_nothing_wrong(tried):
    outcome = tried(RIGHT, "examined = 1\nnot_examined = {}")
    assert (outcome.name, outcome.wrong, outcome.finds) == ("done", (), True)


@pytest.mark.parametrize(
    ("found", "more", "wrong"),
    [
        ("[]", "", "was found and should not be"),
        ('[{ subject = "request/2", occurrence = "handle#1" }]', "", "was not found"),
        (RIGHT, "examined = 3", "examined is 1, not 3"),
        (RIGHT, "not_examined = { open = 1 }", "not_examined is {}, not {'open': 1}"),
    ],
)
def test_a_rule_that_does_otherwise_is_told(tried, found, more, wrong):
    assert any(wrong in each for each in tried(found, more).wrong)


def test_a_case_with_an_unknown_field_is_refused(tried):
    with pytest.raises(CaseFaultyError, match="an event has no colour"):
        tried("[]", event=', colour = "red"')


def test_a_rule_without_cases_is_refused(tmp_path):
    with pytest.raises(NoCasesError, match=r"any\.cases\.toml"):
        check(rule(file=str(tmp_path / "any.py")))
