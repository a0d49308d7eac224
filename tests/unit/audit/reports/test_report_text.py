from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from reporting import report_on

from ironcage.messages import Language, speaking
from ironcage_audit.reports import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.store import Store
    from ironcage_audit.reports import Report


def test_it_tells_the_numbers_of_the_report(report: Report) -> None:
    told = text(report)
    assert "2,000 cases: 317 open, 1,683 closed; 7,366 events" in told
    assert "1,731 cases have a deadline, 337 of them are overdue (19.5 %): 187 still open, 150 closed late" in told
    assert "269 cases have no deadline" in told
    assert "As of 2012-01-01 00:00:00 -05:00 (America/New_York)" in told
    for row in report.units:
        assert any(line.split()[:1] == [str(row.unit).split()[0]] for line in told.splitlines())


def test_it_names_what_was_not_examined(report: Report) -> None:
    told = text(report)
    for part in report.rules:
        for each in part.result.not_examined:
            assert f"{part.result.rule.id}: {each.cases:,} cases, because: {each.why}" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_columns_are_aligned_in_either_language(report: Report, language: Language) -> None:
    with speaking(language):
        lines = text(report).splitlines()
    rows = [line for line in lines if line.startswith("  ") and line.rstrip().endswith("%")]
    widths = {sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line) for line in rows}
    assert len(rows) > 5
    assert len(widths) == 1


def test_the_data_of_a_case_cannot_steer_the_terminal_or_pass_for_a_line(requests: Callable[..., Store]) -> None:
    wicked = "D\u202eevil\x9b31m"
    told = text(report_on(requests(("1", "2011-07-01 00:00:00", "2011-07-02 00:00:00", "", "L", "Q", wicked))))
    assert "D\ufffdevil\ufffd31m" in told
    assert not {letter for letter in told if unicodedata.category(letter) in {"Cc", "Cf"}} - {"\n"}
