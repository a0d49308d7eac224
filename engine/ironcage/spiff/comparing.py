"""What SpiffWorkflow's own runtime can be compared on: a list of what has been looked at, and nothing else.

The rest it passes over without a word, or does in ways of its own that no single clause explains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.messages import mark
from ironcage.program import (
    Error,
    Escalation,
    Kind,
    Message,
    MultiInstance,
    Signal,
    StandardLoop,
    Terminate,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.program import EventDefinition, Node, Program

COMPARED: dict[Kind, tuple[type[EventDefinition], ...]] = {
    Kind.START_EVENT: (),
    Kind.END_EVENT: (Terminate, Error, Escalation),
    Kind.INTERMEDIATE_CATCH_EVENT: (Timer, Message, Signal),
    Kind.INTERMEDIATE_THROW_EVENT: (),
    Kind.BOUNDARY_EVENT: (Timer, Message, Signal, Error, Escalation),
    Kind.TASK: (),
    Kind.USER_TASK: (),
    Kind.MANUAL_TASK: (),
    Kind.SERVICE_TASK: (),
    Kind.BUSINESS_RULE_TASK: (),
    Kind.SCRIPT_TASK: (),
    Kind.RECEIVE_TASK: (Message,),
    Kind.SUB_PROCESS: (),
    Kind.EXCLUSIVE_GATEWAY: (),
    Kind.PARALLEL_GATEWAY: (),
    Kind.INCLUSIVE_GATEWAY: (),
    Kind.EVENT_BASED_GATEWAY: (),
}
"""The kinds of node the stock runtime knows, and the events of each; a new one is compared once it was looked at."""


class NotComparedError(RefusedError):
    """The process holds what the stock runtime does not know."""

    message = mark("SpiffWorkflow's runtime cannot be compared on {element}: {reason}.")


def demand_comparable(program: Program) -> None:
    """Refuse a process that holds what is not on the list.

    Raises:
        NotComparedError: the first such thing, with its element.
    """
    for index, node in enumerate(program.nodes):
        reason = next(_reasons(program, index, node), None)
        if reason is not None:
            raise NotComparedError(element=node.id, reason=reason)


def _reasons(program: Program, index: int, node: Node) -> Iterator[str]:
    if node.kind not in COMPARED:
        yield node.kind
        return
    if len(node.events) > 1 or not all(_is_known(node, event) for event in node.events):
        yield "its event definitions"
    if node.kind is Kind.BOUNDARY_EVENT and not node.interrupting and not isinstance(node.events[0], Timer):
        yield "it may happen again"
    if node.by_event or node.for_compensation or node.instantiate or node.parallel:
        yield "it begins by an event"
    if (node.start_quantity, node.completion_quantity) != (1, 1):
        yield "its quantities"
    if node.inputs or node.outputs or node.locals or not node.passes:
        yield "its own data"
    if node.loop is not None and not _is_counted(node.loop):
        yield "its loop"
    if node.kind is Kind.SUB_PROCESS and not _has_one_start_and_an_end(program, index):
        yield "not one start and an end"


def _is_known(node: Node, event: EventDefinition) -> bool:
    if isinstance(event, Timer) and event.kind is TimerKind.CYCLE:
        return False
    if isinstance(event, Message) and (event.found or event.expected):
        return False
    return isinstance(event, COMPARED[node.kind])


def _is_counted(loop: StandardLoop | MultiInstance) -> bool:
    """Return whether a loop is a matter of counting alone."""
    if isinstance(loop, StandardLoop):
        return loop.maximum is not None and loop.condition is None
    return loop.cardinality is not None and loop.completion is None and loop.output is None and loop.event is None


def _has_one_start_and_an_end(program: Program, index: int) -> bool:
    inside = [node.kind for node in program.nodes if node.parent == index]
    return inside.count(Kind.START_EVENT) == 1 and Kind.END_EVENT in inside
