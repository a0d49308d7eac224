"""The lines of a log, plain or compressed by gzip, decoded one by one, each in bounded memory."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from ironcage.errors import UsageError
from ironcage.faults import Fault, FaultyError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 1024 * 1024
"""Bytes of the longest line that is read."""

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class NoLogError(UsageError):
    """The log cannot be opened."""

    message = mark("The log {file} cannot be read: {reason}.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end; one that cannot be decoded has a fault, and its bytes are shown escaped."""

    number: int
    text: str
    fault: Fault | None = None


def read_lines(log: Path, encoding: str) -> Iterator[Line]:
    """Yield the lines of *log*, the first without a byte order mark.

    Raises:
        NoLogError: the file is not there, or cannot be opened.
        FaultyError: the compression is damaged or cut off.
    """
    name, number = str(log), 0
    try:
        with _opened(log) as file:
            while data := file.readline(LONGEST + 1):
                number += 1
                if number == 1:
                    data = data.removeprefix(_BOM)
                yield _decoded(data, number, name, encoding)
                while len(data) > LONGEST and not data.endswith(b"\n"):
                    data = file.readline(LONGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FaultyError([Fault(name, number + 1, "", *_DAMAGED)]) from error
    except OSError as error:
        raise NoLogError(file=name, reason=error.strerror or str(error)) from error


def _opened(log: Path) -> IO[bytes]:
    with log.open("rb") as file:
        compressed = file.read(2) == _GZIP
    return cast("IO[bytes]", gzip.open(log)) if compressed else log.open("rb")


def _decoded(data: bytes, number: int, file: str, encoding: str) -> Line:
    escaped = data[:LONGEST].decode("ascii", "backslashreplace")
    if len(data) > LONGEST:
        return Line(number, escaped, Fault(file, number, "", *_TOO_LONG, fields={"longest": LONGEST}))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        column = len(data[: error.start].decode(encoding)) + 1
        return Line(number, escaped, Fault(file, number, "", *_ENCODING, column=column, fields={"encoding": encoding}))
    if "\0" in text:
        return Line(number, text, Fault(file, number, "", *_NUL, column=text.index("\0") + 1))
    return Line(number, text)


_DAMAGED = (
    "log-damaged",
    mark("The compressed file is damaged or cut off here."),
    mark("Fetch it again from its source."),
)
_TOO_LONG = (
    "log-line-too-long",
    mark("The line has more than {longest} bytes."),
    mark("A line end is missing before it, or a quote was never closed."),
)
_ENCODING = (
    "log-encoding",
    mark("There is a character here that is not {encoding}."),
    mark("Name the log's encoding in the mapping, or save the log as {encoding}."),
)
_NUL = (
    "log-nul",
    mark("There is a NUL character here."),
    mark("Remove it; the file may have been damaged when it was copied."),
)
