"""The address of a database: what may stand in it, and whether the file that it names is there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ironcage.errors import UsageError
from ironcage.messages import mark


class DatabaseAddressError(UsageError):
    """The address of a database cannot be understood."""

    message = mark(
        "{url} is no database address Ironcage can use. Write for example sqlite:///ironcage.db or "
        "postgresql://user@host/database"
    )


class DatabaseMissingError(UsageError):
    """The file of the database is not there, and was not to be made."""

    message = mark("There is no database {place}. Name the right one with --db, or create it with: ironcage db upgrade")


def check_file(address: URL) -> None:
    """Make sure the file is there: SQLite would make an empty one.

    Raises:
        DatabaseMissingError: it is not.
    """
    name = address.database
    if address.get_backend_name() != "sqlite":
        return
    if name and name != ":memory:" and "uri" not in address.query and not Path(name).exists():
        raise DatabaseMissingError(place=name)


def address_of(url: str) -> URL:
    """Return *url*, taken apart.

    Raises:
        DatabaseAddressError: it is no address of a database that Ironcage can use.
    """
    try:
        address = make_url("sqlite://" if url == ":memory:" else url)
    except ArgumentError as error:
        raise DatabaseAddressError(url=url) from error
    if address.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"):
        raise DatabaseAddressError(url=url)
    return address
