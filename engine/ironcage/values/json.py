r"""The JSON form of a value: plain where JSON is exact, tagged where it has no word.

    null true 1.10 "text" [ ] { }          as they are; a number keeps its digits and never becomes binary
    {"$date": "2011-07-01"}  {"$time": "01:32:33"}  {"$datetime": "2011-07-01T01:32:33-04:00[America/New_York]"}
    {"$duration": "P1DT2H"}  {"$months": "P1Y2M"}
    {"$context": {...}}                    a context with a name that begins with ``$``

What is written is canonical: names in the order of their code points, no white space, characters as they are but for
``"``, ``\`` and control characters. Equal values of equal digits and zones give equal text.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # public, but typeshed does not know it
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from ironcage.errors import RefusedError
from ironcage.messages import mark, text
from ironcage.values.conversion import NUMBER_RANGE, TEXT_CHARACTERS, TOO_DEEP, plain
from ironcage.values.kinds import DEPTH, DIGITS, Months, in_range, is_clean
from ironcage.values.temporal import date_of, datetime_of, duration_of, months_of, text_of, time_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from ironcage.values.kinds import Value
    from ironcage.values.temporal import Temporal

SIZE = 16_000_000
"""A longer text is not read."""

_CONTEXT = "$context"
_TAGS: dict[type, str] = {
    date: "$date",
    time: "$time",
    datetime: "$datetime",
    timedelta: "$duration",
    Months: "$months",
}
_READERS: dict[str, Callable[[str], Value]] = {
    "$date": date_of,
    "$time": time_of,
    "$datetime": datetime_of,
    "$duration": duration_of,
    "$months": months_of,
}
_UNKNOWN_TAG = mark("a name that begins with $ is a tag; write {{$context: ...}} around a context that has one")
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_WORDS: dict[str, Value] = {"null": None, "true": True, "false": False}


class JsonTextError(RefusedError):
    """A JSON text is not one, or does not hold a value."""

    message = mark("JSON, line {line}, column {column}: {reason}.")

    def __init__(self, source: str, at: int, reason: str, **fields: object) -> None:
        line = source.count("\n", 0, at) + 1
        super().__init__(line=line, column=at - source.rfind("\n", 0, at), reason=reason, **fields)

    def __str__(self) -> str:
        reason = text(str(self.fields["reason"]), **self.fields)
        return text(self.message, **{**self.fields, "reason": reason})


def to_json(value: Value) -> str:
    """Return the canonical JSON text of *value*.

    Raises:
        NotAValueError: something in it is not a value.
    """
    try:
        return _context(value, DEPTH - 1) if type(value) is dict else _written(value, DEPTH)
    except _NotPlainError:
        return _written(plain(value), DEPTH)


def from_json(source: str) -> Value:
    """Return the value *source* writes.

    Raises:
        JsonTextError: it writes none; the error names line and column.
    """
    if len(source) > SIZE:
        raise JsonTextError(source, 0, mark("the text is longer than {size} characters"), size=SIZE)
    reader = _Reader(source)
    value = reader.value(DEPTH)
    if reader.peek():
        reader.refuse(mark("the text goes on after its value"))
    return value


class _NotPlainError(Exception):
    """Something is not a value as it stands; ``plain`` makes one of it or says where and why it is none."""


def _written(value: Value, depth: int) -> str:
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if depth and type(value) is dict:
        return _context(value, depth - 1)
    if depth and type(value) is list:
        return f"[{','.join([_written(item, depth - 1) for item in value])}]"
    raise _NotPlainError


def _context(value: dict[str, Value], depth: int) -> str:
    try:
        names = sorted(value)
    except TypeError as error:
        raise _NotPlainError from error
    entries = []
    for name in names:
        if type(name) is not str:
            raise _NotPlainError
        item = value[name]
        writer = _WRITERS.get(type(item))
        entries.append(f"{_name(name)}:{_written(item, depth) if writer is None else writer(item)}")
    written = ",".join(entries)
    if names and names[0] < "%" and any(name[:1] == "$" for name in names):  # those before the % may begin with a $
        return f'{{"{_CONTEXT}":{{{written}}}}}'
    return f"{{{written}}}"


def _text(value: str) -> str:
    if not is_clean(value):
        raise _NotPlainError
    return encode_basestring(value)


_name = lru_cache(maxsize=4096)(_text)
"""Names are few, and come again in every context of a kind."""


def _number(value: Decimal) -> str:
    written = str(value)
    # Only a long one or one with an exponent can be out of range; NaN and Infinity are never finite.
    if not value.is_finite() or ((len(written) > DIGITS or "E" in written) and not in_range(value)):
        raise _NotPlainError
    return written


def _moment(value: Temporal) -> str:
    try:
        return f'{{"{_TAGS[type(value)]}":"{text_of(value)}"}}'
    except ValueError as error:
        raise _NotPlainError from error


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    Decimal: _number,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    **dict.fromkeys(_TAGS, _moment),
}


class _Reader:
    """Reads one text from the left to the right."""

    __slots__ = ("at", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def peek(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        space = _SPACE.match(self.source, self.at)
        if space:
            self.at = space.end()
        return self.source[self.at : self.at + 1]

    def value(self, depth: int, literal: bool = False) -> Value:
        first = self.peek()
        if first in ("{", "["):
            if depth == 0:
                self.refuse(TOO_DEEP)
            return self.context(depth - 1, literal) if first == "{" else self.list(depth - 1)
        if first == '"':
            return self.text()
        for word, value in _WORDS.items():
            if self.source.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.number()

    def number(self) -> Decimal:
        found = _NUMBER.match(self.source, self.at)
        if not found:
            self.refuse(mark("a value is expected here"))
        if len(found[0]) > 100 or not in_range(number := Decimal(found[0])):
            self.refuse(NUMBER_RANGE)
        self.at = found.end()
        return number

    def text(self) -> str:
        start = self.at
        try:
            value: str
            value, self.at = scanstring(self.source, start + 1, True)
        except JSONDecodeError as error:
            self.at = error.pos
            self.refuse(mark("the text in quotation marks is broken or does not end"))
        if not is_clean(value):
            self.at = start
            self.refuse(TEXT_CHARACTERS)
        return value

    def list(self, depth: int) -> list[Value]:
        items: list[Value] = []
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value(depth))
            if self.separator("]"):
                return items

    def context(self, depth: int, literal: bool) -> Value:
        start = self.at
        entries: dict[str, Value] = {}
        tag = ""
        self.at += 1
        if self.peek() == "}":
            self.at += 1
            return entries
        while True:
            name = self.name(entries)
            if name.startswith("$") and not literal:
                tag = name
            entries[name] = self.value(depth, literal=tag == _CONTEXT and not literal)
            if self.separator("}"):
                break
        return self.tagged(entries, tag, start) if tag else entries

    def name(self, entries: dict[str, Value]) -> str:
        if self.peek() != '"':
            self.refuse(mark("a name in quotation marks is expected here"))
        start = self.at
        name = self.text()
        if name in entries:
            self.at = start
            self.refuse(mark("the name {name} is given twice"), name=name)
        if self.peek() != ":":
            self.refuse(mark("a colon is expected here"))
        self.at += 1
        return name

    def separator(self, end: str) -> bool:
        """Step over a comma or *end*; return whether it was *end*."""
        found = self.peek()
        if found not in (",", end) or not found:
            self.refuse(mark("a comma or {end} is expected here"), end=end)
        self.at += 1
        return found == end

    def tagged(self, entries: dict[str, Value], tag: str, start: int) -> Value:
        content = entries[tag]
        if len(entries) == 1 and tag == _CONTEXT and isinstance(content, dict):
            return content
        read = _READERS.get(tag)
        try:
            if len(entries) == 1 and read and isinstance(content, str):
                return read(content)
        except ValueError:
            pass
        self.at = start
        reason = mark("{tag} does not hold what its name says") if read else _UNKNOWN_TAG
        return self.refuse(reason, tag=tag)

    def refuse(self, reason: str, **fields: object) -> NoReturn:
        raise JsonTextError(self.source, self.at, reason, **fields)
