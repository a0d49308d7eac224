"""An office whose cases are archived, and processes that die while they do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from running import HOUR, TWO_TASKS, Running, definition

from ironcage.operations.archive import bundle
from ironcage.operations.archive.archiving import archive_cases
from ironcage.record import part_of
from ironcage.store import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ironcage.operations.archive.archiving import Archived

OVER = [f"p/{number}" for number in range(6)]
"""Cases that are over early, of several buckets."""


def two_of_a_bucket(running: Running) -> Running:
    """Two cases of one bucket."""
    running.engine.deploy(definition(*TWO_TASKS))
    for name in (name for name in (f"p/{number}" for number in range(100)) if part_of("p", name[2:]) < 64):
        complete(running, name)
        if len(running.dump()["cases"]) == 2:
            break
    running.clock.move_to(running.clock.now() + HOUR)
    return running


def complete(running: Running, name: str) -> None:
    running.engine.start("p", {"x": 1, "name": "Ann"}, key=name.partition("/")[2])
    for _ in range(2):
        running.engine.complete(running.open_task(name), {"name": "Bob"}, actor="ann")


def archived(office: Running, folder: Path) -> Archived:
    return archive_cases(office.store, folder, office.clock.now(), office.clock.now())


def recorded(office: Running, folder: Path) -> dict[str, list[bytes]]:
    """Return the digests of all events by case, wherever they lie; no case lies in two places."""
    found: dict[str, list[bytes]] = {}

    def add(subject: str, digests: list[bytes]) -> None:
        assert subject not in found, f"{subject} is there twice"
        found[subject] = digests

    with office.store.reading() as connection:
        for row, events, _ in queries.record(connection):
            add(row.subject, [event.digest for event in events])
    for each in bundle.bundles(folder):
        for row, events, _ in each.recorded():
            add(row.subject, [event.digest for event in events])
    return found


def is_of(office: Running, row: dict[str, object], key: str) -> bool:
    return any(each[1] == row["case_id"] and each[3] == key for each in office.dump()["cases"])


class KilledError(BaseException):
    """What no code catches."""


def until_it_lives(act: Callable[[], object], dying: Callable[[int], None]) -> Iterator[int]:
    """Run *act* again and again, dying a little later each time; yield after each death."""
    for number in range(1, 2000):
        dying(number)
        try:
            act()
        except KilledError:
            dying(10**9)
            yield number
        else:
            dying(10**9)
            return
