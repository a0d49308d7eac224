"""What timers and deadlines say: ISO 8601 as it stands, anything else in FEEL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironcage.bpmn.timers import cycle_value, literal, timer_value
from ironcage.clock import Moment
from ironcage.feel import FeelSyntaxError
from ironcage.values import Months


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("PT5S", timedelta(seconds=5)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("P2W", timedelta(weeks=2)),
        ("-P2W", timedelta(weeks=-2)),
        ("PT0S", timedelta()),
        ("P1Y6M", Months(18)),
        ("2011-07-01", date(2011, 7, 1)),
        ("2011-07-01T10:00:00", datetime(2011, 7, 1, 10)),  # noqa: DTZ001  # the zone is that of the process
        ("2011-07-01T10:00:00Z", datetime(2011, 7, 1, 10, tzinfo=UTC)),
        ("2011-07-01T10:00:00+08:00", datetime(2011, 7, 1, 2, tzinfo=UTC)),
    ],
)
def test_a_literal_is_its_value(written: str, value: object) -> None:
    assert literal(written) == value
    expression = timer_value(f" {written}\n")
    assert expression.text == written
    assert expression.evaluate({}, Moment(0)) == value


@pytest.mark.parametrize(
    "written", ["P1M2D", "2011-02-30", "2011-07-01T10:00", "2011-07-01T25:00:00", "P1.5D", "P1DT", "+PT5S", "P1Y2W"]
)
def test_what_looks_like_a_literal_and_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # it has no words; the rule timer-literal has
        timer_value(written)


@pytest.mark.parametrize("written", ["P", "PT", "Pause", "P5", "limit", 'duration("PT5S")', "target", "2011 - 7 - 1"])
def test_anything_else_is_feel(written: str) -> None:
    assert literal(written) is None
    assert timer_value(written).text == written


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(FeelSyntaxError):
        timer_value("in three days")


@pytest.mark.parametrize("written", ["R3/PT10S", "R/2026-01-01T09:00:00/P1D", "0 9 * * MON-FRI", "*/5 * * * *"])
def test_a_cycle_that_is_written_out_is_a_constant_text(written: str) -> None:
    expression = cycle_value(f"\n{written} ")
    assert (expression.text, expression.constant) == (written, True)
    assert expression.evaluate({}, Moment(0)) == written


@pytest.mark.parametrize("written", ["R3/PT0S", "R/P", "0 0 30 2 *", "0 0 9 * * MON", "60 * * * *"])
def test_what_looks_like_a_cycle_and_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # it has no words of its own
        cycle_value(written)


@pytest.mark.parametrize("written", ["cycle", '"R3/PT1S"', '"R" + string(n) + "/PT10S"', "if a then b else c"])
def test_any_other_cycle_is_feel(written: str) -> None:
    assert cycle_value(written).text == written


@given(st.timedeltas(timedelta(), timedelta(days=100_000)))
def test_every_duration_can_be_written_as_a_literal(duration: timedelta) -> None:
    seconds = duration // timedelta(microseconds=1)
    assert literal(f"PT{seconds // 1_000_000}.{seconds % 1_000_000:06}S") == duration
