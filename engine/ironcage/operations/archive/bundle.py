"""A bundle: what one run archived of one bucket of parts, a manifest and a Parquet file for each table.

The manifest is written last and names everything else, so that a bundle is there whole or not at all; a Parquet file
that no manifest names is what was left of a run that was killed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, cast

from ironcage.errors import RefusedError, SurroundingsError
from ironcage.messages import mark
from ironcage.operations.archive import parquet
from ironcage.record import CaseRow, Event, Payload, RecordedCase, grouped
from ironcage.record.seal import Head, root_of
from ironcage.store.archive import Place, stubs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.store import Connection

FORMAT = "ironcage-archive-1"
BUCKETS = 16
PER_BUCKET = 64
"""So many of the 1024 parts lie together."""


class BrokenManifestError(RefusedError):
    """A file among the manifests is none."""

    message = mark(
        "{file} is not the manifest of an archive, or it was damaged. Nothing was done; put it back from a copy of the "
        "archive."
    )


class DamagedFileError(SurroundingsError):
    """A file of an archive is not what was archived."""

    message = mark(
        "{file} is missing, or is not the file that was archived. Nothing was done; put it back from a copy of the "
        "archive."
    )


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file of a bundle."""

    file: str
    """Its place in the archive."""
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself."""

    bundle: str
    bucket: int
    """Of sixteen: the parts from 64 times that number on."""
    made_at: str
    """ISO 8601, UTC."""
    before: str
    """The cases were over before this instant."""
    schema: str
    """The revision of the database they come from."""
    revision: int
    """How often cases were taken out of it again."""
    is_settled: bool
    """Whether the database holds none of its cases any more."""
    count: int
    """How many cases it holds."""
    root: str
    """The Merkle tree hash of the ends of their chains, by name, made as that of a seal."""
    files: dict[str, File]
    """By table."""
    format: str = FORMAT

    @property
    def parts(self) -> tuple[int, int]:
        """The first and the last part that its cases may have."""
        return parts_of(self.bucket)


def parts_of(bucket: int) -> tuple[int, int]:
    """Return the first and the last part of a bucket."""
    return bucket * PER_BUCKET, (bucket + 1) * PER_BUCKET - 1


class Bundle:
    """A bundle in an archive."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @property
    def name(self) -> str:
        """What the rows of its cases in the database call it."""
        return self.manifest.bundle

    def file(self, table: str) -> Path:
        """Return the file with the rows of *table*."""
        return self.folder / self.manifest.files[table].file

    def rows(self, table: str) -> Iterator[dict[str, parquet.Value]]:
        """Yield the rows of *table* by the names of its columns, ordered by their keys.

        Raises:
            DamagedFileError: they cannot be read.
        """
        if table in self.manifest.files:
            try:
                names, rows = parquet.read(self.file(table))
                yield from (dict(zip(names, row, strict=True)) for row in rows)
            except parquet.unreadable() as error:
                raise DamagedFileError(file=self.file(table)) from error

    def altered(self) -> Iterator[Path]:
        """Yield the files that are missing, or are not those that were archived."""
        for file in self.manifest.files.values():
            place = self.folder / file.file
            if not place.is_file() or parquet.digest_of(place) != file.sha256:
                yield place

    def make_sure(self) -> None:
        """Read every file once: what is moved or written anew must not be passed off as what was archived.

        Raises:
            DamagedFileError: one is not what was archived.
        """
        for file in self.altered():
            raise DamagedFileError(file=file)

    def recorded(self) -> Iterator[RecordedCase]:
        """Yield its cases as a record, one at a time."""
        return grouped(
            map(_case, self.rows("cases")),
            (Event._make(row.values()) for row in self.rows("events")),
            (Payload._make(row.values()) for row in self.rows("payloads")),
        )

    def places(self) -> Iterator[Place]:
        """Yield its cases, each with the end of its record."""
        for row in self.rows("cases"):
            yield Place(*cast("tuple[int, bytes, int, bytes]", (row["part"], row["id"], row["seq"], row["head"])))

    def root(self) -> str:
        """Return the Merkle tree hash of the ends of the chains that it holds."""
        rows = map(_case, self.rows("cases"))
        return root_of(sorted(Head(row.subject, row.seq, row.head) for row in rows), 1).hex()

    def settle(self, *, is_settled: bool) -> None:
        """Write down whether the database holds none of its cases any more."""
        self.manifest = replace(self.manifest, is_settled=is_settled)
        self.write()

    def write(self) -> None:
        """Put the manifest into its place; from then on the bundle is there."""
        place = manifest_of(self.folder, self.name)
        draft = place.with_name(place.name + ".unfinished")
        draft.write_text(json.dumps(asdict(self.manifest), indent=1) + "\n", "utf-8")
        parquet.flush(draft)
        draft.replace(place)
        parquet.flush(place.parent)

    def remove(self) -> None:
        """Remove the manifest, then the files."""
        manifest_of(self.folder, self.name).unlink()
        parquet.flush(self.folder / "manifests")
        for file in self.manifest.files.values():
            (self.folder / file.file).unlink(missing_ok=True)


def manifest_of(folder: Path, name: str) -> Path:
    """Return where the manifest of a bundle is."""
    return folder / "manifests" / f"{name}.json"


def bundles(folder: Path) -> list[Bundle]:
    """Return the bundles of an archive by name; none where there is no archive yet.

    Raises:
        BrokenManifestError: a manifest cannot be read.
    """
    return [Bundle(folder, _manifest(file)) for file in sorted((folder / "manifests").glob("*.json"))]


def strays(folder: Path, known: list[Bundle]) -> list[Path]:
    """Return the files of an archive that no manifest names: what was left where a run was killed."""
    named = {folder / file.file for bundle in known for file in bundle.manifest.files.values()}
    return sorted({*folder.glob("*/bucket=*/*.parquet"), *(folder / "manifests").glob("*.unfinished")} - named)


def lost(connection: Connection, files: list[Path], known: list[Bundle]) -> set[str]:
    """Return the names of the bundles of *files* that have no manifest, though the database says that they hold cases.

    Such a bundle has lost its manifest; what a run that was killed left holds no cases yet.
    """
    unnamed = {name_of(file) for file in files} - {bundle.name for bundle in known}
    return {name for _, name in stubs(connection) if name in unnamed} if unnamed else set()


def name_of(file: Path) -> str:
    """Return the name of the bundle that a file is of, whichever of its revisions it is."""
    return file.name.partition(".")[0]


def _manifest(file: Path) -> Manifest:
    try:
        document = json.loads(file.read_text("utf-8"))
        files = {table: File(**each) for table, each in document.pop("files").items()}
        manifest = Manifest(**document, files=files)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenManifestError(file=file) from error
    if manifest.format != FORMAT or manifest.bundle != file.stem:
        raise BrokenManifestError(file=file)
    return manifest


def _case(row: dict[str, parquet.Value]) -> CaseRow:
    return CaseRow._make(row[name] for name in ("part", "id", "process", "key", "origin", "seq", "head"))
