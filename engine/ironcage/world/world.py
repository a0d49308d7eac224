"""The world itself: it starts cases, moves them, and carries between them what they send."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import VirtualClock
from ironcage.errors import NotFoundError, RefusedError
from ironcage.machine import (
    Called,
    CancelCase,
    Closed,
    Complete,
    Ended,
    Escalated,
    Fire,
    Opened,
    Receive,
    Sent,
    Signalled,
    Start,
    Throw,
    WaitKind,
    advance,
    seen_by_wait,
)
from ironcage.machine.calls import answered
from ironcage.messages import mark
from ironcage.program import Message, Signal
from ironcage.world.alarms import alarms
from ironcage.world.case import Case
from ironcage.world.post import Letter, message_of, receiver, starts

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.machine import Effect, Key, Stimulus
    from ironcage.program import Program
    from ironcage.values import Context
    from ironcage.world.alarms import Alarm
    from ironcage.world.labour import Labour

WEEK = 7 * 24 * 3_600_000_000
STEPS = 100_000
"""More steps than this at one instant, and the world is taken to turn in a circle."""

_WORK = frozenset({WaitKind.SCRIPT, WaitKind.JOB})


class NoCaseWaitsError(NotFoundError):
    """Nothing waits for what was to be done."""

    message = mark("Case {case} does not wait at {element} for this; it waits at: {waits}.")


class UnknownProcessError(NotFoundError):
    """A process that is started or called is not in the world."""

    message = mark("There is no process {process} here. The processes are: {processes}.")


class RestlessError(RefusedError):
    """The cases set each other going without end."""

    message = mark("The cases did not come to rest after {steps} steps at one instant: they set each other going.")


class _Work(NamedTuple):
    """A piece of work under way, in the order in which the pieces are finished."""

    at: Micros
    number: int
    case: int
    wait: int


class _Timer(NamedTuple):
    """A timer or a deadline, in the order in which they are due."""

    at: Micros
    case: int
    wait: int


class _Broadcast(NamedTuple):
    """A signal on its way to every case but the one that sent it."""

    name: str
    payload: Context
    sender: int


@dataclass(slots=True)
class World:
    """Cases of *programs*, known by their process ids, on one clock.

    Attributes:
        programs: the programs by process id.
        labour: who does scripts and service calls; None leaves them open.
        clock: where the time comes from.
        keeps: for how long a message waits for a receiver, in microseconds.
        cases: every case, in the order they were started.
        letters: the messages nobody has received, oldest first.
    """

    programs: dict[str, Program]
    labour: Labour | None = None
    clock: VirtualClock = field(default_factory=VirtualClock)
    keeps: Micros = WEEK
    cases: list[Case] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    _alarms: list[Alarm] = field(default_factory=list)
    _timers: list[_Timer] = field(default_factory=list)
    """A heap, and so is ``_work``; what was closed since is left in it until its turn comes."""
    _work: list[_Work] = field(default_factory=list)
    _pieces: int = 0
    _due: deque[tuple[Case, Stimulus] | Letter | _Broadcast] = field(default_factory=deque)
    """What is still to be done at this instant."""

    # What comes from outside

    def start(self, process: str, data: Context | None = None) -> Case:
        """Start a case of *process* at its none start events and return it when everything has come to rest.

        Raises:
            UnknownProcessError: there is none of that id.
            StepError: a step could not be taken. The cases stand as they stood before that step.
        """
        case = self._begin(process, Start(dict(data or {})))
        self._rest()
        return case

    def watch(self, process: str) -> None:
        """Let the timers that begin cases of *process* run from now on.

        Raises:
            UnknownProcessError: there is none of that id.
            StepError: a timer does not say when.
        """
        self._alarms += alarms(self._program(process), self.clock.now())
        self._rest()

    def complete(self, case: Case, element: str, data: Context | None = None) -> None:
        """Complete the oldest open work at *element* with what it brings.

        Raises:
            NoCaseWaitsError: there is none.
            StepError: as in ``start``.
        """
        self._act(case, Complete(self._work_at(case, element), dict(data or {})))

    def throw(self, case: Case, element: str, code: str, *, escalation: bool = False) -> None:
        """Let the oldest open work at *element* end in a BPMN error, or raise an escalation and stay open.

        Raises:
            NoCaseWaitsError, StepError: as in ``complete``.
        """
        self._act(case, Throw(self._work_at(case, element), code, escalation=escalation))

    def cancel(self, case: Case) -> None:
        """End *case* from outside."""
        self._act(case, CancelCase())

    def send(self, name: str, payload: Context | None = None, key: Key = ()) -> None:
        """Send a message; where nobody waits for it, it is kept for a time."""
        self._due.append(Letter(name, dict(payload or {}), key, self.clock.now() + self.keeps))
        self._rest()

    def signal(self, name: str, payload: Context | None = None) -> None:
        """Broadcast a signal to every case and to the start events that wait for it."""
        self._due.append(_Broadcast(name, dict(payload or {}), sender=0))
        self._rest()

    def move_to(self, at: Micros) -> None:
        """Let time pass until *at*: timers come and work is finished in the order in which they are due."""
        while (due := self.next_at()) is not None and due <= at:
            self.clock.move_to(due)
            self._rest()
        self.clock.move_to(at)

    def next_at(self) -> Micros | None:
        """Return the next instant at which something happens by itself; None if nothing will."""
        firsts = [self._next_timer(), *self._work[:1], *self._alarms]
        return min((first.at for first in firsts if first is not None), default=None)

    # What follows from it

    def _act(self, case: Case, stimulus: Stimulus) -> None:
        self._due.append((case, stimulus))
        self._rest()

    def _work_at(self, case: Case, element: str) -> int:
        for number, wait in case.open.items():
            if wait.kind in (*_WORK, WaitKind.TASK) and case.node(number).id == element:
                return number
        raise NoCaseWaitsError(case=case.number, element=element, waits=", ".join(case.waits()))

    def _begin(self, process: str, stimulus: Start, caller: tuple[int, int] | None = None) -> Case:
        case = Case(len(self.cases) + 1, self._program(process), caller)
        self.cases.append(case)
        self._due.append((case, stimulus))
        return case

    def _program(self, process: str) -> Program:
        if process not in self.programs:
            raise UnknownProcessError(process=process, processes=", ".join(self.programs))
        return self.programs[process]

    def _rest(self) -> None:
        """Do what is to be done at this instant: what was caused first, then work that is finished, then timers."""
        steps = 0
        try:
            while self._due or self._finish() or self._fire() or self._ring():
                steps += 1
                if steps > STEPS:
                    raise RestlessError(steps=STEPS)
                match self._due.popleft():
                    case (case, stimulus):
                        self._step(case, stimulus)
                    case Letter() as letter:
                        self._deliver(letter)
                    case _Broadcast() as signal:
                        self._broadcast(signal)
        finally:
            self._due.clear()

    def _step(self, case: Case, stimulus: Stimulus) -> None:
        wait = getattr(stimulus, "wait", None)
        if wait is not None and wait not in case.open:
            return  # something on the way ended what the stimulus was for
        step = advance(case.program, case.state, stimulus, self.clock.now())
        calls = {number: opened for number, opened in case.open.items() if opened.kind is WaitKind.CALL}
        case.take(step, self.clock.now())
        for effect in step.effects:
            if isinstance(effect, Opened) and effect.at is not None:
                heappush(self._timers, _Timer(effect.at, case.number, effect.wait))
            self._follow(case, effect, calls)

    def _follow(self, case: Case, effect: Effect, calls: dict[int, Opened]) -> None:
        match effect:
            case Opened(call=Called() as called) if effect.wait in case.open:
                self._begin(called.process, Start(called.data), (case.number, effect.wait))
            case Opened(kind=WaitKind.MESSAGE):
                self._due.extend(self.letters)
                self.letters.clear()
            case Opened(kind=kind) if kind in _WORK and effect.wait in case.open:
                self._employ(case, effect)
            case Closed(withdrawn=True) if effect.wait in calls:
                self._due += [(each, CancelCase()) for each in self.cases if each.caller == (case.number, effect.wait)]
            case Sent():
                until = self.clock.now() + self.keeps
                self._due.append(Letter(effect.name, effect.payload, effect.key, until))
            case Signalled():
                self._due.append(_Broadcast(effect.name, effect.payload, case.number))
            case Escalated() if case.caller:
                self._answer(case.caller, Throw(case.caller[1], effect.code or "", escalation=True))
            case Ended() if case.caller:
                self._answer(case.caller, answered(case.caller[1], effect.status, effect.code or "", dict(effect.data)))
            case _:
                pass

    def _answer(self, caller: tuple[int, int], stimulus: Stimulus) -> None:
        self._due.append((self.cases[caller[0] - 1], stimulus))

    # Messages and signals

    def _deliver(self, letter: Letter) -> None:
        now = self.clock.now()
        if letter.until < now:
            return
        found = receiver(letter, self.cases, now)
        if found is not None:
            case, wait, key = found
            self._step(case, Receive(wait, letter.payload, key))
            return
        for program, node in starts(self.programs.values(), Message, letter.name):
            key = letter.key_for(message_of(program, node, letter.name), now)
            self._begin(program.process, Start({}, node, letter.payload, key))
            return
        self.letters.append(letter)

    def _broadcast(self, signal: _Broadcast) -> None:
        for case in [each for each in self.cases if each.number != signal.sender]:
            names = [number for number in case.waiting(WaitKind.SIGNAL) if case.open[number].name == signal.name]
            self._due.extend((case, Receive(number, signal.payload)) for number in names)
        for program, node in starts(self.programs.values(), Signal, signal.name):
            self._begin(program.process, Start({}, node, signal.payload))

    # Time and work

    def _employ(self, case: Case, wait: Opened) -> None:
        if self.labour is None:
            return
        takes = self.labour.takes(case.program.nodes[wait.node], seen_by_wait(case.state, wait.wait))
        if takes is not None:
            self._pieces += 1
            heappush(self._work, _Work(self.clock.now() + takes, self._pieces, case.number, wait.wait))

    def _finish(self) -> bool:
        """Finish the piece of work that is done first, if it is done by now; return whether there was one."""
        while self.labour and self._work and self._work[0].at <= self.clock.now():
            piece = heappop(self._work)
            case = self.cases[piece.case - 1]
            wait = case.open.get(piece.wait)
            if wait is not None:  # else something ended it before it was done
                answer = self.labour.does(case.program.nodes[wait.node], seen_by_wait(case.state, piece.wait))
                done = Complete(piece.wait, answer.data)
                self._due.append((case, done if answer.error is None else Throw(piece.wait, answer.error, answer.data)))
                return True
        return False

    def _next_timer(self) -> _Timer | None:
        """Return the timer or deadline that comes next, of those that are still open."""
        while self._timers:
            timer = self._timers[0]
            wait = self.cases[timer.case - 1].open.get(timer.wait)
            if wait is not None and wait.at == timer.at:
                return timer
            heappop(self._timers)
        return None

    def _fire(self) -> bool:
        """Let the timer that is due first come, if it is due by now; return whether there was one."""
        timer = self._next_timer()
        if timer is None or timer.at > self.clock.now():
            return False
        self._due.append((self.cases[timer.case - 1], Fire(timer.wait)))
        return True

    def _ring(self) -> bool:
        """Let the alarm that is due first begin a case, if it is due by now; return whether there was one."""
        alarm = min(self._alarms, default=None, key=lambda each: each.at)
        if alarm is None or alarm.at > self.clock.now():
            return False
        self._alarms.remove(alarm)
        following = alarm.following(self._program(alarm.process))
        self._alarms += [following] if following else []
        self._begin(alarm.process, Start({}, alarm.node))
        return True
