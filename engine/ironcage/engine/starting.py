"""What begins cases of a process beside a person: messages, signals and timers of its newest version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import Moment, instant
from ironcage.engine.correlation import key_of
from ironcage.engine.naming import CaseName, check_key, new_key
from ironcage.engine.refusals import CaseExistsError, UnknownStartError
from ironcage.engine.stepping import prepare_start
from ironcage.machine import CycleValueError, Start
from ironcage.machine.cycles import Cycle
from ironcage.machine.instants import timer_at
from ironcage.program import Kind, Message, Signal, Timer, TimerKind
from ironcage.record import NOBODY
from ironcage.store import StoredStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Runnable
    from ironcage.engine.correlation import Letter
    from ironcage.engine.stepping import Prepared
    from ironcage.program import Program
    from ironcage.record import Provenance
    from ironcage.store import Work
    from ironcage.values import Context


def beginnings(program: Program) -> Iterator[int]:
    """Yield the nodes that begin a case when something happens: start events, receive tasks, events after a gateway."""
    for index, node in enumerate(program.nodes):
        if node.parent is not None:
            continue
        if (node.kind is Kind.START_EVENT and node.events) or (node.kind is Kind.RECEIVE_TASK and node.instantiate):
            yield index
        elif node.kind is Kind.EVENT_BASED_GATEWAY and node.instantiate:
            yield from (program.flows[flow].target for flow in node.outgoing)


def starts_of(runnable: Runnable, now: Micros) -> list[StoredStart]:
    """Return the rows of what begins cases of a process that is deployed at *now*.

    Raises:
        StepError: a timer does not say when.
    """
    rows: list[StoredStart] = []
    program = runnable.program
    for index in beginnings(program):
        node = program.nodes[index]
        for number, event in enumerate(node.events):
            place = (runnable.process, node.id, number, runnable.version)
            match event:
                case Message(name):
                    rows.append(StoredStart(*place, "message", name, None, None, None))
                case Signal(name):
                    rows.append(StoredStart(*place, "signal", name, None, None, None))
                case Timer():
                    due, remaining = _first(runnable, node.id, event, now)
                    rows.append(StoredStart(*place, "timer", "", due, remaining, None))
                case _:
                    continue  # the gate lets no case begin on anything else
    return rows


def following(runnable: Runnable, row: StoredStart, now: Micros) -> StoredStart:
    """Return *row* after its timer has begun a case: due next as the instant before says, or never again."""
    node = runnable.program.nodes[runnable.program.index(row.element)]
    event = node.events[row.number]
    assert isinstance(event, Timer) and row.due is not None  # noqa: PT018 - it was due
    if event.kind is not TimerKind.CYCLE:
        return row._replace(due=None)
    after = _cycle(runnable, node.id, event, now).next(row.due, row.remaining, runnable.zone)
    return row._replace(due=after[0], remaining=after[1]) if after else row._replace(due=None)


def start_by_timer(work: Work, runnable: Runnable, row: StoredStart, now: Micros) -> tuple[CaseName, Prepared | None]:
    """Compute the first step of the case that a timer begins; None where it has begun it already.

    The case is called by its element and the instant it was due, so that it is begun once whatever is deployed again.

    Raises:
        StepError: it cannot be taken.
    """
    assert row.due is not None, "it is due"
    at = instant(row.due).astimezone(runnable.zone).isoformat()
    name = CaseName(row.process, f"{row.element}/{at}")
    if work.case(name.part, *name):
        return name, None
    stimulus = Start({}, runnable.program.index(row.element))
    return name, prepare_start(name, runnable, stimulus, now, NOBODY)


def start_by_event(
    runnable: Runnable, element: str, payload: Context, now: Micros, by: Provenance = NOBODY
) -> tuple[CaseName, Prepared]:
    """Compute the first step of a case that a signal begins.

    Raises:
        StepError: it cannot be taken.
    """
    name = CaseName(runnable.process, new_key())
    stimulus = Start({}, runnable.program.index(element), payload)
    return name, prepare_start(name, runnable, stimulus, now, by)


def start_by_message(
    work: Work, runnable: Runnable, element: str, letter: Letter, now: Micros, by: Provenance, key: str | None = None
) -> tuple[CaseName, Prepared]:
    """Compute the first step of a case that *letter* begins, under *key* if one is given.

    Raises:
        CaseKeyError, CaseExistsError: the key cannot be one, or is taken.
        DataRefusedError: the payload does not fit the fields of the process.
        StepError: the step cannot be taken.
    """
    name = CaseName(runnable.process, new_key() if key is None else key)
    check_key(name.key)
    if key is not None and work.case(name.part, *name):
        raise CaseExistsError(case=str(name))
    index = runnable.program.index(element)
    payload = runnable.definition.schema.accept(letter.payload, partial=True, others=True)
    found = letter.key or key_of(runnable, runnable.program.nodes[index], letter.name, payload, now)
    return name, prepare_start(name, runnable, Start({}, index, payload, found), now, by)


def start_at(runnable: Runnable, element: str) -> int:
    """Return the node *element*, at which a case of the process can begin.

    Raises:
        UnknownStartError: it cannot.
    """
    known = {runnable.program.nodes[index].id: index for index in beginnings(runnable.program)}
    if element not in known:
        raise UnknownStartError(process=runnable.process, element=element, known=", ".join(known) or "-")
    return known[element]


def _first(runnable: Runnable, element: str, timer: Timer, now: Micros) -> tuple[Micros, int | None]:
    if timer.kind is TimerKind.CYCLE:
        cycle = _cycle(runnable, element, timer, now)
        try:
            return cycle.first(now, runnable.zone)
        except ValueError as error:
            raise CycleValueError(element=element, text=timer.value.text, value=str(error)) from error
    return timer_at(timer, element, {}, Moment(now, runnable.zone)), None


def _cycle(runnable: Runnable, element: str, timer: Timer, now: Micros) -> Cycle:
    value = timer.value.evaluate({}, Moment(now, runnable.zone))
    if isinstance(value, str):
        try:
            return Cycle.parse(value)
        except ValueError:
            pass
    raise CycleValueError(element=element, text=timer.value.text, value=value)
