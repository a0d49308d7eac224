"""The bytes of a value: MessagePack, with an extension type for each kind it does not know.

``packed``, ``pack_extension`` and ``unpack_extension`` are for callers who pack a larger structure around values. No
subclass passes for the kind it derives from.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

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


_CODES: dict[type, int] = {date: DATE, time: TIME, datetime: DATE_TIME, timedelta: DURATION, Months: MONTHS}
_READERS: dict[int, Callable[[str], Value]] = {
    DATE: date_of,
    TIME: time_of,
    DATE_TIME: datetime_of,
    DURATION: lru_cache(maxsize=1024)(duration_of),  # limits of time are few, and the same in every case
    MONTHS: months_of,
}
_BUFFER = 512
"""What is packed is small; the usual buffer, of a megabyte, costs more than the packing."""


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
        return packed(value)
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


def packed(structure: object) -> bytes:
    """Return *structure*, of lists and contexts with values in them, as MessagePack.

    Raises:
        TypeError, ValueError, OverflowError: something in it is no value, or it is nested too deep.
    """
    written: bytes = msgpack.Packer(default=pack_extension, strict_types=True, buf_size=_BUFFER).pack(structure)
    return written


def pack_extension(value: Any) -> msgpack.ExtType:
    """Return the extension that stands for *value*: the ``default`` of a packer.

    Raises:
        TypeError, ValueError: it is no value.
    """
    kind = type(value)
    if kind is Decimal:
        if not value.is_finite():
            raise ValueError(value)
        return _extension(msgpack.ExtType, (NUMBER, str(value).encode("ascii")))
    code = _CODES.get(kind)
    if code is None:
        raise TypeError(text(TRANSIENT) if isinstance(value, Transient) else kind.__name__)
    return _extension(msgpack.ExtType, (code, text_of(value).encode("ascii")))


_extension = tuple.__new__
"""Makes an ``ExtType`` past its checks, which take longer than all the rest."""


def unpack_extension(code: int, data: bytes) -> Value:
    """Return the value an extension stands for: the ``ext_hook`` of an unpacker.

    Raises:
        ValueError: it stands for none.
    """
    written = str(data, "ascii")
    if code == NUMBER:
        try:
            number = Decimal(written)
        except ArithmeticError as error:
            raise ValueError(written) from error
        if not number.is_finite():
            raise ValueError(written)
        return number
    if code == DATE_TIME and written[-1:] != "]":
        return datetime.fromisoformat(written)  # much faster than what reads what people write
    read = _READERS.get(code)
    if read is None:
        raise ValueError(code)
    return read(written)
