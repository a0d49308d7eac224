"""A case on another version of its process: the same tokens at the elements that stand for those they were at.

What was promised stays: the due instants of tasks and of the case, the instants of timers, whom open tasks are offered
to. What comes is of the new version. A migration that could not be told from a case that had always run on the new
version from there is refused, with every reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.machine import StepError, WaitKind
from ironcage.machine.plan import CASE, plan_of
from ironcage.machine.run import Run
from ironcage.machine.waiting import open_message
from ironcage.migration import remarks
from ironcage.migration.effects import effects
from ironcage.migration.keeping import hindrances
from ironcage.migration.needs import missing
from ironcage.migration.opening import listen, listeners, unknown
from ironcage.migration.places import beginnings, skipped, starved
from ironcage.migration.remarks import remark
from ironcage.program import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ironcage.clock import Micros
    from ironcage.machine import Activity, Completed, Scope, State, Wait
    from ironcage.migration.correspondence import Correspondence
    from ironcage.migration.effects import Difference
    from ironcage.migration.remarks import Remark


class Migrated(NamedTuple):
    """What a migration makes of a case: nothing at all if there are *reasons* against it."""

    state: State | None
    """The case on the new version; as it was, if it cannot migrate; None where it cannot be read."""
    effects: tuple[Difference, ...]
    """What becomes of the rows of its waits."""
    changes: tuple[Remark, ...]
    reasons: tuple[Remark, ...]


def migrate(
    pair: Correspondence,
    state: State,
    now: Micros,
    begun: Mapping[tuple[str, int], Micros] | None = None,
    executed: Mapping[str, int] | None = None,
) -> Migrated:
    """Return what becomes of an open case that migrates at *now*. *state* itself is not changed.

    Args:
        pair: the two versions, and what stands for what.
        state: the case, at rest on the old version.
        now: the instant of the migration.
        begun: when what is under way began, by element of the old version and execution; asked for new timers only.
        executed: how often elements were executed that the old version does not know, by id.
    """
    begun = begun or {}
    found = list(listeners(pair, state))
    reasons = [*hindrances(pair, state)]
    reasons += [*skipped(pair, state), *beginnings(pair, state), *starved(pair, state), *missing(pair, state)]
    reasons += [why for each in found if (why := unknown(pair, each, begun))]
    if reasons:
        return Migrated(state, (), (), _once(reasons))
    moved = _State(pair, state, executed or {})
    changes = [*moved.changes()]
    try:
        changes += moved.wait_anew(now)
        for each in found:
            changes += listen(pair, moved.new, each, begun, now)
    except StepError as error:
        reasons = [remark(pair.new, CASE, remarks.CANNOT_OPEN, problem=error)]
    reasons += [each for each in changes if each.what == remarks.WOULD_HAVE_HAPPENED]
    if reasons:
        return Migrated(state, (), (), _once(reasons))
    return Migrated(moved.new, effects(pair.old, state, pair.new, moved.new), _once(changes), ())


def _once(said: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return what is said, each thing once."""
    found: list[Remark] = []
    for each in said:
        if each not in found:
            found.append(each)
    return tuple(found)


