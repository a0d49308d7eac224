"""Rows in Parquet files, written and read in pieces so that a file of any size takes little memory."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from ironcage.errors import ExtraMissingError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ironcage.store.archive import Column

Value = int | str | bytes | None
Row = tuple[Value, ...]

_AT_A_TIME = 10_000


class ArrowMissingError(ExtraMissingError):
    """pyarrow is not installed."""

    message = mark("Archives need the package pyarrow. Install it with: pip install 'ironcage[audit]'")


class Written(NamedTuple):
    """What is known of a file."""

    rows: int
    digest: bytes
    """SHA-256 over the rows, one after the other."""


class Digest:
    """Counts and digests rows as they pass."""

    def __init__(self) -> None:
        self._hash = sha256()
        self._rows = 0

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield *rows* as they are."""
        for row in rows:
            self._hash.update(repr(row).encode("utf-8", "surrogatepass"))
            self._rows += 1
            yield row

    def so_far(self) -> Written:
        """Return what is known of the rows that have passed."""
        return Written(self._rows, self._hash.digest())


def write(file: Path, columns: Sequence[Column], rows: Iterable[Row]) -> Written:
    """Write *rows* to *file*, on the disk when this returns, and return what was written.

    Raises:
        ArrowMissingError: pyarrow is not installed.
    """
    arrow, parquet = _arrow()
    types = {"number": arrow.int64(), "text": arrow.string(), "bytes": arrow.binary()}
    schema = arrow.schema([(column.name, types[column.holds]) for column in columns])
    digest = Digest()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for block in _blocks(digest.passing(rows)):
            fields = [
                arrow.array(values, field.type) for values, field in zip(zip(*block, strict=True), schema, strict=True)
            ]
            writer.write_batch(arrow.record_batch(fields, schema=schema))
    flush(file)
    return digest.so_far()


def read(file: Path) -> tuple[list[str], Iterator[Row]]:
    """Return the names of the columns of *file*, and its rows.

    Raises:
        ArrowMissingError: pyarrow is not installed.
        OSError, pyarrow.ArrowException: it cannot be read.
    """
    _, parquet = _arrow()
    opened = parquet.ParquetFile(file)

    def rows() -> Iterator[Row]:
        with opened:
            for batch in opened.iter_batches(_AT_A_TIME):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    return list(opened.schema_arrow.names), rows()


def unreadable() -> tuple[type[Exception], ...]:
    """Return the kinds of errors that a file raises which is not what was written."""
    arrow, _ = _arrow()
    return OSError, arrow.ArrowException


def digest_of(file: Path) -> str:
    """Return the SHA-256 of the bytes of *file*, in hexadecimal."""
    digest = sha256()
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == _AT_A_TIME:
            yield block
            block = []
    if block:
        yield block


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise ArrowMissingError from error
    return pa, parquet
