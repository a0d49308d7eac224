"""Takes in what Python callers hand over: ``plain`` makes a value of it or says exactly what is not one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast

from ironcage.errors import RefusedError
from ironcage.messages import mark, text
from ironcage.values.kinds import DEPTH, Months, Transient, Value, in_range, is_clean
from ironcage.values.temporal import text_of

FLOAT = mark("a float is binary and rounds decimal fractions; hand over a Decimal or a text")
NUMBER_RANGE = mark("a number has at most 34 digits and an exponent of at most 6144")
TEXT_CHARACTERS = mark("a text holds no NUL character and no half of a surrogate pair")
ZONE = mark("a time zone is an offset or a named zone of zoneinfo")
KEYS = mark("the names in a context are texts")
TOO_DEEP = mark("lists and contexts are nested more than 100 deep")
TRANSIENT = mark("a range, a function, or a date outside the years 1 to 9999 lives inside an expression only")
NO_KIND = mark("{type} is none of the kinds of case data")


class NotAValueError(RefusedError):
    """Something handed over is not case data."""

    message = mark("{path} cannot become case data: {reason}.")

    def __init__(self, path: str, reason: str, **fields: object) -> None:
        super().__init__(path=path, reason=reason, **fields)

    def __str__(self) -> str:
        reason = text(str(self.fields["reason"]), **self.fields)
        return text(self.message, **{**self.fields, "reason": reason})


def plain(obj: object) -> Value:
    """Return *obj* as a value: ints become numbers, tuples lists, mappings contexts; what is a value stays as it is.

    Types are taken exactly: an enumeration or another subclass is refused, so that nothing changes when it is stored.

    Raises:
        NotAValueError: some part is not a value; the error names its path, as in ``$.items[2].price``.
    """
    return _plain(obj, "$", DEPTH)


def _plain(obj: object, path: str, depth: int) -> Value:
    kind = type(obj)
    if obj is None or kind is bool or kind is date or kind is timedelta or kind is Months:
        return cast("Value", obj)
    if isinstance(obj, str):
        return _text(obj, path)
    if isinstance(obj, (int, Decimal)):
        return _number(obj, path)
    if kind is datetime or kind is time:
        return _zoned(cast("datetime | time", obj), path)
    if isinstance(obj, float):
        raise NotAValueError(path, FLOAT)
    if kind is list or kind is tuple:
        _go_down(path, depth)
        items = enumerate(cast("list[object]", obj))
        return [_plain(item, f"{path}[{index}]", depth - 1) for index, item in items]
    if isinstance(obj, Mapping):
        _go_down(path, depth)
        entries = cast("Mapping[object, object]", obj).items()
        return {_key(key, path): _plain(item, f"{path}.{key}", depth - 1) for key, item in entries}
    raise NotAValueError(path, TRANSIENT if isinstance(obj, Transient) else NO_KIND, type=kind.__name__)


def _text(obj: str, path: str) -> str:
    if type(obj) is not str:
        raise NotAValueError(path, NO_KIND, type=type(obj).__name__)
    if not is_clean(obj):
        raise NotAValueError(path, TEXT_CHARACTERS)
    return obj


def _number(obj: int | Decimal, path: str) -> Decimal:
    if type(obj) not in (int, Decimal):
        raise NotAValueError(path, NO_KIND, type=type(obj).__name__)
    if isinstance(obj, int) and obj.bit_length() > 128:
        raise NotAValueError(path, NUMBER_RANGE)
    number = Decimal(obj)
    if not in_range(number):
        raise NotAValueError(path, NUMBER_RANGE)
    return number


def _zoned(obj: datetime | time, path: str) -> datetime | time:
    try:
        text_of(obj)
    except ValueError as error:
        raise NotAValueError(path, ZONE) from error
    return obj


def _key(key: object, path: str) -> str:
    if type(key) is not str:
        raise NotAValueError(path, KEYS)
    if not is_clean(key):
        raise NotAValueError(path, TEXT_CHARACTERS)
    return key


def _go_down(path: str, depth: int) -> None:
    if depth == 0:
        raise NotAValueError(path, TOO_DEEP)