class _State:
    """A state rewritten for the new version; nothing hinders it any more."""

    def __init__(self, pair: Correspondence, state: State, executed: Mapping[str, int]) -> None:
        self.pair = pair
        self.old = state
        self.new = new = state.copy()
        nodes = pair.nodes
        new.executions = self._executions(executed)
        new.activities = {
            number: self._activity(activity) for number, activity in state.activities.items() if activity.node in nodes
        }
        new.waits = {
            number: wait._replace(node=nodes[wait.node])
            for number, wait in state.waits.items()
            if wait.node in nodes and (not wait.activity or wait.activity in new.activities)
        }
        for scope in new.scopes.values():
            self._scope(scope)

    def _executions(self, executed: Mapping[str, int]) -> dict[int, int]:
        """Return how often each element was executed; one that has the id of another of the old version counts on."""
        old, new, counted = self.pair.old, self.pair.new, self.old.executions
        found = {self.pair.nodes[index]: times for index, times in counted.items() if index in self.pair.nodes}
        by_id = {**executed, **{old.nodes[index].id: times for index, times in counted.items()}}
        for index, node in enumerate(new.nodes):
            if index not in self.pair.origins and node.id in by_id:
                found[index] = by_id[node.id]
        return found

    def _activity(self, activity: Activity) -> Activity:
        todo = None if activity.todo is None else self._done(activity.todo)
        return activity._replace(node=self.pair.nodes[activity.node], todo=todo)

    def _scope(self, scope: Scope) -> None:
        nodes, flows = self.pair.nodes, self.pair.flows
        before = scope.node
        scope.node = nodes[scope.node]
        scope.arrivals = {flows[flow]: many for flow, many in scope.arrivals.items()}
        scope.pending = {nodes[index]: many for index, many in scope.pending.items()}
        scope.resets = {nodes[index]: tuple(flows[flow] for flow in served) for index, served in scope.resets.items()}
        scope.backlog = tuple(nodes[index] for index in scope.backlog)
        scope.done = self._done(scope.done)
        self._data_objects(scope, before)

    def _data_objects(self, scope: Scope, before: int) -> None:
        old, new = self.pair.old, self.pair.new
        was = old.locals if before == CASE else old.nodes[before].locals
        now = new.locals if scope.node == CASE else new.nodes[scope.node].locals
        for name in now:
            if name not in scope.variables and name not in was:
                scope.variables[name] = None
        gone = set(was).difference(now) if scope.parent else set()
        if gone:
            scope.variables = {name: value for name, value in scope.variables.items() if name not in gone}

    def _done(self, done: tuple[Completed, ...]) -> tuple[Completed, ...]:
        if not plan_of(self.pair.new).compensates:
            return ()  # nobody will ask for it
        return tuple(each._replace(node=self.pair.nodes[each.node], inside=self._done(each.inside)) for each in done)

    # What is told of it

    def changes(self) -> Iterator[Remark]:
        """Yield what changes for the waits of the case."""
        pair = self.pair
        for number, wait in self.old.waits.items():
            if number not in self.new.waits:
                yield remark(pair.old, wait.node, remarks.WITHDRAWS)
                continue
            if wait.node == CASE:
                continue
            node, other = pair.old.nodes[wait.node], pair.new.nodes[pair.nodes[wait.node]]
            if node.id != other.id and wait.kind is not WaitKind.DEADLINE:
                yield remark(pair.old, wait.node, remarks.GOES_ON_AS, new=other.id)
            if wait.kind is WaitKind.TASK and (
                (node.assignment, node.lane, node.due) != (other.assignment, other.lane, other.due)
            ):
                yield remark(pair.new, pair.nodes[wait.node], remarks.KEEPS_OFFER)
            if wait.kind is WaitKind.TIMER and node.events[wait.event] != other.events[wait.event]:
                yield remark(pair.new, pair.nodes[wait.node], remarks.KEEPS_INSTANT)

    def wait_anew(self, now: Micros) -> Iterator[Remark]:
        """Replace the waits for messages and signals that are others in the new version; yield which."""
        for number, before in self.old.waits.items():
            if number not in self.new.waits or before.kind not in (WaitKind.MESSAGE, WaitKind.SIGNAL):
                continue
            wait = self.new.waits[number]
            if self.pair.old.nodes[before.node].events[before.event] != self._event(wait):
                self._replace(number, wait, now)
                yield remark(self.pair.new, wait.node, remarks.REPLACES)

    def _event(self, wait: Wait) -> object:
        return self.pair.new.nodes[wait.node].events[wait.event]

    def _replace(self, number: int, wait: Wait, now: Micros) -> None:
        run = Run(self.pair.new, self.new, now)
        del self.new.waits[number]
        event = self._event(wait)
        if isinstance(event, Message):
            open_message(run, wait.activity, wait.node, wait.event, event)
        else:
            run.open(wait)
