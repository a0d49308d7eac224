"""Reads a TOML file of settings strictly: every key must be known, of the right type, and every fault is collected."""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, cast

from ironcage.faults import Fault, FaultyError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1024 * 1024
"""Bytes of the longest file that is read."""
MOST_FAULTS = 100
"""How many faults are gathered before reading stops."""
_MOST_DOTS = 32
_NAME = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_DOTTED = re.compile(rf"(?<![\w-])(?:{_NAME}[ \t]*+\.[ \t]*+){{{_MOST_DOTS + 1}}}")
"""A key of so many parts costs the reader of TOML time and memory by their square."""
_LINE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


class Settings:
    """One table of a settings file: what is asked for is taken out; what is left at the end is a fault."""

    def __init__(self, table: dict[str, object], place: Place) -> None:
        self._left = dict(table)
        self._written = frozenset(table)
        self._place = place

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a text that is not empty; *default* where the key is missing."""
        value = self._left.pop(name, default)
        if value is None or (isinstance(value, str) and value):
            return value
        self.fault(name, _NOT_A_TEXT)
        return default

    def needed(self, name: str) -> str:
        """Return a text that must be there; empty where it is not, which is a fault."""
        if name not in self._left:
            self.fault(name, _MISSING)
        return self.text(name) or ""

    def flag(self, name: str) -> bool:
        """Return true or false; false where the key is missing."""
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            self.fault(name, _NOT_A_FLAG)
        return value is True

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number from *least* to *most*; *default* where the key is missing."""
        value = self._left.pop(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.fault(name, _NOT_WHOLE, least=least, most=most)
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; none where the key is missing."""
        value = self._left.pop(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in cast("list[object]", value)):
            self.fault(name, _NOT_TEXTS)
            return ()
        return tuple(cast("list[str]", value))

    def raw(self, name: str) -> object:
        """Return whatever stands there, or None."""
        return self._left.pop(name, None)

    def table(self, name: str) -> Settings:
        """Return a table; an empty one where the key is missing."""
        return self._inner(name, self._left.pop(name, {}), 0)

    def tables(self, name: str) -> list[Settings]:
        """Return a list of tables; none where the key is missing."""
        value = self._left.pop(name, [])
        if not isinstance(value, list):
            self.fault(name, _NOT_A_TABLE)
            return []
        return [self._inner(name, item, nth) for nth, item in enumerate(cast("list[object]", value))]

    def named(self) -> list[tuple[str, Settings]]:
        """Return every key left with its table."""
        return [(name, self.table(name)) for name in self.left()]

    def left(self) -> list[str]:
        """Return the keys nobody has asked for yet."""
        return list(self._left)

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        for name in self._left:
            self.fault(name, _UNKNOWN)

    def fault(self, name: str, what: tuple[str, str, str], **fields: object) -> None:
        """Report a fault of the key *name*."""
        rule, sentence, mend = what
        place = self._place.inside(name) if name in self._written else self._place
        fields = {"key": self._place.inside(name).path, **fields}
        place.faults.append(Fault(place.file, place.line(), "", rule, sentence, mend, fields=fields))
        if len(place.faults) == MOST_FAULTS:
            raise FaultyError(place.faults)

    def _inner(self, name: str, value: object, nth: int) -> Settings:
        if not isinstance(value, dict):
            self.fault(name, _NOT_A_TABLE)
            value = {}
        return Settings(cast("dict[str, object]", value), self._place.inside(name, nth))


class Place:
    """Where a table or a key stands in its file, as well as the text tells; TOML's reader keeps no lines.

    It is looked up when a fault asks for it: to look is to read the text.
    """

    def __init__(
        self, file: str, source: str, faults: list[Fault], path: str = "", find: Callable[[], int] = int
    ) -> None:
        self.file = file
        self.source = source
        self.faults = faults
        self.path = path
        self._find = find

    @cached_property
    def at(self) -> int:
        """How many characters stand before it."""
        return self._find()

    def line(self) -> int:
        """Return the line, 1-based."""
        return self.source.count("\n", 0, self.at) + 1

    def inside(self, name: str, nth: int = 0) -> Place:
        """Return the place of the *nth* key or table *name* inside this table; this place where it is not found."""

        def find() -> int:
            word = rf"[\"']?{re.escape(name)}[\"']?"
            pattern = re.compile(
                rf"^[ \t]*\[+(?:[^\n\]]*\.)?\s*({word})\s*\]|(?:^|[{{,])[ \t]*({word})\s*=", re.MULTILINE
            )
            found = next(islice(pattern.finditer(self.source, self.at), nth, None), None)
            return self.at if found is None else found.start(found.lastindex or 0)

        return Place(self.file, self.source, self.faults, f"{self.path}.{name}" if self.path else name, find)


def settings(source: bytes, file: str) -> tuple[Settings, list[Fault]]:
    """Return the settings in *source* and the list in which its faults gather.

    Raises:
        FaultyError: not TOML in UTF-8, too large, or with keys of too many parts; asking the settings raises it, too,
            once ``MOST_FAULTS`` are known.
    """
    faults: list[Fault] = []
    if len(source) > LONGEST:
        raise FaultyError([Fault(file, 0, "", *_TOO_LARGE, fields={"longest": LONGEST})])
    try:
        text = source.decode("utf-8-sig")
        if found := _DOTTED.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise FaultyError([Fault(file, line, "", *_TOO_DEEP, fields={"most": _MOST_DOTS})])
        return Settings(tomllib.loads(text), Place(file, text, faults)), faults
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise FaultyError([Fault(file, line, "", *_ENCODING)]) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a bare ValueError
        found = _LINE.search(str(error))
        last = source.rstrip(b"\n").count(b"\n") + 1
        line, column = (int(found[1] or last), int(found[2] or 0)) if found else (0, 0)
        detail = _LINE.sub("", str(error)).strip()
        fault = Fault(file, line, "", *_MALFORMED, column=column, fields={"detail": detail})
        raise FaultyError([fault]) from error


_ENCODING = ("settings-encoding", mark("The file is not UTF-8."), mark("Save it as UTF-8."))
_TOO_LARGE = (
    "settings-too-large",
    mark("The file is larger than {longest} bytes."),
    mark("Settings are short; data belong into files of their own."),
)
_TOO_DEEP = (
    "settings-too-deep",
    mark("A key here has more than {most} parts."),
    mark("Name it by fewer parts."),
)
_MALFORMED = (
    "settings-malformed",
    mark("The file is not well-formed TOML: {detail}."),
    mark("Correct it at this place."),
)
_UNKNOWN = (
    "settings-unknown-key",
    mark("The key {key} means nothing here."),
    mark("Remove it, or correct its name."),
)
_MISSING = ("settings-missing-key", mark("The key {key} is missing."), mark("Add it."))
_NOT_A_TEXT = ("settings-type", mark("The key {key} must be a text that is not empty."), mark("Write it in quotes."))
_NOT_A_FLAG = ("settings-type", mark("The key {key} must be true or false."), mark("Write true or false, no quotes."))
_NOT_WHOLE = (
    "settings-number",
    mark("The key {key} must be a whole number from {least} to {most}."),
    mark("Write digits, no quotes."),
)
_NOT_TEXTS = ("settings-type", mark("The key {key} must be a list of texts."), mark('Write ["one", "two"].'))
_NOT_A_TABLE = ("settings-type", mark("The key {key} must be a table."), mark("Write it as a table of keys."))
