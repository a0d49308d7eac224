"""What all commands of an engine stand on: its store, its clock, its plugins, and its transactions."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from ironcage.engine.catalogue import Catalogue
from ironcage.engine.delivering import deliver_some
from ironcage.engine.naming import about_case, about_task
from ironcage.hooks import Plugins
from ironcage.logs import Happening, kind_of, log
from ironcage.record import Provenance
from ironcage.settings import read_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ironcage.clock import Clock
    from ironcage.engine.catalogue import Runnable
    from ironcage.engine.views import Place
    from ironcage.settings import Site
    from ironcage.store import About, HostConnection, Store, StoredCase, Work
    from ironcage.store.post import Sender

T = TypeVar("T")
TOGETHER = 50
"""So many wake-ups or deliveries share a transaction at most."""
MOST_DELIVERIES = 1000
"""How much a command delivers before it returns; what cases send each other without end is left to the worker."""
_LATER: ContextVar[list[Sender] | None] = ContextVar("ironcage_settling_later", default=None)
"""Who has sent what is to be delivered when the block that says so is left."""


class Basis:
    """A store, a clock and plugins, and the transactions of commands on them."""

    def __init__(
        self, store: Store, clock: Clock | None = None, plugins: Plugins | None = None, site: Site | None = None
    ) -> None:
        """Make an engine.

        Args:
            store: where its cases are.
            clock: what it goes by; without one, the clock of its store: on PostgreSQL that of the server.
            plugins: what it may use; without any, the installed ones.
            site: what the site sets; without it, what the settings file says.

        Raises:
            SettingsMissingError, FaultyError: the settings file that was named is not there, or it has faults.
        """
        self.store = store
        self.clock: Clock = clock or store.clock
        self.plugins = plugins or Plugins.installed()
        self.site = read_site() if site is None else site
        self._catalogue = Catalogue(self.site)

    @contextmanager
    def batch(self, *, tasks: Iterable[str] = (), cases: Iterable[str] = ()) -> Iterator[None]:
        """Let the commands inside the block share one transaction; it is committed when the block is left.

        Nobody may be told what a command did before that. An error that leaves the block undoes all of them.

        Args:
            tasks: the names of tasks that commands inside are about, as far as they are known before. PostgreSQL is
                asked for all of them at once and locks them, instead of one by one, which saves a third of the time and
                more. A name that is wrong or missing changes nothing but that.
            cases: the same for cases, such as are to be started too.
        """
        about = [*chain.from_iterable(map(about_task, tasks)), *chain.from_iterable(map(about_case, cases))]
        with self.store.writing(about):
            yield

    @contextmanager
    def within(self, connection: HostConnection) -> Iterator[None]:
        """Let the commands inside the block belong to the caller's own transaction on *connection*.

        The caller commits or rolls back. A refusal has changed nothing, and the transaction may go on. Any other error
        of a command is a ``MustRollBackError``: the caller must roll back; a ``MustRetryError`` says that the same may
        well succeed when all of it is run again.

        Args:
            connection: a SQLAlchemy Connection or Session, or the connection of the driver (sqlite3, psycopg).

        Raises:
            UsageError: *connection* is in no transaction, or leads elsewhere.
            SurroundingsError: its database has not the schema of this release.
        """
        with self.store.joining(connection):
            yield

    @contextmanager
    def _looking(self) -> Iterator[Work]:
        with self.store.looking() as work:
            yield work

    def _runnable(self, work: Work, case: StoredCase) -> Runnable | None:
        return None if case.version is None else self._catalogue.of(work, case)

    def _do(self, body: Callable[[Work], T], about: Sequence[About] = ()) -> T:
        """Return what *body*, which is *about* so much, returns when it is committed, and what it causes is done."""
        senders: list[Sender] = []

        def noted(work: Work) -> T:
            senders.clear()
            with work.post.noting(senders):
                return body(work)

        result = self.store.run(noted, about)
        later = _LATER.get()
        if later is None:
            self._settle(senders)
        else:
            later += senders
        return result

    @contextmanager
    def settling_later(self) -> Iterator[None]:
        """Let what the commands inside the block cause in other cases be done when it is left, and not before.

        So a unit of work that holds commands can be committed first. After an error it is left to the worker.
        """
        senders: list[Sender] = []
        token = _LATER.set(senders)
        try:
            yield
        finally:
            _LATER.reset(token)
        self._settle(senders)

    def _settle(self, senders: Iterable[Sender]) -> None:
        """Deliver what *senders* have sent, and what follows from it; what others have sent is left to the worker."""
        waiting, delivered = list(dict.fromkeys(senders)), 0
        while waiting and delivered < MOST_DELIVERIES:
            try:
                waiting, count = self._deliver_some(waiting)
            except Exception as error:
                if self.store.is_busy():  # a part of somebody's transaction, which is broken now
                    raise
                log(Happening.DELIVERY_FAILED, error=kind_of(error))
                break  # the step itself is committed and done, and must not be taken for failed
            delivered += count

    def _deliver_some(self, senders: list[Sender]) -> tuple[list[Sender], int]:
        most = TOGETHER

        def deliver(work: Work) -> tuple[list[Sender], int]:
            nonlocal most
            limit, most = most, 1  # run again, it met others on its way: then it takes one at a time
            return deliver_some(work, self._catalogue, senders, self.clock.now(), limit)

        return self.store.run(deliver)


def provenance(actor: str | None, channel: str | None = None, place: Place | None = None) -> Provenance:
    """Return who did something, by which channel and where, as the record keeps it."""
    if place is None:
        return Provenance(actor, channel)
    return Provenance(actor, channel, place.latitude, place.longitude, place.crs)
