"""What a timer or a deadline says: an ISO 8601 literal, or else a FEEL expression.

    date      2011-07-01   2011-07-01T10:00:00   2011-07-01T10:00:00+08:00   2011-07-01T10:00:00Z
    duration  P3D   PT1H30M   P1DT12H   P2W   P1Y6M
    cycle     R3/PT10S   R/2026-01-01T09:00:00+08:00/P1D   0 9 * * MON-FRI   (see ``ironcage.machine.cycles``)

A date and time without an offset is meant in the zone of the process. Days, hours and seconds do not mix with years
and months, for how long a month is depends on when it begins.

Source: BPMN 2.0.2, table 10.101; ISO 8601.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.machine.cycles import Cycle
from ironcage.values.temporal import date_of, datetime_of, duration_of, months_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ironcage.values import Months

_LOOKS_LIKE_A_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.,Z+\-]*(?:\[[\w/+\-]*\])?)?", re.ASCII)
_LOOKS_LIKE_A_DURATION = re.compile(r"[+-]?P(?=[0-9]|T[0-9])(?:[0-9.,]+[YMWD])*(?:T(?:[0-9.,]+[HMS])*)?", re.ASCII)
_LOOKS_LIKE_A_CYCLE = re.compile(r"R-?[0-9]*/.*|[0-9*][0-9*/,\-]*(?:\s+[0-9A-Za-z*?#/,\-]+){4,6}", re.ASCII)
_WEEKS = re.compile(r"(-?)P([0-9]{1,8})W", re.ASCII)


def timer_value(written: str, names: Iterable[str] = ()) -> feel.Expression:
    """Return the expression of a timer, or of the ``at`` or ``within`` of a deadline, which may use *names*.

    Raises:
        ValueError: it is written like a literal, and is none.
        FeelSyntaxError: it is no expression.
    """
    written = written.strip()
    value = literal(written)
    return feel.compile(written, names) if value is None else feel.constant(value, written)


def cycle_value(written: str, names: Iterable[str] = ()) -> feel.Expression:
    """Return the expression of a timer that comes again: a literal is the constant text, anything else yields one.

    Raises:
        ValueError: it is written like a literal, and is none.
        FeelSyntaxError: it is no expression.
    """
    written = written.strip()
    return feel.compile(written, names) if cycle(written) is None else feel.constant(written, written)


def cycle(written: str) -> Cycle | None:
    """Return the cycle that is written like a literal, None for anything else.

    Raises:
        ValueError: it is written like one and is none.
    """
    return Cycle.parse(written) if _LOOKS_LIKE_A_CYCLE.fullmatch(written) else None


def literal(written: str) -> date | timedelta | Months | None:
    """Return the value of what is written like a literal, None for anything else.

    Raises:
        ValueError: it is written like one and is none, as 2011-02-30 or P1M2D.
    """
    day = _date(written)
    return _duration(written) if day is None else day


def _date(written: str) -> date | None:
    if not _LOOKS_LIKE_A_DATE.fullmatch(written):
        return None
    return datetime_of(written) if "T" in written else date_of(written)


def _duration(written: str) -> timedelta | Months | None:
    if not _LOOKS_LIKE_A_DURATION.fullmatch(written):
        return None
    if weeks := _WEEKS.fullmatch(written):
        return timedelta(weeks=int(weeks[1] + weeks[2]))
    in_months = re.search("[YM]", written.partition("T")[0])
    return months_of(written) if in_months else duration_of(written)
