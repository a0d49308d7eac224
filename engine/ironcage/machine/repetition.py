"""Loops and multi-instance activities: how many rounds there are, and what is asked after each.

Source: BPMN 2.0.2, 10.3.8, 13.3.6 and 13.3.7.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.machine.faults import CardinalityError, CollectionError, ConditionValueError
from ironcage.machine.flows import chosen
from ironcage.machine.run import GoOn, Raise
from ironcage.machine.state import Activity, Rounds
from ironcage.machine.waiting import arm
from ironcage.program import Behavior, MultiInstance, StandardLoop

if TYPE_CHECKING:
    from ironcage.feel import Expression
    from ironcage.machine.run import Run
    from ironcage.program import Node
    from ironcage.values import Context, Value


def begin(run: Run, scope: int, index: int) -> None:
    """Begin a loop or a multi-instance activity; its rounds follow by ``next_round``."""
    node = run.program.nodes[index]
    loop = node.loop
    if isinstance(loop, MultiInstance):
        rounds = _rounds(run, scope, node, loop)
    else:
        assert loop is not None, "asked only of an activity with a loop"
        if loop.before and not _again(run, scope, node, loop, 0):
            leave(run, scope, index)
            return
        rounds = Rounds()
    number = run.begin(Activity(index, scope, 0, rounds=rounds))
    for boundary in node.boundaries:
        arm(run, number, boundary)
    if rounds.total == 0:
        end(run, number)
    else:
        run.urgent.append(GoOn(number))


def next_round(run: Run, number: int) -> tuple[int, Context] | None:
    """Count one more round of the loop as begun, unless none is to begin now; return it, with the variables it gets."""
    body = run.state.activities.get(number)
    if body is None or body.rounds is None:
        return None
    rounds, loop = body.rounds, run.program.nodes[body.node].loop
    if rounds.total is not None and rounds.begun >= rounds.total:
        return None
    if rounds.begun > rounds.completed and not (isinstance(loop, MultiInstance) and not loop.sequential):
        return None
    begun = rounds.begun + 1
    run.state.activities[number] = body._replace(rounds=replace(rounds, begun=begun))
    own: Context = {"loopCounter": Decimal(begun)}
    if rounds.total is not None:
        own["numberOfInstances"] = Decimal(rounds.total)
    if isinstance(loop, MultiInstance) and loop.item is not None:
        own[loop.item] = rounds.items[begun - 1]
    return begun, own


def completed(run: Run, number: int, instance: Activity) -> None:
    """Take note that a round of the loop has completed, whose variables are still there, and see what follows.

    The scope of *instance* is still there.
    """
    body = run.state.activities[number]
    node = run.program.nodes[body.node]
    assert body.rounds is not None, "asked only of a loop"
    rounds = replace(body.rounds, completed=body.rounds.completed + 1)
    if isinstance(node.loop, MultiInstance):
        if node.loop.output_item is not None:
            yielded = run.evaluate(node.loop.output_item, instance.inner)
            rounds = replace(rounds, yielded=rounds.yielded | {instance.round: yielded})
        run.state.activities[number] = body._replace(rounds=rounds)
        over = _after_instance(run, number, node.loop, rounds, instance.inner)
    else:
        assert node.loop is not None, "asked only of a loop"
        run.state.activities[number] = body._replace(rounds=rounds)
        over = not _again(run, instance.inner, node, node.loop, rounds.completed)
    if over:
        # Not at once: what the last instance throws to the boundary is still heard there.
        body = run.state.activities[number]
        run.state.activities[number] = body._replace(rounds=replace(rounds, is_over=True))
    if over or rounds.completed == rounds.begun:
        run.urgent.append(GoOn(number))


def _after_instance(run: Run, number: int, loop: MultiInstance, rounds: Rounds, inner: int) -> bool:
    """Throw what the completion of an instance throws; return whether no more are to complete."""
    assert rounds.total is not None, "a multi-instance activity knows how many"
    counts = {
        "numberOfActiveInstances": Decimal(rounds.begun - rounds.completed),
        "numberOfCompletedInstances": Decimal(rounds.completed),
        "numberOfTerminatedInstances": Decimal(0),
    }
    seen = {**run.see(inner), **counts}
    if loop.event is not None and (
        loop.behavior is Behavior.NONE or (loop.behavior is Behavior.ONE and rounds.completed == 1)
    ):
        run.urgent.append(Raise(number, loop.event))
    for each in loop.complex if loop.behavior is Behavior.COMPLEX else ():
        if _holds(run, number, each.condition, seen):
            run.urgent.append(Raise(number, each.event))
    if rounds.completed == rounds.total:
        return True
    return loop.completion is not None and _holds(run, number, loop.completion, seen)


def end(run: Run, number: int) -> None:
    """End the loop as completed: the instances still at work are withdrawn, what was yielded is kept."""
    body = run.state.activities[number]
    node = run.program.nodes[body.node]
    run.withdraw(*[n for n, activity in run.state.activities.items() if activity.outer == number])
    run.end(number)
    if isinstance(node.loop, MultiInstance) and node.loop.output is not None and body.rounds is not None:
        yielded = body.rounds.yielded
        output: list[Value] = [yielded.get(counter + 1) for counter in range(body.rounds.total or 0)]
        run.write(body.scope, {node.loop.output: output})
    leave(run, body.scope, body.node)


def leave(run: Run, scope: int, index: int) -> None:
    """Send tokens on from an activity that has completed: one, or as many as it says, on each flow to be taken."""
    onward = run.plan.onward.get(index)
    if onward is not None:  # one token for one: the scope has as many as before
        run.agenda.append((scope, *onward))
        return
    node = run.program.nodes[index]
    outgoing = chosen(run.program, node, run.see(scope), run.moment) if node.outgoing else ()
    run.send(scope, outgoing * node.completion_quantity, consumed=1)


def _rounds(run: Run, scope: int, node: Node, loop: MultiInstance) -> Rounds:
    if loop.items is not None:
        items = run.evaluate(loop.items, scope)
        if not isinstance(items, list | tuple):
            raise CollectionError(element=node.id, text=loop.items.text, value=items)
        return Rounds(len(items), items=tuple(items) if loop.item is not None else ())
    assert loop.cardinality is not None, "the readers give every multi-instance activity one of the two"
    many = run.evaluate(loop.cardinality, scope)
    if not isinstance(many, Decimal) or many < 0 or many != many.to_integral_value() or many > MOST_INSTANCES:
        raise CardinalityError(element=node.id, text=loop.cardinality.text, value=many, most=MOST_INSTANCES)
    return Rounds(int(many))


MOST_INSTANCES = 100_000
"""More instances than this of one activity are taken for a mistake."""


def _again(run: Run, scope: int, node: Node, loop: StandardLoop, done: int) -> bool:
    """Return whether a standard loop has another round."""
    if loop.maximum is not None and done >= loop.maximum:
        return False
    if loop.condition is None:
        return True
    value = run.evaluate(loop.condition, scope)
    if value is None or isinstance(value, bool):
        return value is True
    raise ConditionValueError(element=node.id, text=loop.condition.text, value=value)


def _holds(run: Run, number: int, condition: Expression, seen: Context) -> bool:
    value = condition.evaluate(seen, run.moment)
    if value is None or isinstance(value, bool):
        return value is True
    element = run.program.nodes[run.state.activities[number].node].id
    raise ConditionValueError(element=element, text=condition.text, value=value)
