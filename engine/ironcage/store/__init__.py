"""The database: tables, schema revisions, units of work, queries. Only packages named ``store`` know SQLAlchemy."""

from sqlalchemy import Connection

from ironcage.store import definitions, migrations, queries, schema
from ironcage.store.backlog import Backlog, Counted, backlog_of
from ironcage.store.foreseen import About
from ironcage.store.host import HostConnection, MustRetryError, MustRollBackError
from ironcage.store.identity import new_id
from ironcage.store.rows import (
    KeptMessage,
    Sending,
    StoredAttempt,
    StoredCall,
    StoredCase,
    StoredJob,
    StoredNotice,
    StoredStart,
    StoredTask,
    Subscription,
    WaitKey,
)
from ironcage.store.store import Store
from ironcage.store.traffic import metadata
from ironcage.store.work import ConflictError, Work

__all__ = [
    "About",
    "Backlog",
    "ConflictError",
    "Connection",
    "Counted",
    "HostConnection",
    "KeptMessage",
    "MustRetryError",
    "MustRollBackError",
    "Sending",
    "Store",
    "StoredAttempt",
    "StoredCall",
    "StoredCase",
    "StoredJob",
    "StoredNotice",
    "StoredStart",
    "StoredTask",
    "Subscription",
    "WaitKey",
    "Work",
    "backlog_of",
    "definitions",
    "metadata",
    "migrations",
    "new_id",
    "queries",
    "schema",
]
