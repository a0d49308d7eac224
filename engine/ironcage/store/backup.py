"""A copy of the whole database, taken while others go on writing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ironcage.errors import RefusedError, SurroundingsError, UsageError
from ironcage.messages import mark

if TYPE_CHECKING:
    from ironcage.store.store import Store


class BackupExistsError(RefusedError):
    """There is something where the backup should go."""

    message = mark("{file} is there already and was left as it is. Name a file that does not exist yet.")


class BackupUnsoundError(SurroundingsError):
    """The copy does not hold."""

    message = mark("The copy of {place} is not sound ({reason}) and was removed. Run: ironcage db check")


class BackupByServerError(UsageError):
    """The database is copied by the tools of its own server."""

    message = mark(
        "{place} is on a PostgreSQL server, whose own tools make a consistent copy while others write. Run: "
        "pg_dump --format=custom --file {file} DATABASE; put it back with: pg_restore --dbname NEW {file}"
    )


def backup(store: Store, file: Path) -> int:
    """Write the database of *store* as of one instant to *file*, and return how many bytes it has.

    The copy is on the disk and has been opened and examined before it gets its name; until then nothing of that name
    exists, so a copy that is there is a whole one.

    Raises:
        BackupExistsError: *file* exists.
        BackupByServerError: the database is no file.
        BackupUnsoundError: the copy could not be opened, or is damaged.
        FileNotFoundError: the folder of *file* is not there.
    """
    with store.reading() as connection:
        if connection.dialect.name != "sqlite":
            raise BackupByServerError(place=store.place, file=file)
        if file.exists():
            raise BackupExistsError(file=file)
        file.parent.stat()  # or the error would name the draft, of which nobody has heard
        descriptor, name = tempfile.mkstemp(".unfinished", f"{file.name}.", file.parent)  # for nobody else to read
        os.close(descriptor)
        draft = Path(name)
        try:
            source = cast("sqlite3.Connection", connection.connection.dbapi_connection)
            with closing(sqlite3.connect(draft)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE").close()  # one file, without a log beside it
            _examine(draft, store.place)
            _keep(draft, file)
        finally:
            draft.unlink(missing_ok=True)
    return file.stat().st_size


def _examine(draft: Path, place: str) -> None:
    try:
        with closing(sqlite3.connect(f"{draft.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            copy.execute("SELECT count(*) FROM cases").fetchone()
    except sqlite3.Error as error:
        raise BackupUnsoundError(place=place, reason=error) from error
    if said != "ok":
        raise BackupUnsoundError(place=place, reason=said)


def _keep(draft: Path, file: Path) -> None:
    """Give the copy its name once it is on the disk."""
    _flush(draft, os.O_RDWR)
    if file.exists():
        raise BackupExistsError(file=file)
    draft.rename(file)
    _flush(file.parent, os.O_RDONLY)


def _flush(path: Path, mode: int) -> None:
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
