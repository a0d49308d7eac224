"""The REST API: its keys, and the answers it remembers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
compatible_from = "0001"


def upgrade() -> None:
    """Make the tables of the API."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("made_us", sa.BigInteger, nullable=False),
        sa.Column("used_us", sa.BigInteger),
        sa.Column("revoked_us", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("name", name="uq_api_keys_name"),
    )
    op.create_table(
        "api_answers",
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("idempotency", sa.Text, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key_id", "idempotency", name="pk_api_answers"),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_api_answers_api_keys"),
        sa.CheckConstraint("status BETWEEN 200 AND 299", name="ck_api_answers_only_what_was_done"),
    )
    op.create_index("ix_api_answers_at_us", "api_answers", ["at_us"])
