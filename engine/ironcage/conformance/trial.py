"""One run of one process of a suite: what is started, how long it lasts, and the trace it leaves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import VirtualClock
from ironcage.conformance.contradiction import contradiction
from ironcage.conformance.marks import Marks
from ironcage.conformance.order import disorder
from ironcage.conformance.results import Outcome, Verdict
from ironcage.errors import IroncageError
from ironcage.machine import NoneStartError, Status
from ironcage.messages import text
from ironcage.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.clock import Micros
    from ironcage.conformance.manifest import Trial
    from ironcage.program import Program

COMPANION = "ParallelProcess"
BEGIN = 1_577_836_800_000_000
"""When the clock of a run begins: 1 January 2020, 00:00 UTC."""
DAY = 24 * 3_600_000_000


class _Run(NamedTuple):
    world: World
    marks: Marks
    error: str
    """What stopped it, in words; empty if nothing did."""


def outcome(programs: Mapping[str, Program], process: str, trial: Trial) -> Outcome:
    """Return what came of *trial* on *process*."""
    run = _run(programs, process, trial)
    trace = run.marks.tokens(trial.expected)
    if run.error:
        trace.append("ERROR_runtime")
    elif any(case.status is Status.FAILED and case.caller is None for case in run.world.cases):
        trace.append("ERROR_thrownErrorEvent")
    if not agrees(trace, trial.expected):
        verdict = Verdict.FAILED if run.error else Verdict.WRONG
        reason = run.error or text("The trace is {trace}.", trace=", ".join(trace) or "[]")
        found = None if run.error else contradiction(run.world.cases, trace, trial.expected)
        return Outcome(trial.number, verdict, tuple(trace), trial.expected, reason, contradiction=found)
    order = disorder(programs.values(), [mark.element for mark in run.marks.trace])
    if order:
        reason = text("{later} was done before {earlier}, which the model puts first.", **order._asdict())
        return Outcome(trial.number, Verdict.WRONG, tuple(trace), trial.expected, reason)
    return Outcome(trial.number, Verdict.PASS, tuple(trace), trial.expected, remarks=_remarks(run))


def agrees(trace: Sequence[str], expected: Sequence[str]) -> bool:
    """Return whether the tokens are those expected, in whatever order; ``ERROR`` stands for either kind of error."""
    found, wanted = Counter(trace), Counter(expected)
    for kind in ("ERROR_deployment", "ERROR_runtime"):
        if found[kind] and not wanted[kind] and wanted["ERROR"]:
            found[kind] -= 1
            wanted["ERROR"] -= 1
    return +found == +wanted


def _run(programs: Mapping[str, Program], process: str, trial: Trial) -> _Run:
    clock = VirtualClock(BEGIN)
    marks = Marks(clock)
    world = World(dict(programs), marks, clock)
    try:
        for each in programs:
            world.watch(each)
        if trial.companion:
            world.start(COMPANION)
        _start(world, process, trial)
        world.move_to(BEGIN + trial.delay)
    except IroncageError as error:
        return _Run(world, marks, str(error))
    except Exception as error:  # noqa: BLE001  (a crash is a verdict on this run; the others go on)
        return _Run(world, marks, repr(error))
    return _Run(world, marks, "")


def _start(world: World, process: str, trial: Trial) -> None:
    """Start the process; one that only a timer begins is left to it."""
    try:
        world.start(process, trial.data)
    except NoneStartError:
        world.cases.pop()
        if world.next_at() is None:
            raise


def _remarks(run: _Run) -> tuple[str, ...]:
    """Return what makes a pass look accidental: what still waits, and what would have come of it in a day."""
    if run.error:
        return ()
    remarks = [
        text("Case {case} still waits at {element}.", case=case.number, element=element)
        for case in run.world.cases
        if case.status is Status.OPEN
        for element in case.waits() or [text("a join")]
    ]
    before = len(run.marks.trace)
    _let_go_on(run.world, run.world.clock.now() + DAY)
    return (*remarks, *(text("{token} would come later.", token=mark.token) for mark in run.marks.trace[before:]))


def _let_go_on(world: World, until: Micros) -> None:
    try:
        for _ in range(1000):  # a cycle without end comes to no rest
            due = world.next_at()
            if due is None or due > until:
                return
            world.move_to(due)
    except IroncageError:
        pass  # what is not part of the run cannot fail it
