"""The connection a rule runs on: it reads the documented columns of a log and can do nothing else."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ironcage_audit.log.columns import VIEWS

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = frozenset(
    {"abs", "coalesce", "count", "dense_rank", "first_value", "lag", "last_value", "lead", "max", "min", "nullif"}
    | {"rank", "row_number", "sum"}
)
"""The functions a query may call: those that every database computes alike on integers."""

_READABLE = {(view.name, column.name) for view in VIEWS.values() for column in view.columns}
_LONGEST_VALUE = 1_000_000
_CACHE_KIB = 65_536


def guarded(path: Path) -> sqlite3.Connection:
    """Return a connection to the log at *path* that refuses to do anything but read its documented columns."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = FILE")  # a large sort goes to disk, not to memory
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_allow)
    return connection


def _allow(action: int, first: str | None, second: str | None, _database: str | None, _view: str | None) -> int:
    """Allow reading, and the functions of the profile."""
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and ((first, second) in _READABLE or (first in VIEWS and not second)):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
