"""A step under way: its tokens, its numbers, what it says to the store and to the record.

A token moves until it waits, ends, or is held. Moving tokens exist only inside a step, on the agenda; a case at rest
has waits and held tokens and nothing else. Every token of a scope is counted in its ``live``: an element adds the
tokens it sends out and takes off those it consumed, so a scope is over exactly when ``live`` is zero.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.machine.data import seen, write
from ironcage.machine.plan import CASE, plan_of
from ironcage.machine.state import CONDITION, Activity, Scope, Wait
from ironcage.machine.step import ACTIVITY, COMPLETE, EVENT, Closed, EntryKind, Opened, Transition, made
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.clock import Micros
    from ironcage.feel import Expression
    from ironcage.machine.state import State
    from ironcage.machine.step import Called, Effect, EntryRow
    from ironcage.program import EventDefinition, Node, Program
    from ironcage.values import Context, Value

NOT_RECORDED = frozenset(
    {
        Kind.START_EVENT,
        Kind.END_EVENT,
        Kind.INTERMEDIATE_CATCH_EVENT,
        Kind.INTERMEDIATE_THROW_EVENT,
        Kind.EVENT_BASED_GATEWAY,
    }
)
"""Nodes of which the record says that they happened, and not that they were waited for in vain."""


@dataclass(frozen=True, slots=True)
class Raise:
    """The activity throws *event*: a send task, or an instance on behalf of the whole of its instances."""

    activity: int
    event: EventDefinition


@dataclass(frozen=True, slots=True)
class GoOn:
    """The activity has its next round, or the next thing to compensate, before it."""

    activity: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The activity has done what it does."""

    activity: int


