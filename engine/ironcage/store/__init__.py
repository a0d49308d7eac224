"""The database: tables, schema revisions, units of work, queries. Only packages named ``store`` know SQLAlchemy."""

from sqlalchemy import Connection

from ironcage.store import definitions, queries
from ironcage.store.identity import new_id
from ironcage.store.rows import StoredCase, StoredJob, StoredTask
from ironcage.store.store import Store
from ironcage.store.tables import metadata
from ironcage.store.work import ConflictError, WaitKey, Work

__all__ = [
    "ConflictError",
    "Connection",
    "Store",
    "StoredCase",
    "StoredJob",
    "StoredTask",
    "WaitKey",
    "Work",
    "definitions",
    "metadata",
    "new_id",
    "queries",
]
