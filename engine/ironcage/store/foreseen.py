"""Cases and tasks that were read before a command asks for them: all at once, and locked, in one round trip for many.

What was read so is as good as what is read when it is asked for: nobody else can change what is locked, and what the
unit of work changes itself is forgotten here and found among what it has written. What is not known here is read as if
nothing had been foreseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.store.rows import StoredCase, StoredTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from ironcage.store.rows import WaitKey

Name = tuple[int, str, str]
"""Part, process and key of a case."""
About = tuple[int, str, str, int | None]
"""What a command is about: part, process and key of a case, and the number of a task of it, or None."""
_WIDTH = len(StoredCase._fields) + 1
"""Of a case, with the digest of what it runs on."""


class Foreseen:
    """What a unit of work knows of cases and tasks without asking for it."""

    __slots__ = ("_cases", "_tasks", "any")

    def __init__(self) -> None:
        self.any = False
        """Whether anything is known here."""
        self._cases: dict[Name, StoredCase | None] = {}
        self._tasks: dict[WaitKey, StoredTask] = {}

    def add(
        self, about: Sequence[About], rows: Iterable[Sequence[Any]], case_of: Callable[[Any], StoredCase | None]
    ) -> None:
        """Know from now on what *rows* say: the place in *about* that each answers, counted from 1, case and task."""
        self.any = True
        for nth, *row in rows:
            part, process, key, _ = about[nth - 1]
            case = case_of(row[:_WIDTH]) if row[0] is not None else None
            self._cases[part, process, key] = case
            if case is not None and row[_WIDTH] is not None:
                task = StoredTask._make(row[_WIDTH:])
                self._tasks[task[:3]] = task

    def case(self, name: Name) -> StoredCase | None:
        """Return the case called *name*; None where nothing is known of it, or there was none."""
        return self._cases.get(name)

    def was_free(self, name: Name) -> bool:
        """Return whether no case was called *name* when it was asked for: nobody is kept from adding one since."""
        return name in self._cases and self._cases[name] is None

    def task(self, place: WaitKey) -> StoredTask | None:
        """Return the task at *place*; None where nothing is known of it."""
        return self._tasks.get(place)

    def forget_case(self, case: StoredCase) -> None:
        """Know nothing of *case* any more."""
        self._cases.pop((case.part, case.process, case.key), None)

    def forget_task(self, place: WaitKey) -> None:
        """Know nothing of the task at *place* any more."""
        self._tasks.pop(place, None)

    def clear(self) -> None:
        """Know nothing any more."""
        self.any = False
        self._cases.clear()
        self._tasks.clear()
