"""Which variables a process uses that its data schema does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.faults import Fault, Level
from ironcage.messages import mark
from ironcage.program import Conditional, Kind, Message, MultiInstance, Signal, StandardLoop, Timer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn import Model
    from ironcage.definitions.schema import DataSchema
    from ironcage.feel import Expression
    from ironcage.program import Due, EventDefinition, Node, Program

_COUNTED = frozenset(
    {
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
        "activationCount",
    }
)
"""What the machine tells expressions. Source: BPMN 2.0.2, table 10.29 and 13.4.4."""
_CATCHING = frozenset({Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT, Kind.RECEIVE_TASK})

_BY_PEOPLE = frozenset({Kind.USER_TASK, Kind.MANUAL_TASK})


def undeclared(model: Model, program: Program, schema: DataSchema) -> Iterator[Fault]:
    """Yield a warning for each variable that is set or read, and neither declared nor, if it is read, set anywhere.

    Where a message, a called case or a script may bring anything, what is read is not judged.
    """
    living = {*program.locals, *(name for node in program.nodes for name in _living(node))}
    written = {name for node in program.nodes for name in _written(node)}
    for node in program.nodes:
        for name in sorted(_written(node) - schema.fields.keys() - living):
            what = mark("{node} sets {variable}, which process.toml does not declare: it is not kept for audit.")
            mend = mark("Declare it under [data], or correct its name.")
            fields: dict[str, object] = {"node": node.id, "variable": name}
            yield Fault(model.file, node.line, node.id, "undeclared-variable", what, mend, Level.WARNING, fields=fields)
    if any(map(_brings_anything, program.nodes)):
        return
    known = written | schema.fields.keys() | living | _COUNTED
    for line, element, text, names in _read(program):
        for name in sorted(names - known):
            what = mark("Nothing brings {variable}, which {expression!r} reads: it is always null.")
            mend = mark("Declare it under [data] in process.toml, or correct its name.")
            fields = {"variable": name, "expression": text[:80]}
            yield Fault(model.file, line, element, "unknown-variable", what, mend, Level.WARNING, fields=fields)


def _written(node: Node) -> set[str]:
    """Return the variables around a node that it sets."""
    found = {setting.variable for setting in node.settings + node.outputs}
    if isinstance(node.loop, MultiInstance) and node.loop.output:
        found.add(node.loop.output)
    return found | ({node.result} if node.result else set())


def _living(node: Node) -> set[str]:
    """Return the variables that live in a node."""
    found = {*node.locals, *(setting.variable for setting in node.inputs)}
    if isinstance(node.loop, MultiInstance) and node.loop.item:
        found.add(node.loop.item)
    return found


def _brings_anything(node: Node) -> bool:
    caught = node.kind in _CATCHING and any(isinstance(each, Message | Signal) for each in node.events)
    called = node.call is not None and node.call.all_out
    return node.passes and (caught or called or (node.script is not None and node.result is None))


def _read(program: Program) -> Iterator[tuple[int, str, str, frozenset[str]]]:
    """Yield line and id of every element that reads variables, the text that does, and which."""
    for flow in program.flows:
        if flow.condition:
            yield flow.line, flow.id, flow.condition.text, flow.condition.names
    for each in _of_due(program.due):
        yield 0, program.process, each.text, each.names
    for node in program.nodes:
        for expression in _of_node(node):
            yield node.line, node.id, expression.text, expression.names
        if node.decision:
            yield node.line, node.id, node.decision, program.decisions[node.decision].names()


def _of_node(node: Node) -> Iterator[Expression]:
    """Yield what is asked over the data of the case.

    What is asked over what the work brought, too, is yielded of people only: they bring what is declared.
    """
    if node.kind in _BY_PEOPLE:
        yield from (setting.value for setting in node.outputs)
        if isinstance(node.loop, MultiInstance):
            yield from filter(None, (node.loop.output_item,))
    if node.assignment:
        yield from filter(None, (node.assignment.role, node.assignment.unit, node.assignment.actor))
    yield from _of_due(node.due)
    yield from _of_due(node.follow_up)
    yield from (setting.value for setting in node.settings + node.inputs)
    for event in node.events:
        yield from _of_event(event)
    if isinstance(node.loop, StandardLoop):
        yield from filter(None, (node.loop.condition,))
    if isinstance(node.loop, MultiInstance):
        yield from filter(None, (node.loop.cardinality, node.loop.items, node.loop.completion))
    if node.call:
        yield node.call.process
    yield from filter(None, (node.activation, node.ad_hoc and node.ad_hoc.completion))


def _of_due(due: Due | None) -> Iterator[Expression]:
    if due:
        yield from filter(None, (due.at, due.within))


def _of_event(event: EventDefinition) -> Iterator[Expression]:
    if isinstance(event, Timer):
        yield event.value
    elif isinstance(event, Conditional):
        yield event.condition
    elif isinstance(event, Message):
        yield from event.expected
