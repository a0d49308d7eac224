"""Group commit: units of work that threads bring at the same time share a transaction.

Whoever comes when a lane is free leads: it takes all that has gathered, its own unit among it, runs it in one
transaction and commits once. Those who come meanwhile gather for the next leader. So a group is as large as the commit
is slow, and a unit that comes alone waits for nobody.
"""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from ironcage import metrics
from ironcage.errors import SurroundingsError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.store.foreseen import About
    from ironcage.store.work import Work

T = TypeVar("T")
LARGEST = 100
"""So many units share a transaction at most."""


class AbandonedUnitError(SurroundingsError):
    """The thread that was to commit the unit was interrupted."""

    message = mark(
        "This step was given up before it was committed, for the process is being stopped. Look, and try again."
    )


class Request(Generic[T]):
    """A unit of work that somebody waits for, and what has come of it."""

    __slots__ = ("_context", "_ready", "about", "body", "error", "is_done", "leads", "result")

    def __init__(self, body: Callable[[Work], T], about: Sequence[About] = ()) -> None:
        self.body = body
        self.about = about
        """What it will read, as far as that is known."""
        self.result: T | None = None
        self.error: BaseException | None = None
        self.is_done = False
        """Whether there is an outcome."""
        self.leads = False
        """Whether the thread that waits is to lead the next group."""
        self._context = contextvars.copy_context()
        self._ready = threading.Event()

    def run(self, work: Work) -> None:
        """Run the unit as the thread that brought it would: in its language, for one."""
        self.result = self._context.run(self.body, work)

    def wait(self) -> None:
        """Wait until there is an outcome, or until it is this thread's turn to lead."""
        self._ready.wait()

    def wake(self) -> None:
        """End the wait."""
        self._ready.set()

    def outcome(self) -> T:
        """Return the result, or raise the error."""
        if self.error is not None:
            raise self.error
        if not self.is_done:
            raise AbandonedUnitError
        return cast("T", self.result)


class Grouping:
    """Gathers units of work and hands them, group by group, to *run*, which sees to the outcome of each."""

    def __init__(self, lanes: int, run: Callable[[list[Request[object]]], None]) -> None:
        """Let at most *lanes* groups be under way at once."""
        self._free = lanes
        self._run = run
        self._gate = threading.Lock()
        self._waiting: deque[Request[object]] = deque()

    def bring(self, body: Callable[[Work], T], about: Sequence[About] = ()) -> T:
        """Run *body* in a transaction with what others bring; return its result when all of it is committed."""
        request = Request(body, about)
        mine = cast("Request[object]", request)
        with self._gate:
            if self._free:
                self._free -= 1
                request.leads = True
            else:
                self._waiting.append(mine)
        if not request.leads:
            self._wait(mine)
        if request.leads:
            self._lead(mine)
        return request.outcome()

    def _wait(self, mine: Request[object]) -> None:
        try:
            mine.wait()
        except BaseException:  # interrupted: nobody may count on this thread to lead
            with self._gate:
                is_waiting = mine in self._waiting
                if is_waiting:
                    self._waiting.remove(mine)
            if mine.leads and not is_waiting:
                self._hand_over()
            raise

    def _lead(self, mine: Request[object]) -> None:
        with self._gate:
            others = [self._waiting.popleft() for _ in range(min(LARGEST - 1, len(self._waiting)))]
        metrics.GROUPS.add(1 + len(others))
        try:
            with metrics.COMMITS.timed():
                self._run([mine, *others])
        finally:
            self._hand_over()
            for request in others:
                request.wake()

    def _hand_over(self) -> None:
        """Let the next thread that waits lead, or the lane be free."""
        with self._gate:
            if self._waiting:
                following = self._waiting.popleft()
                following.leads = True
                following.wake()
            else:
                self._free += 1
