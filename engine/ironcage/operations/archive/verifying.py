"""Verifying archives: every file against its manifest, every chain, and what the database says of the cases in them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ironcage.operations.archive.bundle import DamagedFileError, bundles, lost, manifest_of, name_of, strays
from ironcage.record import RecordedCase
from ironcage.record.problems import Problem, ProblemKind
from ironcage.record.verification import verify
from ironcage.store import archive, queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ironcage.operations.archive.bundle import Bundle
    from ironcage.record.sealed import Seals
    from ironcage.record.verification import Verification
    from ironcage.store import Connection, Store


def verify_with(store: Store | None, folders: Sequence[Path], seals: Seals | None = None) -> Verification:
    """Return what is wrong with the record of *store*, the archives in *folders* being part of it.

    Without a *store* the archives are examined by themselves: what they hold, not whether it is all.

    Raises:
        ArrowMissingError: pyarrow is not installed.
        BrokenManifestError: a manifest cannot be read.
    """
    problems: list[Problem] = []
    sound: list[Bundle] = []
    for folder in folders:
        known = bundles(folder)
        problems += _of_no_manifest(store, folder, known)
        for bundle in known:
            problems += _of_the_files(bundle)
            if _is_readable(bundle):
                sound.append(bundle)
    if store is None:
        found = verify(chain.from_iterable(bundle.recorded() for bundle in sound), seals)
    else:
        with store.reading() as connection:
            names = {bundle.name for bundle in sound}
            elsewhere = (row for row, name in archive.stubs(connection) if name not in names)
            archived = chain.from_iterable(_compared(connection, bundle, problems) for bundle in sound)
            found = verify(chain(queries.record(connection), archived), seals, elsewhere)
    found.problems = problems + found.problems
    return found


def record_with(connection: Connection, folders: Sequence[Path]) -> Iterator[RecordedCase]:
    """Yield everything that is recorded, what lies in the archives in *folders* included.

    Raises:
        ArrowMissingError: pyarrow is not installed.
        BrokenManifestError: a manifest cannot be read.
        DamagedFileError: another file cannot be read.
    """
    yield from queries.record(connection)
    for folder in folders:
        for bundle in bundles(folder):
            yield from _compared(connection, bundle, [])


def _compared(connection: Connection, bundle: Bundle, problems: list[Problem]) -> Iterator[RecordedCase]:
    """Yield the cases of *bundle*, each with the row that the database has of it; both are ordered by part and id."""
    mine = (row for row, name in archive.stubs(connection, bundle.manifest.parts) if name == bundle.name)
    row = next(mine, None)
    for recorded in bundle.recorded():
        kept = recorded.row
        if kept is None:
            yield recorded  # rows of no case, which are told of
            continue
        while row is not None and row[:2] < kept[:2]:
            yield RecordedCase(row, [], [])  # all its events are missing
            row = next(mine, None)
        if row is not None and row[:2] == kept[:2]:
            yield recorded._replace(row=row)
            row = next(mine, None)
        else:
            problems.append(Problem(ProblemKind.STRAY_COPY, kept.subject, details={"bundle": bundle.name}))
    while row is not None:
        yield RecordedCase(row, [], [])
        row = next(mine, None)


def _of_no_manifest(store: Store | None, folder: Path, known: list[Bundle]) -> Iterator[Problem]:
    """Yield the manifests that the database misses, and the files that no run needs."""
    found, missing = strays(folder, known), set[str]()
    if store is not None:
        with store.reading() as connection:
            missing = lost(connection, found, known)
    for name in sorted(missing):
        yield _of_a_file(ProblemKind.MISSING_FILE, folder, manifest_of(folder, name))
    for file in found:
        if name_of(file) not in missing:
            yield _of_a_file(ProblemKind.STRAY_FILE, folder, file)


def _of_the_files(bundle: Bundle) -> Iterator[Problem]:
    for file in bundle.altered():
        kind = ProblemKind.ALTERED_FILE if file.is_file() else ProblemKind.MISSING_FILE
        yield _of_a_file(kind, bundle.folder, file)


def _of_a_file(kind: ProblemKind, folder: Path, file: Path) -> Problem:
    return Problem(kind, details={"file": str(file.relative_to(folder))})


def _is_readable(bundle: Bundle) -> bool:
    try:
        for table in bundle.manifest.files:
            for _ in bundle.rows(table):
                pass
    except DamagedFileError:
        return False
    return True
