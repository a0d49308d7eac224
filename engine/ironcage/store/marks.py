"""The table of marks: what is about to be tried is marked first, so that what kills the process is known afterwards.

It follows the rules of ``ironcage.store.tables``, and refers to no row of theirs: a mark is written while others may
hold that row.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from ironcage.store.tables import TEXT, metadata

marks = Table(
    "marks",
    metadata,
    Column("part", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("attempt", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("marked_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("part", "kind", "subject", "seq", "number"),
    CheckConstraint("kind IN ('wake', 'start', 'delivery')", name="kind_known"),
    CheckConstraint("attempts >= 1", name="attempts_counted"),
    sqlite_with_rowid=False,
)
Index("ix_marks_attempt", marks.c.attempt)
