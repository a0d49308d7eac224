"""Which revision the schema of a database has, and bringing it to the newest.

The version lies in a table of our own name, so that a host's own Alembic history may live in the same database. The
newest revision is read off the numbered files: opening a database does not import Alembic.

Beside the version stands the oldest revision whose release can still work on the schema, so that a release that does
not know the newest revisions knows whether it may go on (``docs/decisions/0014-expand-then-contract.md``).
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
_OLDEST = "compatible_from"


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


class TableAlteredError(SurroundingsError):
    """A table that is to be built anew is not as an earlier revision left it."""

    message = mark(
        "The table {table} is not as Ironcage made it: somebody has altered its key. Nothing was changed. Restore a "
        "backup, or make the table as the release before did; then run: ironcage db upgrade"
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


def note_compatible(connection: Connection, oldest: str) -> None:
    """Write down that a release whose newest revision is *oldest*, or a later one, can work on the schema."""
    if _OLDEST not in _columns(connection):
        connection.execute(TextClause(f"ALTER TABLE {VERSION_TABLE} ADD COLUMN {_OLDEST} VARCHAR(32)"))
    connection.execute(TextClause(f"UPDATE {VERSION_TABLE} SET {_OLDEST} = :oldest"), {"oldest": oldest})  # noqa: S608


def check(connection: Connection, place: str) -> None:
    """Make sure that this release can work on the database at *place*.

    Raises:
        SchemaMissingError: it has no tables.
        SchemaOlderError: it must be upgraded first.
        SchemaNewerError: a later release changed it into something this one cannot work on.
    """
    found, newest = revision(connection), revisions()[-1]
    if found is None:
        raise SchemaMissingError(place=place)
    if found not in revisions():
        _check_newer(connection, place, found)
    elif found != newest:
        raise SchemaOlderError(place=place, found=found, newest=newest)


def upgrade(connection: Connection, place: str) -> None:
    """Bring the schema to the newest revision, in the transaction of *connection*.

    A schema that a later release has only added to is left as it is: this release can work on it.

    Raises:
        SchemaNewerError: a later release changed the schema into something this one cannot work on.
    """
    from alembic import command  # noqa: PLC0415 - opening a database need not load it
    from alembic.config import Config  # noqa: PLC0415

    found = revision(connection)
    if found is not None and found not in revisions():
        _check_newer(connection, place, found)
        return
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_newer(connection: Connection, place: str, found: str) -> None:
    """Make sure that this release can work on a schema of a revision it does not know."""
    newest, oldest = revisions()[-1], None
    if _OLDEST in _columns(connection):
        oldest = connection.scalar(TextClause(f"SELECT {_OLDEST} FROM {VERSION_TABLE}"))  # noqa: S608
    if oldest is None or newest < oldest:
        raise SchemaNewerError(place=place, found=found, newest=newest)


def _columns(connection: Connection) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(VERSION_TABLE)}
