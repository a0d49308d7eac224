"""By which flows tokens leave a node. A condition that yields null does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine.faults import ConditionValueError, NoFlowError

if TYPE_CHECKING:
    from ironcage.clock import Moment
    from ironcage.program import Node, Program
    from ironcage.values import Context


def first(program: Program, node: Node, variables: Context, moment: Moment) -> tuple[int]:
    """Return the first flow that can be taken, or else the default. Source: BPMN 2.0.2, 13.4.2.

    Raises:
        NoFlowError: there is neither.
    """
    for flow in node.outgoing:
        if flow != node.default and _holds(program, flow, variables, moment):
            return (flow,)
    if node.default is None:
        raise NoFlowError(element=node.id)
    return (node.default,)


def chosen(program: Program, node: Node, variables: Context, moment: Moment) -> tuple[int, ...]:
    """Return every flow without a condition and every one whose condition holds, with the default if none holds.

    Source: BPMN 2.0.2, 8.4.13, 13.3.2 and 13.4.3.

    Raises:
        NoFlowError: there is none.
    """
    taken = [flow for flow in node.outgoing if flow != node.default and _holds(program, flow, variables, moment)]
    if node.default is not None and all(program.flows[flow].condition is None for flow in taken):
        taken = sorted([*taken, node.default])
    if not taken:
        raise NoFlowError(element=node.id)
    return tuple(taken)


def _holds(program: Program, index: int, variables: Context, moment: Moment) -> bool:
    flow = program.flows[index]
    if flow.condition is None:
        return True
    value = flow.condition.evaluate(variables, moment)
    if value is None or isinstance(value, bool):
        return value is True
    element = flow.id or f"{program.nodes[flow.source].id} -> {program.nodes[flow.target].id}"
    raise ConditionValueError(element=element, text=flow.condition.text, value=value)
