"""The tables of the audit: runs, what each rule said in a run, findings, and where each finding stands.

Nothing in them is ever changed: a finding is written once, and each change of its state is a further row.
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
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from ironcage.store.tables import TEXT
from ironcage.store.tables import metadata as of_the_engine

metadata = MetaData(naming_convention=of_the_engine.naming_convention)

audit_runs = Table(
    "audit_runs",
    metadata,
    Column("id", LargeBinary, nullable=False),
    Column("as_of_us", BigInteger, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("cases", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("id"),
)

rule_results = Table(
    "rule_results",
    metadata,
    Column("run", LargeBinary, nullable=False),
    Column("rule", TEXT, nullable=False),
    Column("version", TEXT, nullable=False),
    Column("query", TEXT, nullable=False),
    Column("scope", TEXT, nullable=False),
    Column("parameters", TEXT, nullable=False),
    Column("examined", BigInteger, nullable=False),
    Column("not_examined", TEXT, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("new", BigInteger, nullable=False),
    Column("failed", TEXT),
    PrimaryKeyConstraint("run", "rule"),
    ForeignKeyConstraint(["run"], ["audit_runs.id"]),
)

findings = Table(
    "findings",
    metadata,
    Column("part", Integer, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("run", LargeBinary, nullable=False),
    Column("rule", TEXT, nullable=False),
    Column("rule_version", TEXT, nullable=False),
    Column("severity", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("occurrence", TEXT, nullable=False),
    Column("occurred_us", BigInteger, nullable=False),
    Column("process", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("element", TEXT),
    Column("definition", TEXT),
    Column("measured", TEXT, nullable=False),
    Column("evidence", TEXT, nullable=False),
    PrimaryKeyConstraint("part", "fingerprint"),
    ForeignKeyConstraint(["run", "rule"], ["rule_results.run", "rule_results.rule"]),
    CheckConstraint("part BETWEEN 0 AND 1023", name="part_in_range"),
    CheckConstraint("severity IN ('blue', 'yellow', 'orange', 'red')", name="severity_known"),
    sqlite_with_rowid=False,
)
Index(None, findings.c.rule)

finding_states = Table(
    "finding_states",
    metadata,
    Column("part", Integer, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor", TEXT),
    Column("reason", TEXT),
    PrimaryKeyConstraint("part", "fingerprint", "number"),
    ForeignKeyConstraint(["part", "fingerprint"], ["findings.part", "findings.fingerprint"]),
    CheckConstraint("number >= 1", name="number_positive"),
    CheckConstraint("number > 1 OR state = 'open'", name="begins_open"),
    sqlite_with_rowid=False,
)
