"""Runs a log through the engine in true time order, under a clock that the replay moves.

Where the replay stands is read from the database at every act, never from a file beside it: killed at any instant and
run again, it goes on where it was.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ironcage.errors import RefusedError
from ironcage.importing.records import Rejected
from ironcage.importing.rejects import Rejects
from ironcage.importing.rows import Rows
from ironcage.machine.step import Transition
from ironcage.messages import mark
from ironcage.record import part_of, subject_of
from ironcage.store import queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ironcage.clock import Micros, VirtualClock
    from ironcage.engine import Engine
    from ironcage.importing.mapping import Mapping
    from ironcage.importing.rows import Happening, Row
    from ironcage.store import StoredCase, StoredTask

_FOLLOWS = (Transition.SCHEDULE, Transition.COMPLETE)
"""What the engine does by itself: offering a task, ending a case."""


class NotReplayableError(RefusedError):
    """The mapping tells of acts that a replay cannot repeat."""

    message = mark("A replay cannot repeat {transition} of {element}; import the log, or remove it from the mapping.")


class ForeignCaseError(RefusedError):
    """The database holds another case under the key."""

    message = mark("The case {case} is in this database, but not from this log; replay into a database of its own.")


class OtherWayError(RefusedError):
    """The log says that something was done where the process has not come to."""

    message = mark(
        "Line {line} says that {element} of {case} was completed, but the case waits at {waiting}. "
        "Name under [[bridge]] in the mapping the tasks the log knows nothing about."
    )


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the database holds of the log after the replay; the same whether it ran at one go or was resumed."""

    cases: int
    """Cases begun by the as-of instant."""
    completed: int
    """Tasks completed as the log says."""
    bridged: int
    """Of these, how many followed on a task the log knows nothing about, completed at the same instant."""
    waiting: int
    """Cases that wait at such a task at the as-of instant."""


class _Act(NamedTuple):
    at: Micros
    line: int
    nth: int
    row: Row
    happening: Happening


def replay(
    engine: Engine,
    clock: VirtualClock,
    log: Path,
    mapping: Mapping,
    as_of: Micros,
    batch: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Replayed:
    """Start and complete the cases of *log* as it says, up to *as_of*; what is due in between is fired when it is due.

    Args:
        engine: where to; it goes by *clock*, and the process of the mapping is deployed.
        clock: moved from act to act and at the end to *as_of*.
        log: a CSV file, plain or compressed by gzip.
        mapping: what its columns mean.
        as_of: nothing later happens.
        batch: how many acts share one commit; with 1 each step has its own.
        progress: told after each commit how many acts of how many are done.

    Raises:
        NoLogError: the log cannot be opened.
        FaultyError: rows are faulty; nothing was begun.
        NotReplayableError: the mapping tells of acts that a replay cannot repeat.
        ForeignCaseError: a key of the log belongs to a case from elsewhere.
        OtherWayError: the log does something where the process has not come to.
    """
    acts = _acts(log, mapping, as_of)
    under_way = _Replay(engine, clock, mapping)
    for done in range(0, len(acts), batch):
        with engine.batch() if batch > 1 else nullcontext():
            for act in acts[done : done + batch]:
                under_way.do(act)
        if progress:
            progress(min(done + batch, len(acts)), len(acts))
    with engine.batch() if batch > 1 else nullcontext():
        engine.wake_until(as_of, clock)
    return under_way.result()


def _acts(log: Path, mapping: Mapping, as_of: Micros) -> list[_Act]:
    """Return what is to be done, in order of time and, at the same instant, of the log."""
    for milestone in mapping.milestones[1:]:
        if milestone.transition not in _FOLLOWS:
            raise NotReplayableError(transition=milestone.transition, element=milestone.element or mapping.process)
    acts: list[_Act] = []
    rejects = Rejects()
    for row in Rows(log, mapping):
        if isinstance(row, Rejected):
            rejects.add(row)
            continue
        for nth, happening in enumerate(row.happenings):
            told = happening.milestone
            is_act = nth == 0 or (told.element and told.transition == Transition.COMPLETE)
            if is_act and happening.at <= as_of:
                acts.append(_Act(happening.at, row.record.line, nth, row, happening))
    rejects.settle()
    return sorted(acts, key=lambda act: act[:3])


class _Replay:
    """A replay under way."""

    def __init__(self, engine: Engine, clock: VirtualClock, mapping: Mapping) -> None:
        self._engine = engine
        self._clock = clock
        self._mapping = mapping
        self._bridges = {bridge.element: bridge for bridge in mapping.bridges}
        self._cases = self._completed = self._bridged = 0

    def do(self, act: _Act) -> None:
        """Let the time until *act* pass, and do it unless an earlier run has."""
        self._engine.wake_until(act.at, self._clock)
        if act.nth == 0:
            self._start(act)
            self._cases += 1
        else:
            self._bridged += self._complete(act)
            self._completed += 1

    def result(self) -> Replayed:
        """Return what the database holds now."""
        with self._engine.store.reading() as connection:
            waiting = sum(
                task.process == self._mapping.process and task.element in self._bridges
                for task in queries.open_tasks(connection)
            )
        return Replayed(self._cases, self._completed, self._bridged, waiting)

    def _start(self, act: _Act) -> None:
        row, happening = act.row, act.happening
        found, _ = self._find(row.key)
        if found is None:
            data = row.brings(happening.milestone.data)
            self._engine.start(self._mapping.process, data, key=row.key, actor=happening.actor, channel=row.channel)
        elif found.origin != "engine" or found.opened != act.at:
            raise ForeignCaseError(case=subject_of(self._mapping.process, row.key))

    def _complete(self, act: _Act) -> bool:
        """Complete the task of *act*, and before it the tasks the log knows nothing about; return if there were any."""
        element, left = act.happening.milestone.element, dict(self._bridges)
        while True:
            _, tasks = self._find(act.row.key)
            open_tasks = {task.element: task for task in tasks if task.closed is None}
            crossed = any(task.element in self._bridges and task.status == "completed" for task in tasks)
            if element in open_tasks:
                self._finish(open_tasks[element], act, act.happening.milestone.data, act.happening.actor)
                return crossed
            if any(task.element == element and task.status == "completed" for task in tasks):
                return crossed
            bridge = next((left.pop(name) for name in open_tasks if name in left), None)
            if bridge is None:
                raise self._other_way(act, open_tasks)
            self._finish(open_tasks[bridge.element], act, bridge.data, None)
            self._engine.wake_until(act.at, self._clock)

    def _finish(self, task: StoredTask, act: _Act, fields: tuple[str, ...], actor: str | None) -> None:
        name = f"{task.process}/{task.key}/{task.wait}"
        self._engine.complete(name, act.row.brings(fields), actor=actor)

    def _find(self, key: str) -> tuple[StoredCase | None, list[StoredTask]]:
        process = self._mapping.process
        with self._engine.store.looking() as work:
            case = work.case(part_of(process, key), process, key)
            return case, queries.tasks_of(work.connection, case) if case else []

    def _other_way(self, act: _Act, waiting: dict[str, StoredTask]) -> OtherWayError:
        return OtherWayError(
            line=act.line,
            element=act.happening.milestone.element,
            case=subject_of(self._mapping.process, act.row.key),
            waiting=", ".join(waiting) or "-",
        )
