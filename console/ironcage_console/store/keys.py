"""The rows of API keys. Of the secret only a salted digest is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from ironcage_console.store.tables import api_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ironcage.clock import Micros


class StoredKey(NamedTuple):
    """A row; scopes, topics and processes are lines of text."""

    id: str
    name: str
    scopes: str
    topics: str
    salt: bytes
    digest: bytes
    made: Micros
    used: Micros | None
    revoked: Micros | None
    processes: str = ""


def add_key(connection: Connection, key: StoredKey) -> None:
    """Insert a new key."""
    connection.execute(insert(api_keys).values(tuple(key)))


def key_with_id(connection: Connection, key_id: str) -> StoredKey | None:
    """Return the key with that id, or None."""
    row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
    return StoredKey(*row) if row else None


def key_named(connection: Connection, name: str) -> StoredKey | None:
    """Return the key called *name*, or None."""
    row = connection.execute(select(api_keys).where(api_keys.c.name == name)).first()
    return StoredKey(*row) if row else None


def all_keys(connection: Connection) -> list[StoredKey]:
    """Return every key that was ever made, by name."""
    return [StoredKey(*row) for row in connection.execute(select(api_keys).order_by(api_keys.c.name))]


def revoke_key(connection: Connection, key_id: str, at: Micros) -> None:
    """Note that the key opens nothing any more."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_us=at))


def note_use(connection: Connection, key_id: str, at: Micros) -> None:
    """Note that the key was used."""
    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_us=at))
