"""The bytes of a value: MessagePack, with an extension type for each kind it does not know.

``pack_extension`` and ``unpack_extension`` are for callers who pack a larger structure around values in one call; they
must pack with ``strict_types=True``, so that no subclass passes for the kind it derives from.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import msgpack

from ironcage.errors import IroncageError, RefusedError
from ironcage.messages import mark, text
from ironcage.values.conversion import TRANSIENT
from ironcage.values.kinds import Months, Transient
from ironcage.values.temporal import date_of, datetime_of, duration_of, months_of, text_of, time_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.values.kinds import Value

NUMBER, DATE, TIME, DATE_TIME, DURATION, MONTHS = range(1, 7)


def _number_of(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except ArithmeticError as error:
        raise ValueError(digits) from error
    if not number.is_finite():
        raise ValueError(digits)
    return number


_CODES: dict[type, int] = {date: DATE, time: TIME, datetime: DATE_TIME, timedelta: DURATION, Months: MONTHS}
_READERS: dict[int, Callable[[str], Value]] = {
    NUMBER: _number_of,
    DATE: date_of,
    TIME: time_of,
    DATE_TIME: datetime_of,
    DURATION: duration_of,
    MONTHS: months_of,
}


class NotPackableError(RefusedError):
    """A value cannot be stored."""

    message = mark("This cannot be kept as case data: {reason}. Check what was put into the case.")


class StoredBytesError(IroncageError):
    """Stored bytes are not a value."""

    message = mark("The stored bytes are not a value: {reason}. Restore the database from a copy.")


def to_bytes(value: Value) -> bytes:
    """Return *value* as bytes; numbers keep sign and scale, contexts their order.

    Raises:
        NotPackableError: something in it is not a value, or it is nested too deep.
    """
    try:
        return cast("bytes", msgpack.packb(value, default=pack_extension, strict_types=True))
    except (TypeError, ValueError, OverflowError) as error:
        raise NotPackableError(reason=error) from error


def from_bytes(stored: bytes) -> Value:
    """Return the value that ``to_bytes`` made *stored* of.

    Raises:
        StoredBytesError: it did not.
    """
    try:
        return cast("Value", msgpack.unpackb(stored, ext_hook=unpack_extension))
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise StoredBytesError(reason=error) from error


def pack_extension(value: object) -> msgpack.ExtType:
    """Return the extension that stands for *value*: the ``default`` of a packer."""
    if type(value) is Decimal:
        if not value.is_finite():
            raise ValueError(value)
        return msgpack.ExtType(NUMBER, str(value).encode("ascii"))
    if isinstance(value, Transient):
        raise TypeError(text(TRANSIENT))
    code = _CODES.get(type(value))
    if code is None:
        raise TypeError(type(value).__name__)
    return msgpack.ExtType(code, text_of(cast("date", value)).encode("ascii"))


def unpack_extension(code: int, data: bytes) -> Value:
    """Return the value an extension stands for: the ``ext_hook`` of an unpacker.

    Raises:
        ValueError: it stands for none.
    """
    read = _READERS.get(code)
    if read is None:
        raise ValueError(code)
    return read(str(data, "ascii"))
