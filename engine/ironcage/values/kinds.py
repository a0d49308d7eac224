"""The Python types of the value kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months (FEEL: years and months duration), counted in months; negative runs back."""

    count: int


Value: TypeAlias = Union[
    None, bool, Decimal, str, date, time, datetime, timedelta, Months, "list[Value]", "dict[str, Value]"
]
"""One piece of case data. ``timedelta`` is the days and time duration; a ``datetime`` may be local (without a zone)."""

Context: TypeAlias = "dict[str, Value]"
"""Named values: the variables of a case."""
