"""What cannot be taken in: it refuses the log, or is set aside in a file, row by row as it stood, with the reason."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ironcage.errors import SurroundingsError, UsageError
from ironcage.faults import Fault, FaultyError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.importing.records import Rejected

COLUMNS = ("line", "column", "rule", "reason", "row")
MOST_FAULTS = 20
"""How many faults are gathered before reading stops."""


class RejectsError(SurroundingsError):
    """The file of rejects cannot be written."""

    message = mark("The rejects cannot be written to {file}: {reason}. Nothing was taken in.")


class RejectsOverLogError(UsageError):
    """The file of rejects is the log itself."""

    message = mark("The rejects would be written over the log {file}. Name another file; nothing was taken in.")


class Rejects:
    """Gathers faults that refuse the log whole, or with a *stream* writes the rows to it as CSV and goes on."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self.count = 0
        """Rows set aside."""
        self._faults: list[Fault] = []
        self._writer = csv.writer(stream, lineterminator="\n") if stream else None
        if self._writer:
            self._writer.writerow(COLUMNS)

    def add(self, rejected: Rejected) -> None:
        """Take note of *rejected*.

        Raises:
            FaultyError: the log is refused, and enough of its faults are known.
        """
        fault = rejected.fault
        if self._writer:
            row = rejected.text.rstrip("\r\n").replace("\0", "\\x00")
            self._writer.writerow((fault.line, fault.column, fault.rule, fault.sentence(), row))
            self.count += 1
            return
        self._faults.append(fault)
        if len(self._faults) == MOST_FAULTS:
            self.settle()

    def settle(self) -> None:
        """Refuse the log if it has faults and nowhere to set them aside.

        Raises:
            FaultyError: it has.
        """
        if self._faults:
            raise FaultyError(self._faults)


@contextmanager
def rejecting(file: Path | None, log: Path) -> Iterator[Rejects]:
    """Open the rejects of *log*; *file* appears, whole, when the block ends well.

    Raises:
        RejectsOverLogError: *file* is the log.
        RejectsError: the file cannot be written.
    """
    if file is None:
        yield Rejects()
        return
    if file.exists() and log.exists() and file.samefile(log):
        raise RejectsOverLogError(file=str(log))
    unfinished = file.with_name(file.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            yield Rejects(stream)
        unfinished.replace(file)
    except OSError as error:
        raise RejectsError(file=str(file), reason=error.strerror or str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
