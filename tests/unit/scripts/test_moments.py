"""Dates, times and durations in a script."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ironcage.scripts.evaluation import Wrong
from ironcage.values import Months

SUMMER = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Paris"))
DATA = {
    "day": date(2026, 1, 31),
    "at": time(8, 30),
    "moment": datetime(2026, 1, 31, 8, 30, tzinfo=UTC),
    "night": SUMMER,
    "length": timedelta(days=1, hours=2),
    "term": Months(14),
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("day", date(2026, 1, 31)),
        ("[day, at, moment, night, length, term]", list(DATA.values())),
        ("[day.year, day.month, day.day, day.weekday]", [2026, 1, 31, 6]),
        ("[at.hour, at.minute, at.second]", [8, 30, 0]),
        ("[moment.day, moment.hour]", [31, 8]),
        ("[length.days, length.hours, term.years, term.months]", [1, 2, 1, 2]),
        ("day + duration('P1D')", date(2026, 2, 1)),
        ("duration('P1D') + day", date(2026, 2, 1)),
        ("day + duration('P1M')", date(2026, 2, 28)),
        ("date('2024-01-31') + duration('P1M')", date(2024, 2, 29)),
        ("date('2026-12-15') + duration('P1M')", date(2027, 1, 15)),
        ("date('2026-12-15') - duration('P13M')", date(2025, 11, 15)),
        ("date('9999-11-30') + duration('P1M')", date(9999, 12, 30)),
        ("day - date('2026-01-01')", timedelta(days=30)),
        ("moment - duration('PT30M')", datetime(2026, 1, 31, 8, 0, tzinfo=UTC)),
        ("night + duration('PT1H')", SUMMER.replace(hour=3)),
        ("(night + duration('PT1H')) - night", timedelta(hours=1)),
        ("length * 2 + length", timedelta(days=3, hours=6)),
        ("duration('P1M') * 2 + term", Months(16)),
        ("date_time('2026-01-31T08:30:00Z') == moment", True),
        ("date_time('2026-01-31T09:30:00+01:00') == moment", True),
        ("day < date('2026-02-01') and date('2026-02-01') >= day", True),
        ("day == at", False),
        ("day in [date('2026-01-31')]", True),
        ("sorted([date('2026-02-01'), day])[0]", date(2026, 1, 31)),
        ("str(day) + ' %s' % at", "2026-01-31 08:30:00"),
        ("now.date + duration('P1D')", date(2026, 11, 27)),
        ("now.hour", 9),
        ("now - duration('P1D')", datetime.fromisoformat("2026-11-25T09:30:00+08:00")),
        ("sum([length, length])", timedelta(days=2, hours=4)),
    ],
)
def test_a_script_reckons_with_moments(brought, expression, expected):
    assert brought(f"x = {expression}", **DATA)["x"] == expected


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("x = day < moment", "cannot be compared"),
        ("x = moment < date_time('2026-01-31T08:30:00')", "cannot be compared"),
        ("x = date('2026-02-30')", "'2026-02-30' is no date"),
        ("x = duration('soon')", "'soon' is no duration"),
        ("x = day + 1", "2026-01-31 + 1 has no meaning"),
        ("x = day + duration('PT1H')", "has no meaning"),
        ("x = day - moment", "has no meaning"),
        ("x = length * 1.5", "has no meaning"),
        ("x = date('9999-12-31') + duration('P1D')", "years 1 to 9999"),
        ("x = date('9999-12-31') + duration('P1M')", "years 1 to 9999"),
        ("x = sorted([day, at])", "no order"),
        ("x = max(day, moment)", "no order"),
    ],
)
def test_what_has_no_meaning_is_refused(brought, script, said):
    with pytest.raises(Wrong) as wrong:
        brought(script, **DATA)
    assert said in wrong.value.reason.format(**wrong.value.fields)
    assert wrong.value.line == 1


def test_a_date_is_brought_only_if_it_has_changed(brought):
    assert brought("day = day", **DATA) == {}
    assert brought("day += duration('P1D')", **DATA) == {"day": date(2026, 2, 1)}
