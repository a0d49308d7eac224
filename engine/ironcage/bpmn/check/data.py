"""Rules about data inputs and outputs, the sets they are in, and associations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import DataObjectReference, Event, GlobalTask, SubProcess
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import DataAssociation, DataSet, Element, IoSpecification


class _Specified(NamedTuple):
    """What an element takes in and gives out."""

    owner: Element
    io: IoSpecification


def _specified(subject: Subject) -> Iterator[_Specified]:
    said: list[tuple[Element, IoSpecification | None]] = [(each, each.io) for each in subject.processes]
    said += [(node, node.io) for _, _, node in subject.nodes]
    said += [(task, task.io) for task in subject.model.of(GlobalTask)]
    yield from (_Specified(owner, io) for owner, io in said if io)


def _associations(subject: Subject) -> Iterator[tuple[Element, DataAssociation]]:
    for _, _, node in subject.nodes:
        yield from ((node, each) for each in node.data_inputs + node.data_outputs)


@rule(
    "sub-process-io",
    mark("The sub-process {node} has an ioSpecification; it sees the data around it and takes in nothing."),
    mark("Remove the ioSpecification; let the activities inside take in the data."),
)
def sub_process_io(subject: Subject) -> Iterator[Place]:
    """An embedded sub-process has no data inputs and outputs of its own. Source: BPMN 2.0.2, 10.3.5 and 10.4.1."""
    for activity in subject.activities:
        if isinstance(activity, SubProcess) and activity.io:
            yield at(activity, activity.io.line, node=activity.id)


@rule(
    "data-without-set",
    mark("{data} is a {word} of {owner} and in none of its sets: no {sets} names it."),
    mark("Add it to a set."),
)
def data_without_set(subject: Subject) -> Iterator[Place]:
    """Every data input is in an input set, every data output in an output set.

    Source: BPMN 2.0.2, tables 10.60 and 10.61.
    """
    for owner, io in _specified(subject):
        for word, data, sets in (("dataInput", io.inputs, io.input_sets), ("dataOutput", io.outputs, io.output_sets)):
            if not sets and isinstance(owner, Event):
                continue
            held = {member.id for each in sets for member in each.members}
            for each in data:
                if each.id not in held:
                    yield at(each, data=each.id, word=word, owner=owner.id, sets=f"{word[4:].lower()}Set")


@rule(
    "set-not-member",
    mark("{data} is said to be optional or to come late in a set it is not in."),
    mark("Name it as a member of the same set, too, or remove it."),
)
def set_not_member(subject: Subject) -> Iterator[Place]:
    """What is optional in a set, or comes while the activity is at work, is a member of it.

    Source: BPMN 2.0.2, tables 10.62 and 10.63.
    """
    for owner, io in _specified(subject):
        for each in io.input_sets + io.output_sets:
            members = {member.id for member in each.members}
            for said in each.optional + each.while_executing:
                if said.id not in members:
                    yield at(owner, said.line, data=said.id)


@rule(
    "set-half-paired",
    mark("The set {named} is named by the set {naming}, but does not name it."),
    mark("Let each name the other, or neither."),
)
def set_half_paired(subject: Subject) -> Iterator[Place]:
    """An input set and an output set that belong together name each other.

    Source: BPMN 2.0.2, tables 10.62 and 10.63.
    """
    for owner, io in _specified(subject):
        for ours, theirs in ((io.input_sets, io.output_sets), (io.output_sets, io.input_sets)):
            naming: dict[str, DataSet] = {each.id: each for each in theirs if each.id}
            for each in ours:
                for said in each.others:
                    other = naming.get(said.id)
                    if other and each.id not in {back.id for back in other.others}:
                        yield at(owner, said.line, named=other.id, naming=each.id or "-")


@rule(
    "input-written",
    mark("The association writes to {data}, a data input, which only the caller fills."),
    mark("Let it write to a data object, a property or a data output."),
)
def input_written(subject: Subject) -> Iterator[Place]:
    """No association leads to a data input of the process. Source: BPMN 2.0.2, 10.4.1."""
    inputs = {each.id for process in subject.model.processes if process.io for each in process.io.inputs}
    for node, association in _associations(subject):
        if association.target and association.target.id in inputs:
            yield at(node, association.target.line, data=association.target.id)


@rule(
    "output-read",
    mark("The association reads from {data}, a data output, which only the caller empties."),
    mark("Let it read from a data object, a property or a data input."),
)
def output_read(subject: Subject) -> Iterator[Place]:
    """No association comes from a data output of the process. Source: BPMN 2.0.2, 10.4.1."""
    outputs = {each.id for process in subject.model.processes if process.io for each in process.io.outputs}
    for node, association in _associations(subject):
        for source in association.sources:
            if source.id in outputs:
                yield at(node, source.line, data=source.id)


@rule(
    "association-sources",
    mark("The data association has {count} sources and no transformation that makes one value of them."),
    mark("Keep one source, or write a transformation."),
)
def association_sources(subject: Subject) -> Iterator[Place]:
    """A data association without a transformation has one source. Source: BPMN 2.0.2, table 10.64."""
    for node, association in _associations(subject):
        if len(association.sources) > 1 and association.transformation is None:
            yield at(node, association.line, count=len(association.sources))


@rule(
    "association-empty",
    mark("The data association carries nothing: it has neither a source, nor a transformation, nor an assignment."),
    mark("Give it a source and a target, or remove it."),
)
def association_empty(subject: Subject) -> Iterator[Place]:
    """A data association carries something somewhere. Source: BPMN 2.0.2, table 10.64."""
    for node, association in _associations(subject):
        carries = association.sources or association.transformation or association.assignments
        if not carries:
            yield at(node, association.line)


@rule(
    "assignment-target",
    mark("{written!r} is not the name of a variable, so nothing can be assigned to it."),
    mark("Write the name of a data object, a property or a variable in <to>."),
)
def assignment_target(subject: Subject) -> Iterator[Place]:
    """An assignment of a data association goes to a variable. Source: BPMN 2.0.2, table 10.65."""
    for node, association in _associations(subject):
        for assignment in association.assignments:
            to = assignment.to
            if to is None or not all(word.isidentifier() for word in to.text.split(" ")):
                yield at(node, to.line if to else assignment.line, written=to.text[:80] if to else "")


@rule(
    "reference-item",
    mark("{data} names the item definition {item}; it shows a data object, which says itself what it is made of."),
    mark("Move itemSubjectRef to the data object."),
)
def reference_item(subject: Subject) -> Iterator[Place]:
    """A reference to a data object has no item definition of its own. Source: BPMN 2.0.2, 10.4.1."""
    for room in subject.rooms:
        for data in room.scope.of(DataObjectReference):
            if data.item and data.object:
                yield at(data, data=data.id, item=data.item)


@rule(
    "data-state-name",
    mark("The name of the data object says the state [{named}], its dataState {state}."),
    mark("Let both say the same, or leave the state out of the name."),
)
def data_state_name(subject: Subject) -> Iterator[Place]:
    """The state in the name of a data object is the state it is in. Source: BPMN 2.0.2, 10.4.1."""
    for room in subject.rooms:
        for data in room.scope.of(DataObjectReference):
            _, opened, rest = data.name.rpartition("[")
            named = rest.rstrip().removesuffix("]").strip()
            if data.name and data.state and (not opened or named != data.state.strip()):
                yield at(data, named=named if opened else "", state=data.state)
