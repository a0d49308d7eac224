"""Which variables a process uses that its data schema does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.faults import Fault, Level
from ironcage.messages import mark
from ironcage.program import Timer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn import Model
    from ironcage.definitions.schema import DataSchema
    from ironcage.feel import Expression
    from ironcage.program import Node, Program


def undeclared(model: Model, program: Program, schema: DataSchema) -> Iterator[Fault]:
    """Yield a warning for each variable that is set or read, and neither declared nor, if it is read, set anywhere."""
    written = {name for node in program.nodes for name in _written(node)}
    for node in program.nodes:
        for name in sorted(_written(node) - schema.fields.keys()):
            what = mark("{node} sets {variable}, which process.toml does not declare: it is not kept for audit.")
            mend = mark("Declare it under [data], or correct its name.")
            fields: dict[str, object] = {"node": node.id, "variable": name}
            yield Fault(model.file, node.line, node.id, "undeclared-variable", what, mend, Level.WARNING, fields=fields)
    known = written | schema.fields.keys()
    for line, element, text, names in _read(program):
        for name in sorted(names - known):
            what = mark("Nothing brings {variable}, which {expression!r} reads: it is always null.")
            mend = mark("Declare it under [data] in process.toml, or correct its name.")
            fields = {"variable": name, "expression": text[:80]}
            yield Fault(model.file, line, element, "unknown-variable", what, mend, Level.WARNING, fields=fields)


def _written(node: Node) -> set[str]:
    return {setting.variable for setting in node.settings} | ({node.result} if node.result else set())


def _read(program: Program) -> Iterator[tuple[int, str, str, frozenset[str]]]:
    """Yield line and id of every element that reads variables, the text that does, and which."""
    for flow in program.flows:
        if flow.condition:
            yield flow.line, flow.id, flow.condition.text, flow.condition.names
    if program.due:
        for each in filter(None, (program.due.at, program.due.within)):
            yield 0, program.process, each.text, each.names
    for node in program.nodes:
        for expression in _of_node(node):
            yield node.line, node.id, expression.text, expression.names
        if node.decision:
            yield node.line, node.id, node.decision, program.decisions[node.decision].names()


def _of_node(node: Node) -> Iterator[Expression]:
    if node.assignment:
        yield from filter(None, (node.assignment.role, node.assignment.unit, node.assignment.actor))
    if node.due:
        yield from filter(None, (node.due.at, node.due.within))
    yield from (setting.value for setting in node.settings)
    yield from (event.value for event in node.events if isinstance(event, Timer))
