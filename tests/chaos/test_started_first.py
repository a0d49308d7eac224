"""A worker that is started before its server, and before all that it needs there: it waits for each, and says for what.

Only what no waiting mends ends it: an address that is none, a file that is not there, a driver that is not installed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from children import Child, until
from running import definition
from servers import OwnServer
from sqlalchemy import make_url

from ironcage.engine import Engine
from ironcage.errors import SurroundingsError
from ironcage.hooks import Plugins
from ironcage.store import Store
from ironcage.store.postgres import ServerRefusedError, ServerUnreachableError
from ironcage.store.schema import SchemaMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTLY = ({"s": "start", "t": "timer PT0.1S", "a": "user", "e": "end"}, "s -> t", "t -> a", "a -> e")
COMMAND = """
import sys
from ironcage_console.cli import main
sys.stderr = sys.stdout
sys.exit(main(["--lang", "en", "worker", "--db", {url!r}, "--poll", "1", *{more!r}]))
"""
WITHOUT_DRIVER = "import sys; sys.modules['psycopg'] = None" + COMMAND


@pytest.fixture
def server() -> Iterator[OwnServer]:
    own = OwnServer()
    yield own
    own.close()


def _found(url: str) -> type[SurroundingsError] | None:
    """Return what is said of *url* to whom opens it."""
    try:
        Store.open(url, create=False).close()
    except SurroundingsError as error:
        return type(error)
    return None


def test_a_worker_started_first_of_all_waits_for_each_thing_it_needs_and_says_for_which(server, pythonpath):
    server.execute("CREATE ROLE guarded LOGIN PASSWORD 'another'")
    server.guard("guarded")
    address = make_url(server.url).set(username="guarded", password="geheim", database="cases")
    url = address.render_as_string(hide_password=False)
    server.stop_at_once()
    child = Child(COMMAND.format(url=url, more=[]), pythonpath)
    try:
        child.says("cannot be reached")
        assert "geheim" not in child.heard[-1]
        server.stand_by()
        assert _found(server.url) is ServerUnreachableError, "a server that recovers is there soon"
        server.come_up()
        until(lambda: _found(server.url) is SchemaMissingError)
        child.says("password authentication failed")
        assert _found(url) is ServerRefusedError
        server.execute("ALTER ROLE guarded PASSWORD 'geheim'")
        child.says('"cases" does not exist')
        server.execute("CREATE DATABASE cases OWNER guarded")
        child.says("holds no Ironcage tables")
        assert _found(url) is SchemaMissingError
        store = Store.open(url)
        child.says("The worker goes on")
        engine = Engine(store, plugins=Plugins())
        engine.deploy(definition(*SHORTLY))
        case = engine.start("p")
        until(lambda: engine.tasks(case=case))
        store.close()
        child.signal(signal.SIGTERM)
        assert child.code() == 0
    finally:
        child.close()


@pytest.mark.parametrize("more", [[], ["--processes", "2"]], ids=["one", "several"])
def test_without_the_driver_a_worker_says_so_at_once_and_ends(pythonpath, more):
    script = WITHOUT_DRIVER.format(url="postgresql://nobody@nowhere.invalid/db", more=more)
    ended = subprocess.run(
        [sys.executable, "-c", script], env=pythonpath, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 3, ended
    assert ended.stdout == ("PostgreSQL needs the package psycopg. Install it with: pip install 'ironcage[postgres]'\n")
