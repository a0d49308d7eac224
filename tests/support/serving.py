"""The REST API on a real port, with an engine behind it whose clock the test moves."""

from __future__ import annotations

import atexit
import threading
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import httpx
import uvicorn
from running import Running

from ironcage.settings import NOTHING_SET
from ironcage.store import Store
from ironcage_console.api import Opening, create
from ironcage_console.keys import make_key
from ironcage_console.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.settings import Site


@cache
def _template() -> Path:
    """Return an empty database with the newest schema, made once in a test process."""
    folder = Path(mkdtemp(prefix="ironcage-api-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    Store.open(f"sqlite:///{folder / 'empty.db'}").close()
    return folder / "empty.db"


def _new(folder: Path) -> str:
    copyfile(_template(), folder / "api.db")
    return f"sqlite:///{folder / 'api.db'}"


class _Server(uvicorn.Server):
    """A server that says when it can be spoken to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[object] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class Serving:
    """A service on a port of this machine, and the engine of the test on the same database."""

    def __init__(self, place: Path | str, *plugins: object, site: Site = NOTHING_SET) -> None:
        """Serve a new database in the folder *place*, or the one at that address."""
        url = place if isinstance(place, str) else _new(place)
        self.running = Running(url, *plugins, site=site)
        self.engine = self.running.engine
        opening = Opening(url, self.running.clock, self.engine.plugins, site)
        self.app = create(opening, lambda: self._server.should_exit)
        self._server = _Server(uvicorn.Config(self.app, host="127.0.0.1", port=0, log_config=None, ws="none"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        assert self._server.listening.wait(30)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._clients: list[httpx.Client] = []

    def key(self, *scopes: Scope, name: str = "dept", topics: Iterable[str] = (), processes: Iterable[str] = ()) -> str:
        """Return the text of a new key; without *scopes* it opens everything."""
        return make_key(self.running.store, name, scopes or Scope, topics, self.running.clock.now(), processes).text

    def client(self, key: str | None = None, language: str = "en") -> httpx.Client:
        """Return a client that shows *key*."""
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {key}"} if key else {})
        client = httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._server.should_exit = True
        self._thread.join()
        self.running.close()
