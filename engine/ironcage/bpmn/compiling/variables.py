"""Which variable each data element is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage.bpmn.model import (
    Activity,
    DataObject,
    DataObjectReference,
    DataStore,
    DataStoreReference,
    FlowNode,
    GlobalTask,
    MultiInstance,
    Property,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.bpmn.model import Element, IoSpecification, Model

_SEVERAL_WORDS = re.compile(r"[^\W\d]\w*(?: \w+)+")
_OF_FEEL = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "between",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "instance",
        "of",
        "function",
        "true",
        "false",
        "null",
    ]
)


def variables(model: Model) -> dict[str, str]:
    """Return the name of the variable by the id of a data element: its own name, that of a reference to it, its id."""
    references = {each.id: (_referred(each), each.name.strip()) for each in _references(model)}
    borrowed: dict[str, str] = {}
    for holder, name in references.values():
        if name:
            borrowed.setdefault(holder, name)
    found = {each.id: each.name.strip() or borrowed.get(each.id) or each.id for each in _holders(model)}
    # A reference to nothing holds data itself: drawing tools give no store to the shape of one.
    return {each: found.get(holder) or name or each for each, (holder, name) in references.items()} | found


def words(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of *names* that FEEL must be told of to read them: of several words.

    A name with a sign or a word of FEEL in it is not among them: it would be read where a calculation is meant.
    """
    several = (name for name in names if _SEVERAL_WORDS.fullmatch(name))
    return tuple(sorted({name for name in several if _OF_FEEL.isdisjoint(name.split(" "))}))


def _referred(reference: DataObjectReference | DataStoreReference) -> str:
    return reference.object if isinstance(reference, DataObjectReference) else reference.store


def _references(model: Model) -> Iterator[DataObjectReference | DataStoreReference]:
    for process in model.processes:
        yield from process.every(DataObjectReference)
        yield from process.every(DataStoreReference)


def _holders(model: Model) -> Iterator[Element]:
    yield from model.of(DataStore)
    for process in model.processes:
        yield from _specified(process.io)
        for each in process.walk():
            if isinstance(each, DataObject | Property):
                yield each
            elif isinstance(each, FlowNode):
                yield from _of_node(each)
    for task in model.of(GlobalTask):
        yield from _of_node(task.task)


def _of_node(node: FlowNode) -> Iterator[Element]:
    yield from node.properties
    yield from _specified(node.io)
    if isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
        yield from filter(None, (node.loop.input_item, node.loop.output_item))


def _specified(io: IoSpecification | None) -> Iterator[Element]:
    if io:
        yield from io.inputs
        yield from io.outputs
