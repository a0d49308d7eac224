"""PostgreSQL tidies up the tables of work after a thousand rows that are gone, however many are left.

What is due is looked for from one end of an index; what is gone lies there until it is tidied up, and a share of a
million rows would be a long way to go. SQLite tidies up at once.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
compatible_from = "0001"

_OF_WORK = ("calls", "jobs", "marks", "messages", "notices", "outbox", "subscriptions", "timers")
"""What is soon gone again. Their last pages are not given back: that would take a lock on the whole table."""
_SOON_GONE = (
    "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off, "
    "autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000"
)
_CASES = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, vacuum_index_cleanup = on"
"""Cases stay, but the instants at which they were due are soon gone from their index."""


def upgrade() -> None:
    """Set when each table is tidied up."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _OF_WORK:
        op.execute(f"ALTER TABLE {table} SET ({_SOON_GONE})")
    op.execute(f"ALTER TABLE cases SET ({_CASES})")
