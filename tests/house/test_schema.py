"""The tables as the code describes them are the tables that the migrations make, constraints and indexes included."""

from __future__ import annotations

import re
from importlib import import_module

from sqlalchemy import Connection, MetaData, create_engine

from ironcage.store.schema import VERSION_TABLE, upgrade

STORES = ("ironcage.store", "ironcage_audit.store", "ironcage_console.store")


def _tables(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows if name != VERSION_TABLE}


def test_the_models_equal_the_schema():
    described, migrated = create_engine("sqlite://"), create_engine("sqlite://")
    metadatas: set[MetaData] = {import_module(store).metadata for store in STORES}
    with described.begin() as connection:
        for metadata in metadatas:
            metadata.create_all(connection)
        expected = _tables(connection)
    with migrated.begin() as connection:
        upgrade(connection, "memory")
        assert _tables(connection) == expected
    described.dispose()
    migrated.dispose()
