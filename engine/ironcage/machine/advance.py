"""One step of a case: a pure function of program, state, stimulus and instant (design, invariant 9).

A token moves until it waits, ends, or is held by a join. Moving tokens exist only inside a step, on the agenda; a
case at rest has waits and held tokens and nothing else. Every token of a scope is counted in its ``live``: an element
adds the tokens it sends out and takes off those it consumed, so a scope is over exactly when ``live`` is zero.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC
from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.machine.faults import AssignmentValueError, EndlessStepError, NotWaitingError
from ironcage.machine.flows import chosen, first
from ironcage.machine.instants import due_at, timer_at
from ironcage.machine.joins import open_joins, take
from ironcage.machine.state import Activity, Scope, State, Status, Wait, WaitKind
from ironcage.machine.step import Closed, Complete, Entry, EntryKind, Fire, Opened, Start, Step, Transition
from ironcage.program import Kind, Terminate, Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.clock import Micros
    from ironcage.feel import Expression
    from ironcage.machine.step import Effect, Stimulus
    from ironcage.program import Node, Program
    from ironcage.values import Context

MOVES_PER_STEP = 100_000
"""More moves than this in one step, and the model is taken to turn in a circle."""

CASE = -1
"""Stands for the process itself where a node index is asked for."""


def advance(program: Program, state: State, stimulus: Stimulus, now: Micros) -> Step:
    """Return what *stimulus* does to a case in *state* at the instant *now*. *state* itself is not changed.

    Raises:
        StepError: the step cannot be taken; the case stands as before.
    """
    run = _Run(program, state.copy(), now)
    match stimulus:
        case Complete(wait, data):
            run.complete(wait, data)
        case Fire(wait):
            run.fire(wait)
        case Start(data):
            run.start(data)
    run.move()
    return Step(run.state, tuple(run.effects), tuple(run.records))


class _Run:
    """A step under way."""

    __slots__ = ("agenda", "effects", "moment", "now", "program", "records", "state")

    def __init__(self, program: Program, state: State, now: Micros) -> None:
        self.program = program
        self.state = state
        self.now = now
        self.moment = Moment(now, program.zone or UTC)
        self.effects: list[Effect] = []
        self.records: list[Entry] = []
        self.agenda: deque[tuple[int, int, int]] = deque()
        """Tokens about to enter a node: scope number, node index, and the flow index they come by (-1 for none)."""

    # What a stimulus does

    def start(self, data: Context) -> None:
        program, state = self.program, self.state
        entries = _entry_nodes(program)
        root = self._draw()
        state.scopes[root] = Scope(len(entries), dict(data))
        if program.due is not None:
            state.due = due_at(program.due, program.process, data, self.moment)
        self.records.append(Entry(EntryKind.CASE, Transition.START, due=state.due, payload=dict(data)))
        self._watch(CASE, 0, 1, state.due, None)
        self.agenda.extend((root, node, -1) for node in entries)

    def complete(self, number: int, data: Context) -> None:
        wait = self.state.waits.get(number)
        if wait is None or wait.kind not in (WaitKind.TASK, WaitKind.JOB):
            raise NotWaitingError(wait=number)
        self._miss_what_has_passed()
        activity = self._end_activity(wait.activity, done=number)
        self._finish(activity.scope, wait.node, activity, data)

    def fire(self, number: int) -> None:
        wait = self.state.waits.get(number)
        if wait is None or wait.at is None:
            raise NotWaitingError(wait=number)
        if wait.kind is WaitKind.DEADLINE:
            self._close(number, withdrawn=False)
            self._miss(wait)
            return
        activity = self._end_activity(wait.activity, done=number)
        if wait.node != activity.node:
            self.records.append(self._entry(activity, EntryKind.ACTIVITY, Transition.WITHDRAW))
            execution = self._count(wait.node)
        else:
            execution = activity.execution
        self.records.append(Entry(EntryKind.EVENT, Transition.COMPLETE, wait.node, execution))
        self._send(activity.scope, self.program.nodes[wait.node].outgoing, consumed=1)

    # How tokens move

    def move(self) -> None:
        moves = 0
        agenda, nodes = self.agenda, self.program.nodes
        while agenda or self._open_join():
            moves += 1
            scope, index, flow = agenda.popleft()
            if moves > MOVES_PER_STEP:
                raise EndlessStepError(moves=MOVES_PER_STEP, element=nodes[index].id)
            _ENTER[nodes[index].kind](self, scope, index, flow)
        for number in [n for n, scope in self.state.scopes.items() if scope.live == 0]:
            self._end_case(number, Status.COMPLETED, Transition.COMPLETE)

    def enter_event(self, scope: int, index: int, _flow: int) -> None:
        self.records.append(Entry(EntryKind.EVENT, Transition.COMPLETE, index, self._count(index)))
        self._send(scope, self.program.nodes[index].outgoing, consumed=1)

    def enter_end(self, scope: int, index: int, _flow: int) -> None:
        self.records.append(Entry(EntryKind.EVENT, Transition.COMPLETE, index, self._count(index)))
        if any(isinstance(event, Terminate) for event in self.program.nodes[index].events):
            self._terminate(scope)
        else:
            self._send(scope, (), consumed=1)

    def enter_exclusive(self, scope: int, index: int, _flow: int) -> None:
        node = self.program.nodes[index]
        if not node.outgoing:
            self._send(scope, (), consumed=1)
            return
        flow = first(self.program, node, self.state.scopes[scope].variables, self.moment)
        self._send(scope, flow, consumed=1)

    def enter_parallel(self, scope: int, index: int, flow: int) -> None:
        node = self.program.nodes[index]
        if len(node.incoming) > 1:
            arrivals = self.state.scopes[scope].arrivals
            arrivals[flow] = arrivals.get(flow, 0) + 1
            if any(incoming not in arrivals for incoming in node.incoming):
                return
            take(arrivals, node.incoming)
        self._send(scope, node.outgoing, consumed=max(1, len(node.incoming)))

    def enter_inclusive(self, scope: int, index: int, flow: int) -> None:
        if len(self.program.nodes[index].incoming) > 1:
            arrivals = self.state.scopes[scope].arrivals
            arrivals[flow] = arrivals.get(flow, 0) + 1
        else:
            self._leave_inclusive(scope, index, consumed=1)

    def _open_join(self) -> bool:
        """Let one inclusive gateway go on that waits for no other token; return whether tokens move again.

        Asked when everything else has come to rest, for until then nobody knows where the tokens will be.
        """
        for scope in self.state.scopes.values():
            if scope.arrivals:
                break
        else:
            return False  # what most steps come to, so it costs them next to nothing
        found = next(open_joins(self.program, self.state), None)
        if found is not None:
            take(self.state.scopes[found.scope].arrivals, found.arrived)
            self._leave_inclusive(found.scope, found.gateway, consumed=len(found.arrived))
        return found is not None

    def _leave_inclusive(self, scope: int, index: int, consumed: int) -> None:
        taken = chosen(self.program, self.program.nodes[index], self.state.scopes[scope].variables, self.moment)
        self._send(scope, taken, consumed)

    def enter_task(self, scope: int, index: int, _flow: int) -> None:
        node = self.program.nodes[index]
        variables = self.state.scopes[scope].variables
        role, unit, actor = self._assignment(node, variables)
        due = due_at(node.due, node.id, variables, self.moment) if node.due else None
        number, activity = self._begin_activity(scope, index, role, unit, due)
        self.records.append(self._entry(activity, EntryKind.ACTIVITY, Transition.SCHEDULE))
        self._open(WaitKind.TASK, index, number, activity, actor=actor)
        self._watch(index, number, activity.execution, due, activity)
        self._arm_boundaries(node, number, activity)

    def enter_service(self, scope: int, index: int, _flow: int) -> None:
        number, activity = self._begin_activity(scope, index, None, None, None)
        self.records.append(self._entry(activity, EntryKind.ACTIVITY, Transition.SCHEDULE))
        self._open(WaitKind.JOB, index, number, activity)
        self._arm_boundaries(self.program.nodes[index], number, activity)

    def enter_business_rule(self, scope: int, index: int, _flow: int) -> None:
        node = self.program.nodes[index]
        assert node.decision is not None, "the readers give every business rule task a decision"
        answer = self.program.decisions[node.decision].evaluate(self.state.scopes[scope].variables, self.moment)
        activity = Activity(index, scope, self._count(index))
        self._finish(scope, index, activity, {node.result: answer} if node.result else {})

    def enter_plain(self, scope: int, index: int, _flow: int) -> None:
        """Complete at once a task that says not what it does. Source: BPMN 2.0.2, 13.3.3, abstract task."""
        self._finish(scope, index, Activity(index, scope, self._count(index)), {})

    def enter_catch(self, scope: int, index: int, _flow: int) -> None:
        number, activity = self._begin_activity(scope, index, None, None, None)
        self._arm(index, number, activity)

    def _send(self, scope: int, flows: tuple[int, ...], consumed: int) -> None:
        """Replace *consumed* tokens of the scope by one on each of *flows*."""
        self.state.scopes[scope].live += len(flows) - consumed
        for flow in flows:
            self.agenda.append((scope, self.program.flows[flow].target, flow))

    # Activities and their waits

    def _begin_activity(
        self, scope: int, index: int, role: str | None, unit: str | None, due: Micros | None
    ) -> tuple[int, Activity]:
        number = self._draw()
        activity = Activity(index, scope, self._count(index), role, unit, due)
        self.state.activities[number] = activity
        return number, activity

    def _end_activity(self, number: int, done: int) -> Activity:
        """Forget the activity and all its waits; the wait *done* was fulfilled, the others are withdrawn."""
        for wait in [n for n, w in self.state.waits.items() if w.activity == number]:
            self._close(wait, withdrawn=wait != done)
        return self.state.activities.pop(number)

    def _finish(self, scope: int, index: int, activity: Activity, data: Context) -> None:
        """Take in what an activity brought, record it and send its token on."""
        node = self.program.nodes[index]
        variables = self.state.scopes[scope].variables
        variables.update(data)
        brought = dict(data)
        for setting in node.settings:
            variables[setting.variable] = setting.value.evaluate(variables, self.moment)
            brought[setting.variable] = variables[setting.variable]
        self.records.append(self._entry(activity, EntryKind.ACTIVITY, Transition.COMPLETE, brought or None))
        outgoing = node.outgoing if len(node.outgoing) < 2 else chosen(self.program, node, variables, self.moment)
        self._send(scope, outgoing, consumed=1)

    def _assignment(self, node: Node, variables: Context) -> tuple[str | None, str | None, str | None]:
        offered = node.assignment
        if offered is None:
            return node.lane, None, None

        def read(expression: Expression | None, otherwise: str | None) -> str | None:
            if expression is None:
                return otherwise
            value = expression.evaluate(variables, self.moment)
            if value is None or isinstance(value, str):
                return value
            raise AssignmentValueError(element=node.id, text=expression.text, value=value)

        return read(offered.role, node.lane), read(offered.unit, None), read(offered.actor, None)

    def _arm_boundaries(self, node: Node, number: int, activity: Activity) -> None:
        for boundary in node.boundaries:
            self._arm(boundary, number, activity)

    def _arm(self, index: int, number: int, activity: Activity) -> None:
        node = self.program.nodes[index]
        timer = node.events[0]
        assert isinstance(timer, Timer), "the readers give catching events a timer"
        variables = self.state.scopes[activity.scope].variables
        at = timer_at(timer, node.id, variables, self.moment)
        self._open(WaitKind.TIMER, index, number, activity, at=at)

    def _watch(self, index: int, number: int, execution: int, due: Micros | None, activity: Activity | None) -> None:
        """Watch over a due instant; one that is past already is missed at once, now."""
        if due is None:
            return
        if due < self.now:
            role, unit = (activity.role, activity.unit) if activity else (None, None)
            missed = Entry(EntryKind.DEADLINE, Transition.MISSED, index, execution, role, unit, due)
            self.records.append(missed)
            return
        wait = self._draw()
        self.state.waits[wait] = Wait(WaitKind.DEADLINE, index, number, due + 1)
        self.effects.append(Opened(wait, WaitKind.DEADLINE, index, execution, at=due + 1, due=due))

    def _miss_what_has_passed(self) -> None:
        """Miss every deadline that has passed: the record must not depend on whether a worker came by in time."""
        for number, wait in sorted(self.state.waits.items(), key=lambda item: item[1].at or 0):
            if wait.kind is WaitKind.DEADLINE and wait.at is not None and wait.at <= self.now:
                self._close(number, withdrawn=False)
                self._miss(wait)

    def _miss(self, wait: Wait) -> None:
        activity = self.state.activities.get(wait.activity)
        assert wait.at is not None, "a deadline has an instant"
        due = wait.at - 1
        if activity is None:
            entry = Entry(EntryKind.DEADLINE, Transition.MISSED, due=due, happened=due)
        else:
            entry = self._entry(activity, EntryKind.DEADLINE, Transition.MISSED, happened=due)
        self.records.append(entry)

    def _open(
        self,
        kind: WaitKind,
        index: int,
        number: int,
        activity: Activity,
        at: Micros | None = None,
        actor: str | None = None,
    ) -> None:
        wait = self._draw()
        self.state.waits[wait] = Wait(kind, index, number, at)
        self.effects.append(
            Opened(wait, kind, index, activity.execution, at, activity.due, activity.role, activity.unit, actor)
        )

    def _close(self, number: int, withdrawn: bool) -> None:
        wait = self.state.waits.pop(number)
        self.effects.append(Closed(number, wait.kind, withdrawn))

    # How a case ends

    def _terminate(self, scope: int) -> None:
        """End everything else in the scope. Source: BPMN 2.0.2, 10.5.3 and 13.5.6, terminate."""
        self.agenda.clear()
        for number, activity in list(self.state.activities.items()):
            self._end_activity(number, done=0)
            if self.program.nodes[activity.node].kind is not Kind.INTERMEDIATE_CATCH_EVENT:
                self.records.append(self._entry(activity, EntryKind.ACTIVITY, Transition.WITHDRAW))
        self._end_case(scope, Status.TERMINATED, Transition.ABORT)

    def _end_case(self, scope: int, status: Status, transition: Transition) -> None:
        for wait in list(self.state.waits):
            self._close(wait, withdrawn=True)
        del self.state.scopes[scope]
        self.state.status = status
        self.records.append(Entry(EntryKind.CASE, transition, due=self.state.due))

    # Numbers and entries

    def _draw(self) -> int:
        number = self.state.next
        self.state.next = number + 1
        return number

    def _count(self, index: int) -> int:
        executions = self.state.executions
        executions[index] = execution = executions.get(index, 0) + 1
        return execution

    def _entry(
        self,
        activity: Activity,
        kind: EntryKind,
        transition: Transition,
        payload: Context | None = None,
        happened: Micros | None = None,
    ) -> Entry:
        return Entry(
            kind,
            transition,
            activity.node,
            activity.execution,
            activity.role,
            activity.unit,
            activity.due,
            happened,
            payload,
        )


def _entry_nodes(program: Program) -> list[int]:
    """Where a case begins: its start events; without any, every node no flow leads to. Source: BPMN 2.0.2, 10.5.2."""
    starts = [i for i, node in enumerate(program.nodes) if node.kind is Kind.START_EVENT]
    if starts:
        return starts
    return [i for i, node in enumerate(program.nodes) if not node.incoming and node.kind is not Kind.BOUNDARY_EVENT]


_ENTER: dict[Kind, Callable[[_Run, int, int, int], None]] = {
    Kind.START_EVENT: _Run.enter_event,
    Kind.END_EVENT: _Run.enter_end,
    Kind.EXCLUSIVE_GATEWAY: _Run.enter_exclusive,
    Kind.PARALLEL_GATEWAY: _Run.enter_parallel,
    Kind.INCLUSIVE_GATEWAY: _Run.enter_inclusive,
    Kind.TASK: _Run.enter_plain,
    Kind.USER_TASK: _Run.enter_task,
    Kind.MANUAL_TASK: _Run.enter_task,
    Kind.SERVICE_TASK: _Run.enter_service,
    Kind.BUSINESS_RULE_TASK: _Run.enter_business_rule,
    Kind.INTERMEDIATE_CATCH_EVENT: _Run.enter_catch,
    Kind.INTERMEDIATE_THROW_EVENT: _Run.enter_event,
}
