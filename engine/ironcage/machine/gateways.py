"""Where ways part and meet. Source: BPMN 2.0.2, 10.6 and 13.4."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.machine.faults import ConditionValueError
from ironcage.machine.flows import chosen, first
from ironcage.machine.joins import open_joins, take
from ironcage.machine.state import Activity
from ironcage.machine.waiting import arm
from ironcage.program import Kind

if TYPE_CHECKING:
    from ironcage.machine.run import Run


def enter_exclusive(run: Run, scope: int, index: int, _flow: int) -> None:
    """Take the first way whose condition holds. Source: BPMN 2.0.2, 13.4.2."""
    node = run.program.nodes[index]
    flows = first(run.program, node, run.see(scope), run.moment) if node.outgoing else ()
    run.send(scope, flows, consumed=1)


def enter_parallel(run: Run, scope: int, index: int, flow: int) -> None:
    """Wait for a token on every way in, then take every way out. Source: BPMN 2.0.2, 13.4.1."""
    node = run.program.nodes[index]
    if len(node.incoming) > 1:
        arrivals = run.state.scopes[scope].arrivals
        arrivals[flow] = arrivals.get(flow, 0) + 1
        if any(incoming not in arrivals for incoming in node.incoming):
            return
        take(arrivals, node.incoming)
    run.send(scope, node.outgoing, consumed=max(1, len(node.incoming)))


def enter_inclusive(run: Run, scope: int, index: int, flow: int) -> None:
    """Wait for every token that can still come, then take every way whose condition holds. Source: 13.4.3."""
    if len(run.program.nodes[index].incoming) > 1:
        _hold(run, scope, flow)
    else:
        _leave(run, scope, index, consumed=1)


def _hold(run: Run, scope: int, flow: int) -> None:
    arrivals = run.state.scopes[scope].arrivals
    arrivals[flow] = arrivals.get(flow, 0) + 1


def _leave(run: Run, scope: int, index: int, consumed: int) -> None:
    node = run.program.nodes[index]
    taken = chosen(run.program, node, run.see(scope), run.moment) if node.outgoing else ()
    run.send(scope, taken, consumed)


def enter_complex(run: Run, scope: int, index: int, flow: int) -> None:
    """Go on as soon as the activation condition holds; what comes later is taken in when nothing more can come.

    A way out without a condition is for the activation alone; a condition is asked at the reset, too, and may read
    ``waitingForStart``. Source: BPMN 2.0.2, 10.6.5 and 13.4.5, complex gateway.
    """
    node = run.program.nodes[index]
    if len(node.incoming) < 2:
        _leave(run, scope, index, consumed=1)
        return
    _hold(run, scope, flow)
    if index not in run.state.scopes[scope].resets:
        _activate(run, scope, index)


def _activate(run: Run, scope: int, index: int) -> None:
    """Let a complex gateway go on if its activation condition holds of the tokens that are at it."""
    node, here = run.program.nodes[index], run.state.scopes[scope]
    arrived = tuple(incoming for incoming in node.incoming if incoming in here.arrivals)
    if not arrived:
        return
    counted = Decimal(sum(here.arrivals[incoming] for incoming in arrived))
    seen = {**run.see(scope), "activationCount": counted, "waitingForStart": True}
    assert node.activation is not None, "the readers give every joining complex gateway an activation condition"
    value = node.activation.evaluate(seen, run.moment)
    if value is not None and not isinstance(value, bool):
        raise ConditionValueError(element=node.id, text=node.activation.text, value=value)
    if value is not True:
        return
    take(here.arrivals, arrived)
    if node.outgoing:
        run.send(scope, chosen(run.program, node, seen, run.moment), consumed=len(arrived))
    else:
        run.send(scope, (), consumed=len(arrived))
    if run.is_open(scope):
        here.resets[index] = arrived


def enter_event_based(run: Run, scope: int, index: int, _flow: int) -> None:
    """Wait for the events after the gateway; the first decides the way. Source: BPMN 2.0.2, 10.6.6 and 13.4.4."""
    number = run.begin(Activity(index, scope, 0))
    for flow in run.program.nodes[index].outgoing:
        arm(run, number, run.program.flows[flow].target)


def open_join(run: Run) -> bool:
    """Let one gateway go on that waits for no other token; return whether tokens move again.

    Asked when everything else has come to rest, for until then nobody knows where the tokens will be.
    """
    for scope in run.state.scopes.values():
        if scope.arrivals or scope.resets:
            break
    else:
        return False  # what most steps come to, so it costs them next to nothing
    found = next(open_joins(run.program, run.state), None)
    if found is None:
        return False
    here = run.state.scopes[found.scope]
    take(here.arrivals, found.arrived)
    if run.program.nodes[found.gateway].kind is Kind.INCLUSIVE_GATEWAY:
        _leave(run, found.scope, found.gateway, consumed=len(found.arrived))
    else:
        _reset(run, found.scope, found.gateway, consumed=len(found.arrived))
    return True


def _reset(run: Run, scope: int, index: int, consumed: int) -> None:
    """Make a complex gateway ready for its next activation, which may be at once.

    Source: BPMN 2.0.2, 13.4.5, waiting for reset.
    """
    del run.state.scopes[scope].resets[index]
    seen = {**run.see(scope), "activationCount": Decimal(0), "waitingForStart": False}
    taken = []
    for flow in run.program.nodes[index].outgoing:
        condition = run.program.flows[flow].condition
        if condition is not None and condition.evaluate(seen, run.moment) is True:
            taken.append(flow)
    run.send(scope, taken, consumed)
    if run.is_open(scope):
        _activate(run, scope, index)  # tokens of the next round may be there already
