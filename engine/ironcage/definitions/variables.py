"""Which variables a process uses that its data schema does not declare."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ironcage import scripts
from ironcage.clock import Moment
from ironcage.definitions.afterwards import afterwards
from ironcage.faults import Fault, Level
from ironcage.messages import mark
from ironcage.program import Conditional, Error, Kind, Message, MultiInstance, Signal, StandardLoop, Timer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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


def undeclared(model: Model, programs: Collection[Program], schema: DataSchema) -> Iterator[Fault]:
    """Yield a warning for each variable that is set or read, and neither declared nor, if it is read, set anywhere.

    Where a message, a called case or a script may have brought anything, what is read is not judged.
    """
    for program in programs:
        yield from _set(model, program, schema)
        given = _given(program, programs, schema)
        if given is not None:
            yield from _unknown(model, program, given | schema.fields.keys())


def _set(model: Model, program: Program, schema: DataSchema) -> Iterator[Fault]:
    living = _living_in(program)
    for node in program.nodes:
        for name in sorted(_written(node) - schema.fields.keys() - living):
            what = mark("{node} sets {variable}, which process.toml does not declare: it is not kept for audit.")
            mend = mark("Declare it under [data], or correct its name.")
            fields: dict[str, object] = {"node": node.id, "variable": name}
            yield Fault(model.file, node.line, node.id, "undeclared-variable", what, mend, Level.WARNING, fields=fields)


def _unknown(model: Model, program: Program, declared: Collection[str]) -> Iterator[Fault]:
    known = _known(program).union(declared)
    may_see_anything = afterwards(program, [i for i in range(len(program.nodes)) if _brings_anything(program, i)])
    for at, line, element, text, names in _read(program):
        for name in () if at in may_see_anything else sorted(names - known):
            what = mark("Nothing brings {variable}, which {expression!r} reads: it is always null.")
            mend = mark("Declare it under [data] in process.toml, or correct its name.")
            fields: dict[str, object] = {"variable": name, "expression": text[:80]}
            yield Fault(model.file, line, element, "unknown-variable", what, mend, Level.WARNING, fields=fields)


def _given(program: Program, programs: Collection[Program], schema: DataSchema) -> set[str] | None:
    """Return what the processes of the same file give to *program* when they call it; None if that may be anything."""
    given: set[str] = set()
    for caller in programs:
        for node in caller.nodes:
            if node.call is None or not node.call.process.constant:
                continue
            if node.call.process.evaluate({}, Moment(0)) == program.process:
                given |= {setting.variable for setting in node.inputs}
                if node.call.all_in:
                    given |= _known(caller) | schema.fields.keys()
                    if any(_brings_anything(caller, each) for each in range(len(caller.nodes))):
                        return None
    return given


def _known(program: Program) -> set[str]:
    """Return the variables that something in *program* brings."""
    found = _living_in(program) | _COUNTED
    return found.union(*map(_written, program.nodes), *map(_edited, program.nodes))


def _living_in(program: Program) -> set[str]:
    return {*program.locals, *(name for node in program.nodes for name in _living(node))}


def _written(node: Node) -> set[str]:
    """Return the variables around a node that it sets."""
    found = {setting.variable for setting in node.settings + node.outputs}
    if isinstance(node.loop, MultiInstance) and node.loop.output:
        found.add(node.loop.output)
    return found | ({node.result} if node.result else set())


def _edited(node: Node) -> frozenset[str]:
    """Return the variables that the script of a node gives values to."""
    source = _script(node)
    return frozenset(source.assigned) if source and node.passes else frozenset()


def _script(node: Node) -> scripts.Source | None:
    """Return the script of a node whose variables become data of the case, None where it cannot be read."""
    if node.script is None or node.result is not None or node.script.language != scripts.LANGUAGE:
        return None
    return _read_script(node.script.text)


@lru_cache(maxsize=1_000)
def _read_script(text: str) -> scripts.Source | None:
    try:
        return scripts.read(text)
    except scripts.ScriptSyntaxError:
        return None


def _living(node: Node) -> set[str]:
    """Return the variables that live in a node."""
    found = {*node.locals, *(setting.variable for setting in node.inputs)}
    if isinstance(node.loop, MultiInstance) and node.loop.item:
        found.add(node.loop.item)
    return found


def _brings_anything(program: Program, index: int) -> bool:
    """Return whether variables of any name may come into the case by the node."""
    node = program.nodes[index]
    if not node.passes:
        return False
    caught = node.kind in _CATCHING and any(_carries(program, event) for event in node.events)
    called = node.call is not None and node.call.all_out
    return caught or called or _writes_anything(node)


def _carries(program: Program, event: EventDefinition) -> bool:
    """Return whether what catches *event* is brought variables that the model does not name."""
    if isinstance(event, Error):
        return any(node.service or node.script or node.call for node in program.nodes)
    return isinstance(event, Message | Signal)


def _writes_anything(node: Node) -> bool:
    """Return whether a script sets variables whose names are known only when it has run."""
    if node.script is None or node.result is not None:
        return False
    source = _script(node)
    return source is None or scripts.VARIABLES in source.names


def _read(program: Program) -> Iterator[tuple[int, int, str, str, frozenset[str]]]:
    """Yield what reads variables: node, -1 for the process; line and id of the element; the text, and which."""
    for flow in program.flows:
        if flow.condition:
            yield flow.source, flow.line, flow.id, flow.condition.text, flow.condition.names
    for each in _of_due(program.due):
        yield -1, 0, program.process, each.text, each.names
    for at, node in enumerate(program.nodes):
        for expression in _of_node(node):
            yield at, node.line, node.id, expression.text, expression.names
        if node.decision:
            yield at, node.line, node.id, node.decision, program.decisions[node.decision].names()


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
