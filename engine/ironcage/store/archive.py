"""Cases that are over, as they go into an archive and come back: every row of theirs, whichever table it is in.

What stays of an archived case is its row in ``cases``, without a state, which says what archive it is in: its key is
still taken, and the end of its record is still known. It is read and written by the names of columns, so that what an
earlier release archived can come back into tables that have got more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import LargeBinary, Text, and_, bindparam, delete, exists, insert, select, update
from sqlalchemy import case as either

from ironcage.record import CaseRow
from ironcage.store.sqlite import any_text
from ironcage.store.tables import cases, metadata, notices
from ironcage.store.traffic import outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from ironcage.clock import Micros

_AT_A_TIME = 1000
_EMPTIED = either((cases.c.state.is_not(None), b""), else_=None)
"""What stands for the state of a case that is archived; an imported one has none."""


class Column(NamedTuple):
    """A column of a table, and what it holds: ``text``, ``bytes`` or ``number``."""

    name: str
    holds: str


class Place(NamedTuple):
    """A case, and the end of its record when it was archived."""

    part: int
    id: bytes
    seq: int
    head: bytes


def tables() -> dict[str, list[Column]]:
    """Return the columns of every table that has rows of cases: first ``cases`` itself, then by name."""
    return {table.name: [_column(column) for column in table.columns] for table in (cases, *_others())}


def rows(
    connection: Connection, name: str, parts: tuple[int, int], before: Micros
) -> Iterator[Sequence[int | str | bytes | None]]:
    """Yield the rows, in the order of their keys, of the cases that may be archived.

    Those are over since an instant earlier than *before*, nothing of theirs is on its way any more, and none is
    archived yet.

    Args:
        connection: every call on it must see the same snapshot.
        name: which table.
        parts: the first and the last part.
        before: the first instant at which a case ended too late.
    """
    table = metadata.tables[name]
    query = select(table).where(_over(parts, before)).order_by(cases.c.part, cases.c.id)
    if table is not cases:
        query = query.join_from(cases, table, and_(table.c.part == cases.c.part, table.c.case_id == cases.c.id))
        query = query.order_by(*list(table.primary_key.columns)[2:])
    with any_text(connection):
        for block in connection.execute(query, execution_options={"yield_per": _AT_A_TIME}).partitions():
            yield from map(tuple, block)


def take_out(connection: Connection, places: Sequence[Place], archive: str) -> list[Place]:
    """Remove every row of the cases but the one that says where they are; return those that are so now.

    A case that has changed since, or is gone, is left as it is.
    """
    moved = update(cases).where(
        cases.c.part == bindparam("of"), cases.c.id == bindparam("case"), cases.c.seq == bindparam("events"),
        cases.c.head == bindparam("end"), cases.c.archive.is_(None), cases.c.closed_us.is_not(None), ~_untold(),
    ).values(archive=archive, state=_EMPTIED)  # fmt: skip
    out: list[Place] = []
    removed: list[dict[str, int | bytes]] = []
    for place in places:
        known = {"of": place.part, "case": place.id, "events": place.seq, "end": place.head}
        changed = connection.execute(moved, known).rowcount
        if changed:
            removed.append({"of": place.part, "case": place.id})
        if changed or _is_in(connection, place, archive):
            out.append(place)
    for table in _others() if removed else ():
        mine = delete(table).where(table.c.part == bindparam("of"), table.c.case_id == bindparam("case"))
        connection.execute(mine, removed)
    return out


def put_back(connection: Connection, place: Place, archive: str, kept: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Insert the rows *kept* of a case in *archive*; return whether it was there, else nothing was done."""
    (row,) = kept["cases"]
    found = update(cases).where(cases.c.part == place.part, cases.c.id == place.id, cases.c.archive == archive)
    if not connection.execute(found.values(archive=None, state=row["state"])).rowcount:
        return False
    for table in _others():
        if kept.get(table.name):
            connection.execute(insert(table), kept[table.name])
    return True


def stubs(connection: Connection, parts: tuple[int, int] = (0, 1023)) -> Iterator[tuple[CaseRow, str]]:
    """Yield what is left of the archived cases of *parts*, by part and id, each with the archive it is in."""
    of = cases.c
    query = select(of.part, of.id, of.process, of.key, of.origin, of.seq, of.head, of.archive)
    query = query.where(of.archive.is_not(None), of.part.between(*parts)).order_by(of.part, of.id)
    for block in connection.execute(query, execution_options={"yield_per": _AT_A_TIME}).partitions():
        yield from ((CaseRow._make(row[:-1]), row[-1]) for row in block)


def _others() -> list[Table]:
    named = sorted(metadata.tables.items())
    return [table for _, table in named if {"part", "case_id"} <= set(table.columns.keys())]


def _column(column: Any) -> Column:
    holds = "bytes" if isinstance(column.type, LargeBinary) else "text" if isinstance(column.type, Text) else "number"
    return Column(column.name, holds)


def _over(parts: tuple[int, int], before: Micros) -> ColumnElement[bool]:
    sent = exists().where(outbox.c.part == cases.c.part, outbox.c.sender == cases.c.id)
    awaited = exists().where(outbox.c.to_part == cases.c.part, outbox.c.to_case == cases.c.id)
    old = and_(cases.c.part.between(*parts), cases.c.closed_us < before, cases.c.archive.is_(None))
    return and_(old, ~sent, ~awaited, ~_untold())


def _untold() -> ColumnElement[bool]:
    """Return whether somebody is still to be told of a case."""
    notice = notices.alias("notice")  # for the rows of that table itself are asked for so, too
    return exists().where(notice.c.part == cases.c.part, notice.c.case_id == cases.c.id, notice.c.run_us.is_not(None))


def _is_in(connection: Connection, place: Place, archive: str) -> bool:
    row = select(cases.c.id).where(cases.c.part == place.part, cases.c.id == place.id, cases.c.archive == archive)
    return connection.execute(row).first() is not None
