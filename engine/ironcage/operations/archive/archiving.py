"""Archiving: cases that are over go from the database into files, and back where one must be changed.

First the files are written, read again and examined, chain by chain; then the manifest says that they are there; only
then the rows are removed, a few cases a transaction. Killed at any instant, the next run finishes what this one began:
no case is lost, and none is in two bundles.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.errors import SurroundingsError
from ironcage.logs import Happening, log
from ironcage.messages import mark
from ironcage.operations.archive import parquet
from ironcage.operations.archive.bundle import (
    BUCKETS,
    Bundle,
    DamagedFileError,
    File,
    Manifest,
    bundles,
    lost,
    manifest_of,
    parts_of,
    strays,
)
from ironcage.record import CaseRow, Event, Payload, grouped, subject_of
from ironcage.record.verification import verify
from ironcage.store import archive, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ironcage.clock import Micros
    from ironcage.operations.archive.parquet import Row, Written
    from ironcage.record.problems import Problem
    from ironcage.store import Connection, Store, Work
    from ironcage.store.archive import Place

CASES_AT_A_TIME = 100
"""So many cases are removed in one transaction."""


class ArchiveBusyError(SurroundingsError):
    """Somebody else is at the archive."""

    message = mark("Another process is working on the archive {folder}; nothing was done. Wait until it is done.")


class ArchiveNotWrittenError(SurroundingsError):
    """What was read back is not what was written."""

    message = mark(
        "What was written to {folder} could not be read back as it was ({reason}). The cases are where they were, and "
        "the files were removed; check the disk, then archive again."
    )


@dataclass(slots=True)
class Archived:
    """What a run put into an archive."""

    cases: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    """By table."""
    bundles: list[str] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    """Why cases that are over stayed where they are: their record is not whole."""

    def add(self, bundle: Bundle) -> None:
        """Count what *bundle* has come to hold."""
        self.bundles.append(bundle.name)
        self.cases += bundle.manifest.count
        for table, file in bundle.manifest.files.items():
            self.rows[table] = self.rows.get(table, 0) + file.rows


def archive_cases(
    store: Store, folder: Path, before: Micros, now: Micros, progress: Callable[[int, int], None] | None = None
) -> Archived:
    """Move the cases that were over before the instant *before* from *store* to the archive in *folder*.

    Raises:
        ArrowMissingError: pyarrow is not installed.
        ArchiveBusyError: another process is at it.
        DamagedFileError: what a run that was killed left is not as it was written.
        ArchiveNotWrittenError: the disk did not keep what was written; the database is as it was.
    """
    done = Archived()
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        tidy(store, folder)
        for bucket in range(BUCKETS):
            bundle = _write(store, folder, bucket, before, now, done)
            if bundle is not None and settle(store, bundle):
                done.add(bundle)
                log(Happening.ARCHIVE_WRITTEN, bundle=bundle.name, cases=bundle.manifest.count)
            if progress:
                progress(bucket + 1, BUCKETS)
    return done


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes away from the archive inside the block; the lock ends with the process.

    Raises:
        ArchiveBusyError: one is at it.
    """
    import fcntl  # noqa: PLC0415 - only where there is such a thing

    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusyError(folder=folder) from error
        yield


def tidy(store: Store, folder: Path) -> None:
    """Finish what a run that was killed has begun.

    Raises:
        DamagedFileError: what it wrote is not there as it was written.
    """
    sweep(store, folder)
    for bundle in bundles(folder):
        if not bundle.manifest.is_settled:
            bundle.make_sure()
            settle(store, bundle)


def sweep(store: Store, folder: Path) -> None:
    """Remove files that no manifest names: their rows are in the database, or in the file that took their place.

    Raises:
        DamagedFileError: a manifest is missing, and the files are all there is of the cases in them.
    """
    known = bundles(folder)
    found = strays(folder, known)
    with store.reading() as connection:
        for name in sorted(lost(connection, found, known)):
            raise DamagedFileError(file=manifest_of(folder, name))
    for stray in found:
        stray.unlink()


def settle(store: Store, bundle: Bundle) -> bool:
    """Remove the cases of *bundle* from the database; those that have changed since are removed from the bundle.

    Returns whether anything is left in the bundle; if not, it is gone.
    """
    changed: set[Place] = set()
    places = bundle.places()
    while block := list(islice(places, CASES_AT_A_TIME)):
        changed |= set(block) - set(store.run(partial(_take_out, block, bundle.name)))
    is_left = not changed or leave_out(bundle, {(place.part, place.id) for place in changed})
    if is_left:
        bundle.settle(is_settled=True)
    return is_left


def _take_out(places: list[Place], name: str, work: Work) -> list[Place]:
    return archive.take_out(work.connection, places, name)


