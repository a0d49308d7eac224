"""Columns of values in the binary form in which PostgreSQL takes arrays.

psycopg encodes a list value by value, as text where it may be text, which takes as long as all the rest of a step. What
type the values of a column have is known here, so they are put together at once.

Source: ``array_recv`` and the ``recv`` functions of the elements in the sources of PostgreSQL.
"""

from __future__ import annotations

from functools import cache, partial
from struct import Struct
from typing import TYPE_CHECKING, Any, cast

from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from psycopg import Connection
    from psycopg.abc import AdaptContext

    Kinds = Mapping[str, tuple[int, Callable[[Sequence[Any]], list[bytes]]]]
    """The number of a type, and what encodes elements of it, each after its length."""

_HEAD = Struct("!iiIii").pack
"""Of an array: one dimension, whether anything is null, the type of its elements, how many, the number of the first."""
_LENGTH = Struct("!i").pack
_NULL = _LENGTH(-1)
_INT8, _INT4 = Struct("!iq").pack, Struct("!ii").pack


class Array(bytes):
    """A column, encoded; of which type it is says the statement whose parameter it is."""

    __slots__ = ()


class _ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Array) -> Array:
        return obj


def teach(context: AdaptContext) -> None:
    """Let *context*, a cursor or a connection, know how an array is passed on."""
    context.adapters.register_dumper(Array, _ArrayDumper)


def encoded(types: Iterable[str], rows: Iterable[Sequence[object]], encoding: str) -> list[Array]:
    """Return the columns of *rows*, whose values are of *types*, by the names of PostgreSQL, or None."""
    kinds = _kinds(encoding)
    return [_column(*kinds[kind], column) for kind, column in zip(types, zip(*rows, strict=True), strict=True)]


def encoding_of(connection: Connection[Any]) -> str:
    """Return how the server reads the texts that *connection* sends it: the session, the role or the host may say."""
    encoding = connection.info.encoding
    return "utf-8" if encoding == "ascii" else encoding  # a server that says ascii takes bytes as they come


def _column(oid: int, elements: Callable[[Sequence[Any]], list[bytes]], values: Sequence[Any]) -> Array:
    count = len(values)
    is_constant = values.count(values[0]) == count  # as many a column is in the rows of like steps
    body = elements(values[:1])[0] * count if is_constant else b"".join(elements(values))
    return Array(_HEAD(1, None in values, oid, count, 1) + body)


def _long(values: Sequence[int | None]) -> list[bytes]:
    return [_NULL if value is None else _INT8(8, value) for value in values]


def _whole(values: Sequence[int | None]) -> list[bytes]:
    return [_NULL if value is None else _INT4(4, value) for value in values]


def _blobs(values: Sequence[bytes | None]) -> list[bytes]:
    return [_NULL if value is None else _LENGTH(len(value)) + value for value in values]


def _texts(encoding: str, values: Sequence[str | None]) -> list[bytes]:
    known: dict[str | None, bytes] = {None: _NULL}  # the same few words stand in most columns
    for value in set(values) - {None}:
        text = cast("str", value).encode(encoding)
        known[value] = _LENGTH(len(text)) + text
    return [known[value] for value in values]


@cache
def _kinds(encoding: str) -> Kinds:
    return {"int8": (20, _long), "int4": (23, _whole), "bytea": (17, _blobs), "text": (25, partial(_texts, encoding))}
