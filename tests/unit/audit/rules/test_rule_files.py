from __future__ import annotations

import pytest

from ironcage_audit.rules import Axis, RuleFileError, RuleFileMissingError, Severity, Unit, faults, read, select
from ironcage_audit.testing import check

TEXTS = "\n".join(
    f'{name} = {{ zh = "文", en = "text of {name}" }}'
    for name in ("title", "what", "why", "evidence", "mistakes", "remedy", "example", "source")
)
SITE = f"""
id = "site.long"
code = "ST01"
version = "1.0"
axis = "matter"
severity = "yellow"
maturity = "shadow"
subject = "case"
needs = ["work.closed_us"]
history = {{ cases = 1 }}
{TEXTS}
query = '''
SELECT case_id AS subject, element || '#' || execution AS occurrence, closed_us AS occurred_us, case_id, element,
       offered_seq AS first_seq, closed_seq AS last_seq, closed_us - offered_us AS took_us
FROM work
WHERE closed_us - offered_us > :hours * 3600000000
'''

[parameters.hours]
unit = "seconds"
default = 1
least = 1
what = {{ zh = "时", en = "hours" }}

[[basis]]
law = {{ zh = "法", en = "law" }}
article = "29"

[[case]]
name = "long work is found"
as_of = 2026-01-02T00:00:00Z
found = [{{ subject = "request/1", occurrence = "handle#1" }}]
events = [
  {{ case = "request/1", at = 2026-01-01T08:00:00Z, element = "handle", transition = "schedule" }},
  {{ case = "request/1", at = 2026-01-01T10:00:00Z, element = "handle" }},
]
"""


@pytest.fixture
def site(tmp_path):
    def write(text: str):
        file = tmp_path / "long.rule.toml"
        file.write_text(text, "utf-8")
        return file

    return write


def test_a_rule_of_a_site_is_read_and_tried_by_its_own_cases(site):
    rule = read(site(SITE))
    assert (rule.id, rule.axis, rule.severity, rule.what.zh) == ("site.long", Axis.MATTER, Severity.YELLOW, "文")
    assert [(each.name, each.unit, each.least) for each in rule.parameters] == [("hours", Unit.SECONDS, 1)]
    assert (rule.history.cases, rule.basis[0].law.en, rule.basis[0].verify) == (1, "law", True)
    assert faults(rule) == []
    assert [(outcome.finds, outcome.wrong) for outcome in check(rule)] == [(True, ())]


def test_a_rule_of_a_site_is_chosen_by_its_file(site):
    assert [rule.id for rule in select([], [str(site(SITE))])] == ["site.long"]


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('axis = "matter"', 'axis = "money"', "axis: 'money' is not a valid Axis"),
        ('code = "ST01"', "", "code: it is missing"),
        ('code = "ST01"', 'code = "ST01"\ncolour = "red"', "colour: a rule has no such field"),
        ('title = { zh = "文", en = "text of title" }', 'title = "text"', "title"),
        ("least = 1", "smallest = 1", "smallest"),
        ('id = "site.long"', "id = ", "TOML"),
    ],
)
def test_a_file_that_is_no_rule_is_refused_with_the_field(site, was, becomes, words):
    with pytest.raises(RuleFileError, match=r"long\.rule\.toml") as refusal:
        read(site(SITE.replace(was, becomes, 1)))
    assert words in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RuleFileMissingError, match=r"none\.rule\.toml"):
        read(tmp_path / "none.rule.toml")
