"""What differs between the databases: how one connects, locks, writes many rows, and what its errors mean."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.exc import DBAPIError

from ironcage.errors import SurroundingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from ironcage.clock import Clock
    from ironcage.store.foreseen import About
    from ironcage.store.hints import Hints
    from ironcage.store.lent import Lent
    from ironcage.store.witness import Witness

    Batch = tuple[str, Sequence[Sequence[object]]]
    """A statement, and the rows it is executed with."""


class BusyError(SurroundingsError):
    """Other transactions stood in the way."""


class Transaction(Protocol):
    """A transaction that has begun, or begins with the first statement."""

    def commit(self) -> None:
        """Keep all that was written in it."""

    def rollback(self) -> None:
        """Keep nothing of it."""


class Cursor(ABC):
    """The driver's cursor; it takes statements as ``ironcage.store.statements`` writes them."""

    __slots__ = ("has_failed", "has_written", "number")

    has_failed: bool
    """Whether a statement of it failed; on most databases nothing of its transaction can be kept then."""
    has_written: bool
    """Whether any row was changed by it."""
    number: str | None
    """By which number the server knows the transaction, as far as ``write`` was told."""

    @abstractmethod
    def one(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """Return the first row of the answer, or None."""

    @abstractmethod
    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return every row of the answer."""

    @abstractmethod
    def change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Execute what changes rows; return how many it changed."""

    @abstractmethod
    def write(self, batches: Sequence[Batch]) -> list[int]:
        """Execute *batches* in their order; return how many rows each changed."""

    def foreseen(self, about: Sequence[About]) -> list[Any] | None:
        """Return what *about* names, locked, or None where nothing is gained by reading many at once.

        A row is the place in *about*, counted from 1, the case, the digest of what it runs on, and the task; null where
        there is none.
        """
        del about
        return None

    def witness(self) -> Witness | None:
        """Ask what bears witness of the transaction; None where nothing was written, or every commit is answered."""
        return None

    def was_committed(self, witness: Witness) -> bool | None:
        """Return whether the transaction is committed; None where that is undecided, or cannot be known any more."""
        del witness
        return None

    @abstractmethod
    def close(self) -> None:
        """Let go of the driver's cursor."""


class Database(ABC):
    """A kind of database at one address, and the pool of connections to it."""

    engine: Engine
    place: str
    """What people call the database in an error."""
    identity: str
    """Which database it is, as the database itself says."""
    driver: str
    """What the connections of its driver are called."""
    clock: Clock
    """The clock by which those who work on the database go."""
    hints: bool = False
    """Whether processes tell each other when there is something to do at once."""
    lanes: int
    """How many units of work of one process may be under way at once."""

    @abstractmethod
    def beginning(self, *, lasting: bool = True) -> AbstractContextManager[Connection]:
        """Connect for a unit of work that writes; its transaction begins with the first statement.

        What is not *lasting* need not survive a power cut; it does not wait for the disk.
        """

    @abstractmethod
    def reading(self, *, briefly: bool = False) -> AbstractContextManager[Connection]:
        """Connect for queries that all see the same snapshot; *briefly*, for such as are answered at once."""

    def patience(self, connection: Connection) -> AbstractContextManager[None]:
        """Let what is asked on *connection* inside the block take long."""
        del connection
        return nullcontext()

    def rebuilding(self) -> AbstractContextManager[None]:
        """Let units of work inside the block build tables anew, and what refers to these by name go on doing so."""
        return nullcontext()

    def transaction(self, connection: Connection) -> Transaction:
        """Begin a transaction on what ``beginning`` lent."""
        return connection.get_transaction() or connection.begin()

    @abstractmethod
    def cursor(self, connection: Connection, *, locks: bool) -> Cursor:
        """Return a cursor of *connection*; with *locks*, the rows that a step goes on from are locked when read."""

    @abstractmethod
    def lent(self, driver: object) -> Lent | None:
        """Return what makes *driver* serve for a while; None where it is no connection of the driver in use here."""

    @abstractmethod
    def explained(self) -> AbstractContextManager[None]:
        """Turn what the driver raises about the surroundings into an error that says what to do."""

    @abstractmethod
    def is_passing(self, error: BaseException) -> bool:
        """Return whether the same unit of work may well succeed when it is run again."""

    @abstractmethod
    def is_lost(self, error: BaseException) -> bool:
        """Return whether the connection is gone."""

    @abstractmethod
    def hurry(self, cursor: Cursor) -> None:
        """Let the transaction wait for others no longer than a group of units of work may."""

    def listen(self) -> Hints | None:
        """Return where hints of other processes are heard; None where none are given."""
        return None

    @abstractmethod
    def sweep(self) -> None:
        """Let nothing that was erased remain where the database keeps what it has not yet tidied up."""

    @abstractmethod
    def close(self) -> None:
        """Give every connection back."""


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error*, then what the driver raised if SQLAlchemy wrapped it."""
    yield error
    if isinstance(error, DBAPIError) and error.orig is not None:
        yield error.orig
