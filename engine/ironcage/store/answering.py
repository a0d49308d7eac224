"""A connection to PostgreSQL that waits for an answer, but not for ever.

A server whose host is gone confirms nothing any more, and the system finds it out. It does not find out somebody who
confirms and never answers: a proxy whose other side is gone, a server that was halted.
"""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

T = TypeVar("T")
ANSWER_SECONDS = 90.0
"""Without a word for so long, a server is given up. It is longer than the server keeps an idle transaction open: what a
lost transaction has come to is settled when it is asked for on another connection."""
LONG_ANSWER_SECONDS = 3600.0
"""The same for what may take long: a reading of the whole record, a change of the schema."""


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer."""


class AnsweredConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server keeps silent too long."""

    answer_seconds = ANSWER_SECONDS

    def wait(self, gen: Generator[Any, Any, T], *arguments: Any, **options: Any) -> T:
        """Wait as psycopg does, but for a word of the server not longer than ``answer_seconds``."""
        return super().wait(self._bounded(gen), *arguments, **options)

    @contextmanager
    def patience(self) -> Iterator[None]:
        """Wait longer inside the block."""
        usual, self.answer_seconds = self.answer_seconds, LONG_ANSWER_SECONDS
        try:
            yield
        finally:
            self.answer_seconds = usual

    def _bounded(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        silent_since = None
        try:
            state = next(gen)
            while True:
                ready = yield state
                if ready:
                    silent_since = None
                elif silent_since is None:
                    silent_since = monotonic()
                elif monotonic() - silent_since > self.answer_seconds:
                    self.pgconn.finish()
                    raise NoAnswerError(f"no answer for {self.answer_seconds:g} s")
                state = gen.send(ready)
        except StopIteration as ended:
            value: T = ended.value
            return value
