"""Every expression of a model, with the element it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.model import (
    ConditionalDefinition,
    CorrelationProperty,
    Gateway,
    Message,
    MultiInstance,
    StandardLoop,
    SubProcess,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import Activity, DataAssociation, Element, FlowNode, Formula, Setting


class Written(NamedTuple):
    """An expression, and the element it belongs to."""

    owner: Element
    formula: Formula


def written(subject: Subject) -> Iterator[Written]:
    """Yield the expressions of *subject* that are neither timers nor deadlines."""
    for owner, formula in _all(subject):
        if formula is not None:
            yield Written(owner, formula)


def _all(subject: Subject) -> Iterator[tuple[Element, Formula | None]]:
    for room in subject.rooms:
        yield from ((flow, flow.condition) for flow in room.flows)
        if isinstance(room.scope, SubProcess):
            yield room.scope, room.scope.completion
    for _, _, node in subject.nodes:
        yield from _of_node(node)
        if isinstance(node, Gateway):
            yield node, node.activation
    for activity in subject.activities:
        yield from _of_activity(activity)
    for owner, definition in subject.definitions:
        if isinstance(definition, ConditionalDefinition):
            yield owner, definition.condition
    for message in subject.model.of(Message):
        yield message, message.subscription
    for process in subject.processes:
        for subscription in process.subscriptions:
            yield from ((process, binding.path) for binding in subscription.bindings)
    for each in subject.model.of(CorrelationProperty):
        yield from ((each, retrieval.path) for retrieval in each.retrievals)


def _of_node(node: FlowNode) -> Iterator[tuple[Element, Formula | None]]:
    yield from _settings(node, node.inputs + node.outputs)
    yield node, node.correlation
    for association in node.data_inputs + node.data_outputs:
        yield from ((node, formula) for formula in _of_association(association))


def _of_association(association: DataAssociation) -> Iterator[Formula | None]:
    """Yield what the association computes; where an assignment goes to is a name, not an expression."""
    yield association.transformation
    yield from (assignment.value for assignment in association.assignments)


def _settings(owner: Element, settings: tuple[Setting, ...]) -> Iterator[tuple[Element, Formula | None]]:
    return ((owner, setting.value) for setting in settings)


def _of_activity(activity: Activity) -> Iterator[tuple[Element, Formula | None]]:
    if said := activity.assignment:
        yield from ((activity, each) for each in (said.role, said.unit, said.actor))
    yield from _settings(activity, activity.settings)
    if activity.call:
        yield activity, activity.call.process
    loop = activity.loop
    if isinstance(loop, StandardLoop):
        yield activity, loop.condition
    if isinstance(loop, MultiInstance):
        yield activity, loop.cardinality
        yield activity, loop.completion
        yield from ((activity, behavior.condition) for behavior in loop.complex)
        if loop.collections:
            yield activity, loop.collections.items
            yield activity, loop.collections.output_item
    yield from ((activity, role.expression) for role in activity.resources)
