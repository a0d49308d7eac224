"""API keys may be bound to processes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
compatible_from = "0001"


def upgrade() -> None:
    """Add the processes a key is bound to, a line each; none for all."""
    op.add_column("api_keys", sa.Column("processes", sa.Text, server_default="", nullable=False))