class Run:
    """A step under way."""

    __slots__ = (
        "agenda",
        "changed",
        "effects",
        "later",
        "now",
        "over",
        "plan",
        "program",
        "rows",
        "state",
        "urgent",
    )

    def __init__(self, program: Program, state: State, now: Micros) -> None:
        self.program = program
        self.plan = plan_of(program)
        self.state = state
        self.now = now
        self.effects: list[Effect] = []
        self.rows: list[EntryRow] = []
        self.agenda: deque[tuple[int, int, int]] = deque()
        """Tokens about to enter a node: scope number, node index, and the flow index they come by (-1 for none)."""
        # Lists: in most steps they stay empty, and an empty deque costs more than it would ever spare.
        self.later: list[tuple[int, int, int]] = []
        """Tokens about to throw a message or a signal: whatever can still begin to wait for it does so first."""
        self.urgent: list[Raise | GoOn | Finish] = []
        """What follows at once, before any token moves."""
        self.over: list[int] = []
        """Scopes that may have lost their last token."""
        self.changed = False
        """Whether data have changed, or a condition is newly waited for, since conditions were last asked."""

    @property
    def moment(self) -> Moment:
        """The instant of the step, for an expression; few steps have one to evaluate."""
        return Moment(self.now, self.program.zone or UTC)

    # Tokens

    def send(self, scope: int, flows: Iterable[int], consumed: int) -> None:
        """Replace *consumed* tokens of the scope by one on each of *flows*."""
        live = self.state.scopes[scope].live - consumed
        for flow in flows:
            live += 1
            self.agenda.append((scope, self.program.flows[flow].target, flow))
        self.state.scopes[scope].live = live
        if not live:
            self.over.append(scope)

    def is_open(self, scope: int) -> bool:
        """Return whether the scope is still there."""
        return scope in self.state.scopes

    # Data

    def see(self, scope: int) -> Context:
        """Return the variables seen in the scope."""
        return seen(self.state, scope)

    def evaluate(self, expression: Expression, scope: int) -> Value:
        """Return the value of *expression* in the scope."""
        return expression.evaluate(seen(self.state, scope), self.moment)

    def write(self, scope: int, data: Context) -> None:
        """Keep *data* in the scope or where they live around it."""
        if data:
            write(self.state, scope, data)
            self.changed = True

    # Numbers and entries

    def draw(self) -> int:
        """Return a new number."""
        number = self.state.next
        self.state.next = number + 1
        return number

    def count(self, index: int) -> int:
        """Return which execution of the node begins now."""
        executions = self.state.executions
        executions[index] = execution = executions.get(index, 0) + 1
        return execution

    def happened(self, index: int, payload: Context | None = None) -> None:
        """Record that the event has happened."""
        self.rows.append((EVENT, COMPLETE, index, self.count(index), None, None, None, None, payload or None))

    def record(
        self,
        activity: Activity,
        transition: Transition,
        payload: Context | None = None,
        kind: EntryKind = ACTIVITY,
        happened: Micros | None = None,
    ) -> None:
        """Record what has happened to *activity*."""
        row = (
            kind, transition, activity.node, activity.execution, activity.role, activity.unit, activity.due, happened,
            payload,
        )  # fmt: skip
        self.rows.append(row)

    # Activities and waits

    def begin(self, activity: Activity) -> int:
        """Let *activity* begin; return its number."""
        number = self.draw()
        self.state.activities[number] = activity
        return number

    def open(
        self,
        wait: Wait,
        execution: int = 1,
        due: Micros | None = None,
        role: str | None = None,
        unit: str | None = None,
        actor: str | None = None,
        follow_up: Micros | None = None,
        name: str | None = None,
        call: Called | None = None,
    ) -> None:
        """Let *wait* begin, and tell the store; a condition concerns nobody outside."""
        state = self.state
        number = state.next
        state.next = number + 1
        state.waits[number] = wait
        if wait.kind is not CONDITION:
            opened = (
                number, wait.kind, wait.node, execution, wait.at, due, role, unit, actor, follow_up, name, wait.key,
                call,
            )  # fmt: skip
            self.effects.append(made(Opened, opened))

    def close(self, number: int, withdrawn: bool) -> None:
        """Let the wait end; *withdrawn* says that something else ended it."""
        kind = self.state.waits.pop(number)[0]
        if kind is not CONDITION:
            self.effects.append(made(Closed, (number, kind, withdrawn)))

    def end(self, number: int, done: int = 0) -> Activity:
        """Forget the activity and all its waits; the wait *done* was fulfilled, the others are withdrawn."""
        waits = self.state.waits
        for wait in [each for each, w in waits.items() if w[2] == number]:
            self.close(wait, wait != done)
        return self.state.activities.pop(number)

    def withdraw(self, *numbers: int, done: int = 0) -> None:
        """End the activities with all that goes on in them, and record that they were withdrawn, the inner ones first.

        The wait *done* was fulfilled, the others are withdrawn.
        """
        ended = self._with_what_is_inside(numbers)
        scopes = {self.state.activities[number].inner for number in ended} - {0}
        waits = self.state.waits
        for wait in [each for each, w in waits.items() if w.activity in ended]:
            self.close(wait, withdrawn=wait != done)
        for number in reversed(ended):
            activity = self.state.activities.pop(number)
            if activity.execution and self.program.nodes[activity.node].kind not in NOT_RECORDED:
                self.record(activity, Transition.WITHDRAW)
        for scope in scopes:
            del self.state.scopes[scope]

    def _with_what_is_inside(self, numbers: Iterable[int]) -> dict[int, None]:
        """Return the numbers of the activities and of all that goes on in them, each before what is inside it."""
        of_loop: dict[int, list[int]] = {}
        of_scope: dict[int, list[int]] = {}
        for number, activity in self.state.activities.items():
            of_scope.setdefault(activity.scope, []).append(number)
            if activity.outer:
                of_loop.setdefault(activity.outer, []).append(number)
        found: dict[int, None] = {}
        waiting = deque(numbers)
        while waiting:
            number = waiting.popleft()
            found[number] = None
            inner = self.state.activities[number].inner
            inside = of_loop.get(number, []) + (of_scope.get(inner, []) if inner else [])
            waiting.extend(each for each in inside if each not in found)
        return found

    def clear(self, scope: int) -> None:
        """End everything that goes on in the scope; the scope itself stays, without a token."""
        self.withdraw(*[n for n, activity in self.state.activities.items() if activity.scope == scope])
        here = self.state.scopes[scope]
        here.live = 0
        here.backlog = ()
        for held in (here.arrivals, here.pending, here.resets):
            held.clear()
        for queue in (self.agenda, self.later):
            if any(move[0] == scope for move in queue):
                kept = [move for move in queue if move[0] != scope]
                queue.clear()
                queue.extend(kept)

    def body_of(self, number: int) -> int:
        """Return the number of the loop that the activity is a round of, or its own."""
        activities = self.state.activities
        while (outer := activities[number].outer) and activities[outer].rounds is not None:
            number = outer
        return number

    def node_of(self, scope: Scope) -> Node | None:
        """Return the sub-process that is at work in *scope*; None for the process."""
        return None if scope.node == CASE else self.program.nodes[scope.node]
