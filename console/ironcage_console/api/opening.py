"""The database behind the API: opened when it is first asked for, and asked for again as long as it is not there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ironcage.engine import Engine
from ironcage.errors import SurroundingsError, UsageError
from ironcage.messages import mark
from ironcage.settings import read_site
from ironcage.store import Store

if TYPE_CHECKING:
    from ironcage.clock import Clock
    from ironcage.hooks import Plugins
    from ironcage.settings import Site


class DatabaseGoneError(SurroundingsError):
    """The database was there when the service was started."""

    message = mark("The database cannot be opened: {reason}")


class Opening:
    """An engine on the database at an address, opened once; the service may be started before the database."""

    def __init__(
        self, url: str, clock: Clock | None = None, plugins: Plugins | None = None, site: Site | None = None
    ) -> None:
        """Take the database at *url*; the others are what ``Engine`` is to have."""
        self._url, self._clock, self._plugins = url, clock, plugins
        self._site = read_site() if site is None else site
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def look(self) -> None:
        """Open the database if it is there; one that does not answer yet is opened later.

        Raises:
            DatabaseAddressError, DatabaseMissingError: the address names no database.
        """
        try:
            self._open()
        except SurroundingsError:
            return

    def engine(self) -> Engine:
        """Return the engine.

        Raises:
            SurroundingsError: the database cannot be opened now.
        """
        try:
            return self._open()
        except UsageError as error:
            raise DatabaseGoneError(reason=error) from error

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = Engine(Store.open(self._url, create=False), self._clock, self._plugins, self._site)
            return self._engine

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            if self._engine is not None:
                self._engine.store.close()
                self._engine = None
