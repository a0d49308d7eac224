"""Which revision the schema of a database has, and bringing it to the newest.

The version lies in a table of our own name, so that a host's own Alembic history may live in the same database. The
newest revision is read off the numbered files: opening a database does not import Alembic.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import TextClause, inspect

from ironcage.errors import SurroundingsError
from ironcage.messages import mark
from ironcage.resources import folder

if TYPE_CHECKING:
    from sqlalchemy import Connection

VERSION_TABLE = "ironcage_version"


class SchemaMissingError(SurroundingsError):
    """The database holds no Ironcage tables."""

    message = mark("The database {place} holds no Ironcage tables. Create them with: ironcage db upgrade")


class SchemaOlderError(SurroundingsError):
    """The schema is of an earlier release."""

    message = mark(
        "The database {place} has schema {found}; this release needs {newest}. Make a backup, then run: "
        "ironcage db upgrade"
    )


class SchemaNewerError(SurroundingsError):
    """The schema is of a later release."""

    message = mark(
        "The database {place} has schema {found}, which this release does not know (its newest is {newest}). "
        "Nothing was changed; use the release that wrote it, or a newer one."
    )


@cache
def revisions() -> tuple[str, ...]:
    """Return every revision of the schema, oldest first."""
    return tuple(sorted(file.name[:4] for file in (folder("migrations") / "versions").glob("[0-9]*.py")))


def revision(connection: Connection) -> str | None:
    """Return the revision of the database, or None where it has no Ironcage tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(TextClause(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    return found


def check(connection: Connection, place: str) -> None:
    """Make sure that the database at *place* has the newest schema.

    Raises:
        SchemaMissingError: it has none.
        SchemaOlderError: it must be upgraded first.
        SchemaNewerError: a later release wrote it.
    """
    found, newest = revision(connection), revisions()[-1]
    if found is None:
        raise SchemaMissingError(place=place)
    if found not in revisions():
        raise SchemaNewerError(place=place, found=found, newest=newest)
    if found != newest:
        raise SchemaOlderError(place=place, found=found, newest=newest)


def upgrade(connection: Connection, place: str) -> None:
    """Bring the schema to the newest revision, in the transaction of *connection*.

    Raises:
        SchemaNewerError: a later release wrote the database; nothing was changed.
    """
    from alembic import command  # noqa: PLC0415 - opening a database need not load it
    from alembic.config import Config  # noqa: PLC0415

    found = revision(connection)
    if found is not None and found not in revisions():
        raise SchemaNewerError(place=place, found=found, newest=revisions()[-1])
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
