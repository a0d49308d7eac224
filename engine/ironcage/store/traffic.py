"""The tables of what passes between cases: what they wait for, what starts them, and what they send.

They follow the rules of ``ironcage.store.tables``. The starts of a process belong to its definition and not to a case,
so they have no part; a buffered message has the part of its name.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    TextClause,
)

from ironcage.store.tables import TEXT, metadata

__all__ = ["calls", "messages", "metadata", "outbox", "starts", "subscriptions"]

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("found", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("part", "case_id", "wait"),
    CheckConstraint("kind IN ('message', 'signal')", name="kind_known"),
    sqlite_with_rowid=False,
)
Index(
    "ix_subscriptions_name",
    subscriptions.c.kind,
    subscriptions.c.name,
    subscriptions.c.found,
    subscriptions.c.key,
    subscriptions.c.opened_us,
    subscriptions.c.case_id,
)

calls = Table(
    "calls",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("process", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    PrimaryKeyConstraint("part", "case_id", "wait"),
    sqlite_with_rowid=False,
)

starts = Table(
    "starts",
    metadata,
    Column("process", TEXT, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("due_us", BigInteger),
    Column("remaining", Integer),
    Column("incident", TEXT),
    PrimaryKeyConstraint("process", "element", "number"),
    ForeignKeyConstraint(["process", "version"], ["definitions.process", "definitions.version"]),
    CheckConstraint("kind IN ('message', 'signal', 'timer')", name="kind_known"),
    CheckConstraint("kind = 'timer' OR due_us IS NULL", name="due_of_a_timer"),
    sqlite_with_rowid=False,
)
Index("ix_starts_name", starts.c.kind, starts.c.name, starts.c.process)
Index(
    "ix_starts_due",
    starts.c.due_us,
    sqlite_where=TextClause("due_us IS NOT NULL AND incident IS NULL"),
    postgresql_where=TextClause("due_us IS NOT NULL AND incident IS NULL"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("part", Integer, nullable=False),
    Column("sender", LargeBinary, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("to_part", Integer),
    Column("to_case", LargeBinary),
    Column("to_wait", Integer),
    Column("body", LargeBinary, nullable=False),
    Column("run_us", BigInteger),
    Column("incident", TEXT),
    PrimaryKeyConstraint("part", "sender", "seq", "number"),
    CheckConstraint(
        "kind IN ('message', 'seek', 'receive', 'begin', 'call', 'return', 'escalation', 'cancel')", name="kind_known"
    ),
    CheckConstraint("(to_part IS NULL) = (to_case IS NULL)", name="receiver_whole"),
    CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="stopped_by_an_incident"),
    sqlite_with_rowid=False,
)
Index(
    "ix_outbox_run",
    outbox.c.run_us,
    outbox.c.sender,
    outbox.c.seq,
    outbox.c.number,
    sqlite_where=TextClause("run_us IS NOT NULL"),
    postgresql_where=TextClause("run_us IS NOT NULL"),
)
Index(
    "ix_outbox_incident",
    outbox.c.part,
    outbox.c.sender,
    sqlite_where=TextClause("incident IS NOT NULL"),
    postgresql_where=TextClause("incident IS NOT NULL"),
)
Index("ix_outbox_to", outbox.c.to_part, outbox.c.to_case)

messages = Table(
    "messages",
    metadata,
    Column("part", Integer, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("sent_us", BigInteger, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("to_part", Integer),
    Column("to_case", LargeBinary),
    Column("sender_part", Integer),
    Column("sender", LargeBinary),
    Column("body", LargeBinary, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("part", "name", "sent_us"),
    CheckConstraint("(to_part IS NULL) = (to_case IS NULL)", name="receiver_whole"),
    CheckConstraint("(sender_part IS NULL) = (sender IS NULL)", name="sender_whole"),
    sqlite_with_rowid=False,
)
Index("ix_messages_to", messages.c.part, messages.c.name, messages.c.to_case, messages.c.sent_us)
Index("ix_messages_key", messages.c.part, messages.c.name, messages.c.to_case, messages.c.key, messages.c.sent_us)
Index("ix_messages_sender", messages.c.sender_part, messages.c.sender)
Index("ix_messages_expires", messages.c.expires_us)
