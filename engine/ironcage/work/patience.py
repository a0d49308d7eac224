"""Waiting for surroundings that fail, such as a database that is not up yet: longer and longer, and saying little."""

from __future__ import annotations

from random import random
from typing import TYPE_CHECKING, TypeVar

from ironcage.errors import ExtraMissingError, SurroundingsError
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.work.bell import Bell

T = TypeVar("T")
FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
QUIET_SECONDS = 600.0
"""While the same goes on, it is said again after twice the time, but after so long at the latest."""
MOST_TROUBLES = 10
"""So many different troubles are said at once; more of them are none that people tell apart."""

_TRYING = mark("{error} The worker waits for it, and tries again in {seconds} s.")
_OVER = mark("The worker goes on, after {seconds} s.")


class Pauses:
    """Pauses that double, each shortened by chance: those who failed together do not come again together."""

    def __init__(self, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> None:
        self._first = first
        self._longest = longest
        self._pause = first

    def next(self) -> float:
        """Return how many seconds to wait now."""
        pause, self._pause = self._pause, min(self._longest, 2 * self._pause)
        return pause * (0.5 + random() / 2)  # noqa: S311 - chance is all it is for

    def reset(self) -> None:
        """Begin with the first again."""
        self._pause = self._first


class Patience:
    """Waits after each failure of the surroundings, and says so now and then; never gives up."""

    def __init__(self, bell: Bell, say: Callable[[str], None], pauses: Pauses | None = None) -> None:
        """Wait by *bell*, and *say* what people should know."""
        self._bell = bell
        self._say = say
        self._pauses = pauses or Pauses()
        self._waited = 0.0
        self._said: set[str] = set()
        self._quiet_until = 0.0

    def until(self, attempt: Callable[[], T]) -> T | None:
        """Return what *attempt* returns once it succeeds; None if the bell rang for the end before.

        Raises:
            ExtraMissingError: a package is missing, which nobody installs while it is waited for.
        """
        while not self._bell.is_stopping:
            try:
                done = attempt()
            except ExtraMissingError:
                raise
            except SurroundingsError as error:
                self.wait(error)
            else:
                self.end()
                return done
        return None

    def wait(self, error: SurroundingsError) -> None:
        """Wait because of *error*, longer than the last time it was the same."""
        sentence = str(error)
        is_another = sentence not in self._said and len(self._said) < MOST_TROUBLES
        if is_another:
            self._said.add(sentence)
            self._pauses.reset()  # something moves: soon it may go on
        pause = self._pauses.next()
        if is_another or self._waited >= self._quiet_until:
            self._say(text(_TRYING, error=sentence, seconds=round(pause, 1)))
            self._quiet_until = self._waited + min(QUIET_SECONDS, max(self._waited, LONGEST_SECONDS))
        self._bell.wait(pause)
        self._waited += pause

    def end(self) -> None:
        """Note that it is over."""
        if not self._said:
            return
        self._say(text(_OVER, seconds=round(self._waited)))
        self._pauses.reset()
        self._waited, self._said, self._quiet_until = 0.0, set(), 0.0