def leave_out(bundle: Bundle, cases: set[tuple[int, bytes]]) -> bool:
    """Write the bundle anew without *cases*; return whether anything is left. The old files are gone then."""
    before = bundle.manifest
    revision = before.revision + 1

    def kept(table: str) -> Iterator[Row]:
        key = "id" if table == "cases" else "case_id"
        return (tuple(row.values()) for row in bundle.rows(table) if (row["part"], row[key]) not in cases)

    files: dict[str, File] = {}
    for table in before.files:
        names, _ = parquet.read(bundle.file(table))
        columns = [each for each in archive.tables()[table] if each.name in names]
        written = _put(bundle.folder, _place(table, before.bucket, f"{bundle.name}.{revision}"), columns, kept(table))
        if written is not None:
            files[table] = written[0]
    if "cases" not in files:
        bundle.remove()
        return False
    count = files["cases"].rows
    bundle.manifest = replace(before, revision=revision, count=count, files=files)
    bundle.manifest = replace(bundle.manifest, root=bundle.root())
    bundle.write()
    for file in before.files.values():
        (bundle.folder / file.file).unlink()
    return True


def _write(store: Store, folder: Path, bucket: int, before: Micros, now: Micros, done: Archived) -> Bundle | None:
    """Write, read back and examine a bundle of the cases of *bucket*; return None where there are none."""
    name = f"{instant(now):%Y%m%d}-{secrets.token_hex(4)}-{bucket:02}"
    with store.reading() as connection:
        unsound = {problem.case for problem in _examined(connection, bucket, before, done)}
        revision = schema.revision(connection) or ""
        ids = _ids(connection, bucket, before, unsound) if unsound else set()
        files: dict[str, File] = {}
        written: dict[str, Written] = {}
        for table, columns in archive.tables().items():
            key = [column.name for column in columns].index("id" if table == "cases" else "case_id")
            rows = (row for row in archive.rows(connection, table, parts_of(bucket), before) if row[key] not in ids)
            put = _put(folder, _place(table, bucket, name), columns, map(tuple, rows))
            if put is not None:
                files[table], written[table] = put
            elif table == "cases":  # which comes first
                return None
    manifest = Manifest(
        bundle=name, bucket=bucket, made_at=instant(now).isoformat(), before=instant(before).isoformat(),
        schema=revision, revision=0, is_settled=False, count=files["cases"].rows, root="", files=files,
    )  # fmt: skip
    bundle = Bundle(folder, manifest)
    _read_back(bundle, written)
    bundle.manifest = replace(manifest, root=bundle.root())
    bundle.write()
    return bundle


def _examined(connection: Connection, bucket: int, before: Micros, done: Archived) -> list[Problem]:
    """Return what is wrong with the records of the cases that are to be archived."""
    names = [column.name for column in archive.tables()["cases"]]
    wanted = [names.index(name) for name in ("part", "id", "process", "key", "origin", "seq", "head")]
    parts = parts_of(bucket)
    found = verify(
        grouped(
            (CaseRow(*(row[place] for place in wanted)) for row in archive.rows(connection, "cases", parts, before)),  # type: ignore[arg-type]  # the columns hold what the fields do
            map(Event._make, archive.rows(connection, "events", parts, before)),
            map(Payload._make, archive.rows(connection, "payloads", parts, before)),
        )
    )
    done.left += found.problems
    return found.problems


def _ids(connection: Connection, bucket: int, before: Micros, names: Iterable[str]) -> set[object]:
    left = set(names)
    rows = archive.rows(connection, "cases", parts_of(bucket), before)
    return {row[1] for row in rows if subject_of(str(row[2]), str(row[3])) in left}


def _put(folder: Path, place: str, columns: list[archive.Column], rows: Iterable[Row]) -> tuple[File, Written] | None:
    """Write a file of a bundle; return None where there are no rows, and then no file."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return None
    file = folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    written = parquet.write(file, columns, chain([first], rows))
    parquet.flush(file.parent)
    return File(place, written.rows, parquet.digest_of(file)), written


def _place(table: str, bucket: int, name: str) -> str:
    return f"{table}/bucket={bucket:02}/{name}.parquet"


def _read_back(bundle: Bundle, written: dict[str, Written]) -> None:
    """Make sure that the files hold what was written, and that every chain in them is whole.

    Raises:
        ArchiveNotWrittenError: they do not; they are removed.
    """
    reason = ""
    broken: tuple[type[Exception], ...] = (*parquet.unreadable(), DamagedFileError)
    try:
        for table, expected in written.items():
            digest = parquet.Digest()
            for _ in digest.passing(parquet.read(bundle.file(table))[1]):
                pass
            if digest.so_far() != expected:
                reason = bundle.manifest.files[table].file
        problems = verify(bundle.recorded()).problems
        reason = reason or (str(problems[0]) if problems else "")
    except broken as error:
        reason = str(error)
    if reason:
        for table in written:
            bundle.file(table).unlink(missing_ok=True)
        raise ArchiveNotWrittenError(folder=bundle.folder, reason=reason)
