"""The Python types of the value kinds, their names, and what a number or a text may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, Union

DIGITS = 34
"""Significant digits of a number. Source: DMN 1.5, 10.3.2.3.1 (IEEE 754-2008 Decimal128)."""
EXPONENT = 6144
"""The greatest exponent of ten, and with a minus the least but one, of a number."""
DEPTH = 100
"""How deep lists and contexts may be nested in each other."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months (FEEL: years and months duration), counted in months; negative runs back."""

    count: int


class Transient:
    """A value that lives inside an expression only (a range, a function, a far date): never case data or stored."""

    __slots__ = ()


Value: TypeAlias = Union[
    bool, Decimal, str, date, time, datetime, timedelta, Months, Transient, "list[Value]", "dict[str, Value]", None
]
"""One piece of case data. ``timedelta`` is the days and time duration; a ``datetime`` may be local (without a zone)."""

Context: TypeAlias = "dict[str, Value]"
"""Named values: the variables of a case."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class ValueKind(StrEnum):
    """The names of the kinds, as a data schema writes them."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date-time"
    DURATION = "duration"
    MONTHS = "months"
    LIST = "list"
    CONTEXT = "context"


_KINDS: dict[type, ValueKind] = {
    type(None): ValueKind.NULL,
    bool: ValueKind.BOOLEAN,
    Decimal: ValueKind.NUMBER,
    str: ValueKind.TEXT,
    date: ValueKind.DATE,
    time: ValueKind.TIME,
    datetime: ValueKind.DATE_TIME,
    timedelta: ValueKind.DURATION,
    Months: ValueKind.MONTHS,
    list: ValueKind.LIST,
    dict: ValueKind.CONTEXT,
}


def kind_of(value: Value) -> ValueKind:
    """Return the kind of *value*.

    Raises:
        KeyError: it is transient, and no case data.
    """
    return _KINDS[type(value)]


def conforms(value: Value, kind: ValueKind | str) -> bool:
    """Return whether *value* is of *kind*. Null is of the kind null only."""
    return _KINDS.get(type(value)) == kind


def in_range(number: Decimal) -> bool:
    """Return whether *number* is finite and has no more digits and no larger exponent than a number may have."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return False
    return len(digits) <= DIGITS and exponent >= -EXPONENT - DIGITS + 2 and len(digits) + exponent <= EXPONENT + 1


def is_clean(text: str) -> bool:
    """Return whether every store and every file can hold *text*: no NUL, no half of a surrogate pair."""
    return "\0" not in text and (text.isascii() or not _SURROGATE.search(text))
