"""The tables of the REST API: the keys that open it, and the answers it remembers so that nothing is done twice."""

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
    Text,
    UniqueConstraint,
)

from ironcage.store import metadata as of_the_engine

metadata = MetaData(naming_convention=of_the_engine.naming_convention)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("used_us", BigInteger),
    Column("revoked_us", BigInteger),
    Column("processes", Text, server_default="", nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("name"),
)

api_answers = Table(
    "api_answers",
    metadata,
    Column("key_id", Text, nullable=False),
    Column("idempotency", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("key_id", "idempotency"),
    ForeignKeyConstraint(["key_id"], ["api_keys.id"]),
    CheckConstraint("status BETWEEN 200 AND 299", name="only_what_was_done"),
)
Index(None, api_answers.c.at_us)
