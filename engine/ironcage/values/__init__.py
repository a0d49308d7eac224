"""What case data can be: nine kinds of value, the same in a case, an expression, a decision and a form.

    null  boolean  number  text  date  time  date and time  duration (two kinds)  list  context

A number is always a ``Decimal`` (an ``int`` or ``float`` never enters a case), a list a Python list, a context a dict
with text keys. Values are never changed in place: a new value replaces the old one.

Source: DMN 1.5, 10.3.2.3 (the FEEL semantic domains).
"""

from ironcage.values.binary import (
    NotPackableError,
    StoredBytesError,
    from_bytes,
    pack_extension,
    packed,
    to_bytes,
    unpack_extension,
)
from ironcage.values.conversion import NotAValueError, plain
from ironcage.values.json import JsonTextError, from_json, to_json
from ironcage.values.kinds import Context, Months, Transient, Value, ValueKind, conforms, kind_of

__all__ = [
    "Context",
    "JsonTextError",
    "Months",
    "NotAValueError",
    "NotPackableError",
    "StoredBytesError",
    "Transient",
    "Value",
    "ValueKind",
    "conforms",
    "from_bytes",
    "from_json",
    "kind_of",
    "pack_extension",
    "packed",
    "plain",
    "to_bytes",
    "to_json",
    "unpack_extension",
]
