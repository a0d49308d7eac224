"""The audit: runs, what each rule said, findings and their states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0002"
down_revision = "0001"
compatible_from = "0001"


def upgrade() -> None:
    """Make the tables of the audit."""
    _audit_runs()
    _rule_results()
    _findings()
    _finding_states()


def _audit_runs() -> None:
    op.create_table(
        "audit_runs",
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("as_of_us", sa.BigInteger, nullable=False),
        sa.Column("started_us", sa.BigInteger, nullable=False),
        sa.Column("cases", sa.BigInteger, nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_runs"),
    )


def _rule_results() -> None:
    op.create_table(
        "rule_results",
        sa.Column("run", sa.LargeBinary, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("parameters", TEXT, nullable=False),
        sa.Column("examined", sa.BigInteger, nullable=False),
        sa.Column("not_examined", TEXT, nullable=False),
        sa.Column("findings", sa.BigInteger, nullable=False),
        sa.Column("new", sa.BigInteger, nullable=False),
        sa.Column("failed", TEXT),
        sa.PrimaryKeyConstraint("run", "rule", name="pk_rule_results"),
        sa.ForeignKeyConstraint(["run"], ["audit_runs.id"], name="fk_rule_results_audit_runs"),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("run", sa.LargeBinary, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("rule_version", TEXT, nullable=False),
        sa.Column("severity", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("occurrence", TEXT, nullable=False),
        sa.Column("occurred_us", sa.BigInteger, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("element", TEXT),
        sa.Column("definition", TEXT),
        sa.Column("measured", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("part", "fingerprint", name="pk_findings"),
        sa.ForeignKeyConstraint(
            ["run", "rule"], ["rule_results.run", "rule_results.rule"], name="fk_findings_rule_results"
        ),
        sa.CheckConstraint("part BETWEEN 0 AND 1023", name="ck_findings_part_in_range"),
        sa.CheckConstraint("severity IN ('blue', 'yellow', 'orange', 'red')", name="ck_findings_severity_known"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_findings_rule", "findings", ["rule"])


def _finding_states() -> None:
    op.create_table(
        "finding_states",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("actor", TEXT),
        sa.Column("reason", TEXT),
        sa.PrimaryKeyConstraint("part", "fingerprint", "number", name="pk_finding_states"),
        sa.ForeignKeyConstraint(
            ["part", "fingerprint"], ["findings.part", "findings.fingerprint"], name="fk_finding_states_findings"
        ),
        sa.CheckConstraint("number >= 1", name="ck_finding_states_number_positive"),
        sa.CheckConstraint("number > 1 OR state = 'open'", name="ck_finding_states_begins_open"),
        sqlite_with_rowid=False,
    )
