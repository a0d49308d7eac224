"""Timers that come again."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironcage.clock import instant, micros
from ironcage.machine.cycles import Cycle

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    moment = datetime.fromisoformat(text)
    return micros(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def instants(text: str, armed: str, zone: ZoneInfo = SHANGHAI, most: int = 5) -> list[str]:
    cycle = Cycle.parse(text)
    found = [cycle.first(at(armed, zone), zone)]
    while len(found) < most and (more := cycle.next(*found[-1], zone)):
        found.append(more)
    return [instant(due).astimezone(zone).strftime("%m-%d %H:%M:%S") for due, _ in found]


def test_three_times_is_three_times() -> None:
    cycle = Cycle.parse("R3/PT10S")
    assert cycle.first(0, UTC) == (10_000_000, 2)
    assert cycle.next(10_000_000, 2, UTC) == (20_000_000, 1)
    assert cycle.next(20_000_000, 1, UTC) == (30_000_000, 0)
    assert cycle.next(30_000_000, 0, UTC) is None


@pytest.mark.parametrize("text", ["R/PT1M", "R-1/PT1M"])
def test_a_cycle_without_a_number_has_no_end(text: str) -> None:
    cycle = Cycle.parse(text)
    assert cycle.first(0, UTC) == (60_000_000, None)
    assert cycle.next(60_000_000, None, UTC) == (120_000_000, None)


@pytest.mark.parametrize(
    ("text", "armed", "found"),
    [
        ("R2/2026-01-01T09:00:00+08:00/P1D", "2025-12-31T10:00", ["01-01 09:00:00", "01-02 09:00:00"]),
        ("R3/2026-01-01T09:00:00/P1D", "2026-01-02T08:00", ["01-02 09:00:00", "01-03 09:00:00"]),
        ("R3/2026-01-01T09:00/P1D", "2026-02-01T08:00", ["01-03 09:00:00"]),
        ("R/2026-01-01/P1D", "2026-01-05T00:00", [f"01-0{day} 00:00:00" for day in range(5, 10)]),
        ("R3/PT1H/2026-01-01T09:00:00", "2025-01-01T00:00", ["01-01 07:00:00", "01-01 08:00:00", "01-01 09:00:00"]),
        ("R/PT1H/2026-01-01T09:00:00", "2026-01-01T07:30", ["01-01 08:00:00", "01-01 09:00:00"]),
        ("R3/PT1H/2026-01-01T09:00:00", "2026-02-01T00:00", ["01-01 09:00:00"]),
        ("R2/2026-01-01T09:00:00/2026-01-01T09:30:00", "2025-01-01T00:00", ["01-01 09:00:00", "01-01 09:30:00"]),
        ("R3/2026-01-31T09:00:00/P1M", "2026-01-01T00:00", ["01-31 09:00:00", "02-28 09:00:00", "03-31 09:00:00"]),
        ("R3/P1M/2026-03-31T09:00:00", "2026-01-01T00:00", ["01-31 09:00:00", "02-28 09:00:00", "03-31 09:00:00"]),
        ("R2/P1W", "2026-01-01T09:00", ["01-08 09:00:00", "01-15 09:00:00"]),
        ("R1/P1DT12H", "2026-01-01T09:00", ["01-02 21:00:00"]),
    ],
)  # fmt: skip
def test_a_recurring_interval(text: str, armed: str, found: list[str]) -> None:
    assert instants(text, armed) == found


def test_a_day_of_the_calendar_keeps_the_time_of_day_where_the_clocks_change() -> None:
    assert instants("R2/P1D", "2026-03-28T09:00", BERLIN) == ["03-29 09:00:00", "03-30 09:00:00"]
    assert instants("R2/PT24H", "2026-03-28T09:00", BERLIN) == ["03-29 10:00:00", "03-30 10:00:00"]
    assert instants("R/2026-01-01T09:00:00/P1D", "2026-03-28T10:00", BERLIN, 2) == ["03-29 09:00:00", "03-30 09:00:00"]


_REPEATED = ("1-31T01:30:00/P1M", "3-28T02:30:00/P1D", "1-01T00:00:00/PT7M", "2-29T00:00:00/P1Y1D")


@given(
    text=st.sampled_from([f"R/2020-0{each}" for each in _REPEATED]),
    armed=st.integers(1_500_000_000, 2_500_000_000),
)
def test_nothing_lies_between_one_instant_and_the_next(text: str, armed: int) -> None:
    cycle = Cycle.parse(text)
    first, _ = cycle.first(armed * 1_000_000, BERLIN)
    following = cycle.next(first, None, BERLIN)
    assert following is not None
    assert armed * 1_000_000 <= first < following[0]
    assert cycle.first(first + 1, BERLIN) == following
    assert cycle.first(first, BERLIN) == (first, None)


@pytest.mark.parametrize(
    ("text", "armed", "found"),
    [
        ("0 9 * * *", "2026-01-01T09:00", ["01-02 09:00:00", "01-03 09:00:00"]),
        ("*/40 9-10 * * *", "2026-01-01T09:30", ["01-01 09:40:00", "01-01 10:00:00", "01-01 10:40:00"]),
        ("0 9 * * MON-FRI", "2026-01-02T10:00", ["01-05 09:00:00", "01-06 09:00:00"]),
        ("0 9 * * 7", "2026-01-01T10:00", ["01-04 09:00:00", "01-11 09:00:00"]),
        ("0 0 13 * 5", "2026-02-07T00:00", ["02-13 00:00:00", "02-20 00:00:00"]),
        ("0 0 29 2 *", "2097-01-01T00:00", ["02-29 00:00:00"]),
        ("5/30 8 1,15 JAN,feb *", "2026-01-10T00:00", ["01-15 08:05:00", "01-15 08:35:00", "02-01 08:05:00"]),
        ("0 0 */10 * 1", "2026-01-01T00:00", ["05-11 00:00:00"]),
    ],
)  # fmt: skip
def test_cron(text: str, armed: str, found: list[str]) -> None:
    assert instants(text, armed, most=len(found)) == found


@pytest.mark.parametrize(
    ("text", "armed", "found"),
    [
        ("30 2 * * *", "2026-03-28T12:00", ["03-29 03:00:00", "03-30 02:30:00"]),
        ("30 * * * *", "2026-03-29T01:00", ["03-29 01:30:00", "03-29 03:30:00"]),
        ("30 2 * * *", "2026-10-24T12:00", ["10-25 02:30:00", "10-26 02:30:00"]),
        ("30 * * * *", "2026-10-25T01:00", ["10-25 01:30:00", "10-25 02:30:00", "10-25 02:30:00", "10-25 03:30:00"]),
    ],
)
def test_cron_where_the_clocks_change(text: str, armed: str, found: list[str]) -> None:
    assert instants(text, armed, BERLIN, len(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "R3", "R3/", "R0/PT1S", "R3/PT0S", "R3/P", "R3/PT", "R3/-PT1S", "R-2/PT1S", "R3/2026-01-01", "PT5S",
        "R/2026-01-01T00:00:00/2025-01-01T00:00:00", "R/2026-02-30/P1D", "R/P1D/2026-01-01T25:00:00",
        "R/2026-01-01T00:00:00/2026-01-02T00:00:00Z", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *",
        "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "a * * * *",
        "0 0 30 2 *", "0 0 31 4,6 *", "*-5 * * * *", "0 0 L * *", "0 0 * * MONDAY", "1,, * * * *", "0 0 * MON *",
    ],
)  # fmt: skip
def test_what_is_no_cycle(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # it has no words of its own
        Cycle.parse(text)


def test_the_calendar_has_an_end() -> None:
    last = at("9999-12-31T23:00:00", ZoneInfo("UTC"))
    assert Cycle.parse("R/PT2H").next(last, None, UTC) is None
    assert Cycle.parse("0 9 * * *").next(last, None, UTC) is None
    with pytest.raises(ValueError):  # noqa: PT011  # it has no words of its own
        Cycle.parse("R/P1Y").first(last, UTC)
    with pytest.raises(ValueError):  # noqa: PT011  # it has no words of its own
        Cycle.parse("0 9 * * *").first(last, UTC)
