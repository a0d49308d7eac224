"""On SQLite, rows that grow with every step lie by case before part, and wide rows in the order they were written.

Ids begin with their instant: what belongs to the cases of a day shares pages, where by part each case has pages of its
own (docs/decisions/0029-cases-of-a-day-share-pages.md). PostgreSQL stays as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
compatible_from = "0001"

_BY_ROWID = ("cases", "events", "payloads", "tasks")
"""Tables whose rows are wider than a twentieth of a page, or nearly: among keys they would make these few to a page."""
_BY_CASE = ("events", "payloads", "tasks", "timers")


def upgrade() -> None:
    """Build the tables anew, each with its rows and indexes."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in (*_BY_ROWID, "timers"):
        _rebuild(table)


def _rebuild(table: str) -> None:
    """Make *table* anew from what SQLite itself says it was made by."""
    made = _definitions("table", "name", table)[0]
    indexes = _definitions("index", "tbl_name", table)
    if table in _BY_CASE:
        made = _replaced(made, "PRIMARY KEY (part, case_id", "PRIMARY KEY (case_id, part")
    if table in _BY_ROWID:
        made = _replaced(made, "WITHOUT ROWID", "")
    for statement in (
        f"ALTER TABLE {table} RENAME TO {table}_before",
        made,
        f"INSERT INTO {table} SELECT * FROM {table}_before",  # noqa: S608 - the names are those above
        f"DROP TABLE {table}_before",
        *indexes,
    ):
        op.get_bind().exec_driver_sql(statement)


def _definitions(kind: str, by: str, table: str) -> list[str]:
    """Return the statements that made the table, or its indexes but those of its constraints."""
    sql = f"SELECT sql FROM sqlite_master WHERE type = :kind AND {by} = :table AND sql IS NOT NULL ORDER BY name"  # noqa: S608
    return list(op.get_bind().execute(sa.text(sql), {"kind": kind, "table": table}).scalars())


def _replaced(text: str, old: str, new: str) -> str:
    before, found, after = text.partition(old)
    assert found, text
    return before + new + after
