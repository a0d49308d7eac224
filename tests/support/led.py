"""Cases led to their end, scenario by scenario: what people, workers outside and time do with them.

Each scenario can be led again and again on one database, with other cases each time; what came of it can be compared.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from made import Made, call, catch, end, message, program, script, start, task, throw
from running import HOUR, LIMITED, LONGER, SERVED, TWO_TASKS, definition

from ironcage.engine.leases import LEASE
from ironcage.errors import SurroundingsError
from ironcage.hooks import GiveUpError, hookimpl
from ironcage.program import Signal
from ironcage.scripts import Limits, Runner
from ironcage.settings import Site
from ironcage.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

SITE = Site(topics=frozenset({"print"}))
OUTSIDE = ({"s": "start", "a": "service print", "e": "end"}, "s -> a", "a -> e")
BROKEN = ({"s": "start", "a": "service broken result x", "e": "end"}, "s -> a", "a -> e")
PROGRAMS = {
    "waits": program(
        {"s": start(), "a": task(), "c": catch(message("paid", "x", "x")), "e": end()},
        "s -> a", "a -> c", "c -> e",
    ),
    "begun": program({"s": start(message("come")), "m": throw(message("gone")), "e": end()}, "s -> m", "m -> e"),
    "after": program({"s": start(message("gone")), "e": end()}, "s -> e"),
    "listens": program({"s": start(), "c": catch(Signal("rain")), "e": end()}, "s -> c", "c -> e"),
    "rained": program({"s": start(Signal("rain")), "e": end()}, "s -> e"),
    "calls": program({"s": start(), "c": call("called"), "e": end()}, "s -> c", "c -> e"),
    "called": program({"s": start(), "t": task(), "e": end()}, "s -> t", "t -> e"),
    "computes": program({"s": start(), "k": script("x = x + 1"), "e": end()}, "s -> k", "k -> e"),
}  # fmt: skip
DEFINED = {"limited": LIMITED, "served": SERVED, "outside": OUTSIDE, "broken": BROKEN, "two": TWO_TASKS}


class Services:
    """What the cases ask of services."""

    @hookimpl
    def services(self) -> dict[str, Callable[..., object]]:
        return {"ask": lambda _: 7, "broken": _give_up}


def _give_up(_: object) -> object:
    raise GiveUpError


class Leader:
    """Leads cases on one database; *repeats* commands that the database could not do, as their errors say."""

    def __init__(self, url: str, *, repeats: bool) -> None:
        self.made = Made(url, Services(), site=SITE)
        self.engine = self.made.engine
        self.engine.scripts = Runner(Limits(wall=60.0))  # however busy the machine is
        self._repeats = repeats
        self.run = 0
        """The how many-th time a scenario is led."""
        for key, made in PROGRAMS.items():
            self.made.put(made, key=key)
        for key, words in DEFINED.items():
            self.engine.deploy(definition(*words, key=key))

    def close(self) -> None:
        self.made.close()
        self.engine.scripts.close()

    def do(self, command: Callable[..., Any], *arguments: object, **named: object) -> Any:
        """Give a command, and once more where the database could not do it."""
        try:
            return command(*arguments, **named)
        except SurroundingsError:
            if not self._repeats:
                raise
            return command(*arguments, **named)

    def start(self, process: str, key: str = "", **data: object) -> str:
        """Start a case of this run."""
        name: str = self.do(self.engine.start, process, data, key=f"{key}{self.run}")
        return name

    def complete(self, case: str, **data: object) -> None:
        """Complete the one open task of a case."""
        self.do(self.engine.complete, self.made.open_task(case), data, actor="amy")

    def run_jobs(self) -> None:
        """Run what jobs there are; those whose answer was lost once more, when their time is over."""
        try:
            self.engine.run_jobs()
        except SurroundingsError:
            if not self._repeats:
                raise
            self.made.clock.move_to(self.made.clock.now() + LEASE)
            self.engine.run_jobs()

    def lead(self, scenario: Callable[[Leader], None]) -> object:
        """Lead the cases of *scenario*; return everything that is to be seen of them."""
        self.run += 1
        cases, rows, begun = set(self._cases()), self._rows(), self.made.clock.now()
        scenario(self)
        self.do(self.engine.wake)  # what could not be delivered at once
        seen = sorted((self._seen(name, begun) for name in set(self._cases()) - cases), key=repr)
        assert not [each for each in self.engine.incidents() if each.case not in cases]
        return seen, self._rows() - rows

    def _cases(self) -> list[str]:
        with self.made.store.reading() as connection:
            found = connection.exec_driver_sql('SELECT process, "key" FROM cases').all()
        return [f"{process}/{key}" for process, key in found]

    def _rows(self) -> Counter[str]:
        """Count the rows of each table, but for the attempts where jobs may be run once more."""
        names = sorted(metadata.tables.keys() - ({"attempts"} if self._repeats else set()))
        asked = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
        with self.made.store.reading() as connection:
            return Counter(dict(zip(names, connection.exec_driver_sql(f"SELECT {asked}").one(), strict=True)))

    def _seen(self, name: str, begun: int) -> object:
        case = self.engine.case(name)
        key = name.partition("/")[0]
        process = key.rstrip("0123456789")  # which may have been deployed anew for this run
        since = (lambda _: 0) if self._repeats else (lambda at: at - begun)
        return (
            process,
            case.status,
            sorted(case.variables.items()),
            [
                (event.seq, *event[3:5], event.element.replace(key, process), event[6], since(event.happened))
                for event in case.events
            ],
            [(task.element, task.status, task.actor) for task in case.tasks],
        )


def tasks(led: Leader) -> None:
    late, early = led.start("limited", "late", x=1), led.start("limited", "early", x=1)
    led.do(led.engine.claim, led.made.open_task(early), "bob")
    led.do(led.engine.release, led.made.open_task(early), "bob")
    led.do(led.engine.claim, led.made.open_task(early), "amy")
    led.complete(early, x=2)
    led.made.clock.move_to(led.made.clock.now() + 3 * HOUR)
    led.do(led.engine.wake)
    led.complete(late)
    led.complete(early)


def messages(led: Leader) -> None:
    here, there = led.start("waits", "here", x=1), led.start("waits", "there", x=2)
    led.complete(here)
    led.do(led.engine.message, "paid", {"x": 1})
    assert led.do(led.engine.message, "paid", {"x": 2}, ttl=timedelta(days=1)).outcome == "kept"
    led.complete(there)
    assert led.do(led.engine.message, "come", {"x": 1}).outcome == "started"


def signals(led: Leader) -> None:
    for key in ("first", "second"):
        led.start("listens", key)
    led.do(led.engine.signal, "rain", {"x": 1})


def calls(led: Leader) -> None:
    led.start("calls", "done", x=1)
    led.do(led.engine.wake)  # the call may have been left to a worker
    (called,) = led.engine.tasks()
    led.do(led.engine.complete, called.name, {"x": 2}, actor="amy")
    gone = led.start("calls", "gone")
    led.do(led.engine.wake)
    led.do(led.engine.cancel, gone, "nobody wants it")


def jobs(led: Leader) -> None:
    """One after the other: whether two answers come together is left to chance, and how much is asked would be, too."""
    led.start("computes", x=1)
    led.run_jobs()
    case = led.start("served")
    led.run_jobs()
    led.complete(case)


def workers_outside(led: Leader) -> None:
    for key in ("done", "wrong"):
        led.start("outside", key)
    for job in led.do(led.engine.fetch_jobs, ["print"], "w"):
        led.do(led.engine.extend_job, job.name, job.attempt, timedelta(minutes=10))
        led.do(led.engine.fail_job, job.name, job.attempt, "no paper", timedelta())
    first, second = led.do(led.engine.fetch_jobs, ["print"], "w")
    led.do(led.engine.complete_job, first.name, first.attempt, {"x": 1})
    led.do(led.engine.throw_job, second.name, second.attempt, "E")


def incidents(led: Leader) -> None:
    case = led.start("broken", name="Ann")
    led.run_jobs()
    led.do(led.engine.retry, case)
    led.run_jobs()
    (stopped,) = led.engine.incidents()
    led.do(led.engine.resolve_job, stopped.job, {"x": 3}, reason="it is known", actor="amy")
    led.do(led.engine.erase, case, "an order")


def migrations(led: Leader) -> None:
    key = f"moved{led.run}"
    led.do(led.engine.deploy, definition(*TWO_TASKS, key=key))
    cases = [led.start(key, each) for each in ("a", "b")]
    led.do(led.engine.deploy, definition(*LONGER, key=key))
    moved = led.do(led.engine.migrate, key, 1, 2, reason="longer")
    led.do(led.engine.undo_migration, moved.id, reason="too long")
    led.do(led.engine.migrate, key, 1, 2, reason="longer all the same")
    for case in cases:
        for _ in range(3):
            led.complete(case)


SCENARIOS = (tasks, messages, signals, calls, jobs, workers_outside, incidents, migrations)
