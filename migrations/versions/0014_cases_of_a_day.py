"""On SQLite, rows that grow with every step lie by case before part, and wide rows in the order they were written.

Ids begin with their instant: what belongs to the cases of a day shares pages, where by part each case has pages of its
own (docs/decisions/0029-cases-of-a-day-share-pages.md). PostgreSQL stays as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ironcage.store.schema import TableAlteredError

revision = "0014"
down_revision = "0013"
compatible_from = "0001"

_BY_ROWID = ("cases", "events", "payloads", "tasks")
"""Tables whose rows are wider than a twentieth of a page, or nearly: among keys they would make these few to a page."""
_BY_CASE = ("events", "payloads", "tasks", "timers")


def upgrade() -> None:
    """Build the tables anew, each with its rows, indexes and triggers.

    What else a host has in the file refers to them by name: ``Database.rebuilding`` keeps SQLite from writing the name
    over that a table has meanwhile, and from taking rows of the host for rows of what is dropped.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in (*_BY_ROWID, "timers"):
        _rebuild(table)


def _rebuild(table: str) -> None:
    """Make *table* anew from what SQLite itself says it was made by."""
    made = _definition_of(table)
    of_it = [*_definitions("index", table), *_definitions("trigger", table)]
    columns = ", ".join(_columns(table))
    before = f"ironcage_{table}_before_0014"
    for statement in (
        f"ALTER TABLE {table} RENAME TO {before}",
        made,
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {before}",  # noqa: S608 - the names are the table's own
        f"DROP TABLE {before}",
        *of_it,
    ):
        op.get_bind().exec_driver_sql(statement)


def _definition_of(table: str) -> str:
    """Return the statement that is to make *table*."""
    (made,) = _definitions("table", table)
    if table in _BY_CASE:
        made = _replaced(table, made, "PRIMARY KEY (part, case_id", "PRIMARY KEY (case_id, part")
    return _replaced(table, made, "WITHOUT ROWID", "") if table in _BY_ROWID else made


def _definitions(kind: str, table: str) -> list[str]:
    """Return the statements that made the table, its triggers, or its indexes but those of its constraints."""
    of_it = "lower(tbl_name) = :table"  # a trigger names it as its author wrote it
    sql = f"SELECT sql FROM sqlite_master WHERE type = :kind AND {of_it} AND sql IS NOT NULL ORDER BY rowid"  # noqa: S608
    return list(op.get_bind().execute(sa.text(sql), {"kind": kind, "table": table}).scalars())


def _columns(table: str) -> list[str]:
    """Return the columns that have values of their own: others are computed from them."""
    return [f'"{row[1]}"' for row in op.get_bind().exec_driver_sql(f"PRAGMA table_info({table})")]


def _replaced(table: str, made: str, old: str, new: str) -> str:
    before, found, after = made.partition(old)
    if not found:
        raise TableAlteredError(table=table)
    return before + new + after
