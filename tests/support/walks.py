"""Walks through a process on two interpreters side by side, the machine and SpiffWorkflow's own runtime.

After each move both must say the same: refused, or the same multiset of open waits and the same status. ``wander``
draws a walk with hypothesis, ``ramble`` with dice; ``retrace`` takes a given one; where the two part, the walk is over.
A judge who knows the rules may walk along: what the machine does must be what he says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hypothesis import strategies as st

from ironcage.clock import VirtualClock
from ironcage.machine import Complete, Fire, Receive, Start, State, Status, StepError, WaitKind, advance
from ironcage.spiff.reference import Reference, StuckError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from random_models import Dice

    from ironcage.machine import Stimulus, Wait
    from ironcage.program import Program
    from ironcage.values import Context, Value


_EVENTS = frozenset({WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL})


@dataclass(frozen=True)
class Move:
    """Complete a task or job of *element*, or let its event come (*data* is None)."""

    element: str
    data: Mapping[str, Value] | None = field(default_factory=dict)


def complete(element: str, **data: Value) -> Move:
    return Move(element, data)


def fire(element: str) -> Move:
    return Move(element, None)


@dataclass(frozen=True)
class Standing:
    """What can be seen of a case between two moves."""

    waits: Counter[str]
    status: Status


@dataclass(frozen=True)
class Parting:
    """The first move after which the two interpreters say different things; None stands for a refused move."""

    taken: tuple[Move, ...]
    """Every move, the one in question last; without any they part at the start."""
    machine: Standing | None
    spiff: Standing | None


class Interpreter(Protocol):
    @property
    def status(self) -> Status: ...
    def start(self, data: Context) -> None: ...
    def waits(self) -> Counter[str]: ...
    def complete(self, element: str, data: Context) -> None: ...
    def fire(self, element: str) -> None: ...


class Machine:
    """Our machine, with the manners of ``Reference``."""

    def __init__(self, program: Program, clock: VirtualClock) -> None:
        self.program = program
        self.clock = clock
        self.state = State()

    @property
    def status(self) -> Status:
        return self.state.status

    def start(self, data: Context) -> None:
        self._step(Start(data))

    def waits(self) -> Counter[str]:
        open_waits = (wait for wait in self.state.waits.values() if wait.kind is not WaitKind.DEADLINE)
        return Counter(map(self.element, open_waits))

    def events(self) -> set[str]:
        """Return the elements that wait for an event: a timer, a message or a signal."""
        events = (wait for wait in self.state.waits.values() if wait.kind in _EVENTS)
        return {self.element(wait) for wait in events}

    def element(self, wait: Wait) -> str:
        """Return the element that is waited at; after an event-based gateway the event."""
        return self.program.nodes[wait.node].id

    def complete(self, element: str, data: Context) -> None:
        self._step(Complete(self._wait(element), data))

    def fire(self, element: str) -> None:
        wait = self._wait(element)
        at = self.state.waits[wait].at
        if at is None:
            self._step(Receive(wait))
        else:
            self.clock.move_to(at)
            self._step(Fire(wait))

    def _wait(self, element: str) -> int:
        """Return the oldest open wait of *element*."""
        node = self.program.index(element)
        waits = self.state.waits.items()
        return next(n for n, wait in waits if wait.node == node and wait.kind is not WaitKind.DEADLINE)

    def _step(self, stimulus: Stimulus) -> None:
        self.state = advance(self.program, self.state, stimulus, self.clock.now()).state


class Walk:
    """One case on both interpreters, and before the judge if there is one."""

    def __init__(self, source: bytes, program: Program, judge: Interpreter | None = None) -> None:
        clock = VirtualClock()
        self.judge = judge
        self.machine = Machine(program, clock)
        self.spiff = Reference(source, program, clock)
        self.taken: list[Move] = []
        self.is_over = False
        self.parting: Parting | None = None
        self.failure = ""
        """What SpiffWorkflow said when it could not go on."""

    def start(self, data: Mapping[str, Value]) -> None:
        self._compare(None, data)
        self._hear(None, data)

    def take(self, move: Move) -> None:
        self.taken.append(move)
        self._compare(move, {})
        self._hear(move, {})

    def elements(self) -> list[str]:
        """Return the elements a move is open at, in a fixed order."""
        return [] if self.is_over else sorted(self.machine.waits())

    def is_event(self, element: str) -> bool:
        return element in self.machine.events()

    def _hear(self, move: Move | None, data: Mapping[str, Value]) -> None:
        if self.judge is not None and not (self.is_over and self.parting is None):
            said = self._standing(self.judge, move, data)
            assert said == Standing(self.machine.waits(), self.machine.status), f"not so by the rules: {self.taken}"

    def _compare(self, move: Move | None, data: Mapping[str, Value]) -> None:
        machine, spiff = self._standing(self.machine, move, data), self._standing(self.spiff, move, data)
        if machine != spiff:
            self.parting = Parting(tuple(self.taken), machine, spiff)
        self.is_over = machine is None or machine != spiff

    def _standing(self, interpreter: Interpreter, move: Move | None, data: Mapping[str, Value]) -> Standing | None:
        try:
            if move is None:
                interpreter.start(dict(data))
            elif move.data is None:
                interpreter.fire(move.element)
            else:
                interpreter.complete(move.element, dict(move.data))
        except StepError:
            return None
        except StuckError as error:
            self.failure = str(error.fields["reason"])
            return None
        return Standing(interpreter.waits(), interpreter.status)


def wander(
    drawn: st.DataObject,
    source: bytes,
    program: Program,
    values: Mapping[str, st.SearchStrategy[Value]],
    moves: int = 25,
) -> Walk:
    """Draw a walk of at most *moves* moves, the start and each completion bringing *values*."""
    data = st.fixed_dictionaries(dict(values))
    walk = Walk(source, program)
    walk.start(drawn.draw(data, "start"))
    while len(walk.taken) < moves and (elements := walk.elements()):
        element = drawn.draw(st.sampled_from(elements), "element")
        walk.take(fire(element) if walk.is_event(element) else Move(element, drawn.draw(data, "data")))
    return walk


def ramble(dice: Dice, walk: Walk, moves: int = 20) -> Walk:
    """Take a walk of at most *moves* moves that dice decide."""
    walk.start(dice.data())
    while len(walk.taken) < moves and (elements := walk.elements()):
        element = dice.one_of(elements)
        walk.take(fire(element) if walk.is_event(element) else Move(element, dice.data()))
    return walk


def retrace(source: bytes, program: Program, data: Mapping[str, Value], moves: Sequence[Move]) -> Walk:
    """Take the given walk, as far as the two go together."""
    walk = Walk(source, program)
    walk.start(data)
    for move in moves:
        if not walk.is_over:
            walk.take(move)
    return walk
