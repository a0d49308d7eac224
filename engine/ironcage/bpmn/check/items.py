"""Rules about what data is made of: the item definitions on both sides of a passage are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    DataObject,
    DataObjectReference,
    DataStore,
    DataStoreReference,
    Error,
    ErrorDefinition,
    Escalation,
    EscalationDefinition,
    GlobalTask,
    Interface,
    ItemDefinition,
    Message,
    MessageDefinition,
    MultiInstance,
    Property,
    Signal,
    SignalDefinition,
)
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import EventDefinition, IoSpecification, ItemAware, Operation, Process


class _Items:
    """The item definitions of a file, and what is made of which."""

    def __init__(self, subject: Subject) -> None:
        model = subject.model
        self.definitions = {each.id: each for each in model.of(ItemDefinition)}
        self.messages = {each.id: each.item for each in model.of(Message)}
        carriers: list[Signal | Error | Escalation] = [*model.of(Signal), *model.of(Error), *model.of(Escalation)]
        self.others = {each.id: each.structure for each in carriers}
        self.operations: dict[str, Operation] = {
            operation.id: operation for interface in model.of(Interface) for operation in interface.operations
        }
        self.of: dict[str, str] = {}
        """The item of each data element, by its id; those of which nothing is said are left out."""
        for each in _data(subject):
            if each.item:
                self.of[each.id] = each.item
        stores = {each.id: each.item for each in model.of(DataStore) if each.item}
        for room in subject.rooms:
            for reference in room.scope.of(DataObjectReference):
                self._borrow(reference.id, reference.item or self.of.get(reference.object, ""))
            for store in room.scope.of(DataStoreReference):
                self._borrow(store.id, store.item or stores.get(store.store, ""))

    def _borrow(self, name: str, item: str) -> None:
        if item:
            self.of[name] = item

    def same(self, one: str, other: str, *, of_each: bool = False) -> bool:
        """Return whether two items are made of the same; with *of_each* one is a collection of the other."""
        first, second = self.definitions.get(one), self.definitions.get(other)
        if one == other or first is None or second is None:
            return one == other
        collections = of_each or first.collection == second.collection
        return bool(first.structure) and first.structure == second.structure and collections

    def carried(self, definition: EventDefinition) -> str:
        """Return the item that an event definition carries, empty if none."""
        if isinstance(definition, MessageDefinition):
            return self.messages.get(definition.message, "")
        if isinstance(definition, SignalDefinition):
            return self.others.get(definition.signal, "")
        if isinstance(definition, ErrorDefinition):
            return self.others.get(definition.error, "")
        return self.others.get(definition.escalation, "") if isinstance(definition, EscalationDefinition) else ""


def _data(subject: Subject) -> Iterator[ItemAware]:
    for process in subject.processes:
        yield from _both(process.io)
    for room in subject.rooms:
        yield from room.scope.of(DataObject)
        yield from room.scope.of(Property)
    for _, _, node in subject.nodes:
        yield from node.properties
        yield from _both(node.io)
    for task in subject.model.of(GlobalTask):
        yield from _both(task.io)


def _both(io: IoSpecification | None) -> tuple[ItemAware, ...]:
    return io.inputs + io.outputs if io else ()


@rule(
    "collection-mismatch",
    mark("{data} and its item definition {item} do not agree on whether it is a collection."),
    mark("Give both the same isCollection."),
)
def collection_mismatch(subject: Subject) -> Iterator[Place]:
    """A data element is a collection if its item definition is one.

    Source: BPMN 2.0.2, tables 10.52, 10.58 and 10.59.
    """
    definitions = {each.id: each for each in subject.model.of(ItemDefinition)}
    for data in _data(subject):
        item = definitions.get(data.item)
        if item and not isinstance(data, Property) and data.collection != item.collection:
            yield at(data, data=data.id, item=item.id)


@rule(
    "association-items",
    mark("The data association leads from {source} to {target}, which are made of different items."),
    mark("Give both the same item definition, or write a transformation."),
)
def association_items(subject: Subject) -> Iterator[Place]:
    """Without a transformation, both ends of a data association are made of the same.

    Source: BPMN 2.0.2, table 10.64.
    """
    items = _Items(subject)
    for _, _, node in subject.nodes:
        for association in node.data_inputs + node.data_outputs:
            if association.transformation or association.assignments or len(association.sources) != 1:
                continue
            source = association.sources[0].id
            target = association.target.id if association.target else ""
            both = items.of.get(source), items.of.get(target)
            if both[0] and both[1] and not items.same(both[0], both[1]):
                yield at(node, association.line, source=source, target=target)


@rule(
    "operation-data",
    mark("{node} calls the operation {operation}, and its {word} is not what the message {message} is made of."),
    mark("Give it one {word} with the item definition of the message."),
)
def operation_data(subject: Subject) -> Iterator[Place]:
    """A service task takes in and gives out what the messages of its operation carry.

    Source: BPMN 2.0.2, table 10.8.
    """
    items = _Items(subject)
    for node in subject.activities:
        operation = items.operations.get(node.operation)
        if node.kind is not Kind.SERVICE_TASK or operation is None:
            continue
        inputs, outputs = (node.io.inputs, node.io.outputs) if node.io else ((), ())
        for word, message, data in (
            ("dataInput", operation.in_message, inputs),
            ("dataOutput", operation.out_message, outputs),
        ):
            carried = items.messages.get(message, "")
            if carried and not (len(data) == 1 and items.same(data[0].item, carried)):
                line = data[0].line if data else node.line
                yield at(node, line, node=node.id, operation=operation.id, word=word, message=message)


@rule(
    "message-data",
    mark("{node} handles the message {message}, and its {word} is not what the message is made of."),
    mark("Give it one {word} with the item definition of the message, or none."),
)
def message_data(subject: Subject) -> Iterator[Place]:
    """A send task takes in what its message carries, and nothing else; a receive task gives it out.

    Source: BPMN 2.0.2, tables 10.9 and 10.10.
    """
    items = _Items(subject)
    for node in subject.activities:
        carried = items.messages.get(node.message, "")
        if node.kind not in (Kind.SEND_TASK, Kind.RECEIVE_TASK) or node.io is None or not carried:
            continue
        sends = node.kind is Kind.SEND_TASK
        data = node.io.inputs if sends else node.io.outputs
        if data and not (len(data) == 1 and items.same(data[0].item, carried)):
            word = "dataInput" if sends else "dataOutput"
            yield at(node, data[-1].line, node=node.id, message=node.message, word=word)


@rule(
    "event-data",
    mark("{node} has no {word} made of what {carrier} carries, though it has others."),
    mark("Give it one {word} for each of its triggers that carries data, in their order, or none at all."),
)
def event_data(subject: Subject) -> Iterator[Place]:
    """An event with data has one for each trigger that carries some, made of the same.

    Source: BPMN 2.0.2, 10.5.6 and 10.5.7.
    """
    items = _Items(subject)
    for event in subject.events:
        if event.io is None:
            continue
        throws = event.kind in (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT)
        data = list(event.io.inputs if throws else event.io.outputs)
        for definition in subject.defined(event) if data else ():
            carried = items.carried(definition)
            found = next((each for each in data if items.same(each.item, carried)), None)
            if carried and found is None:
                word = "dataInput" if throws else "dataOutput"
                yield at(event, definition.line, node=event.id, word=word, carrier=carried)
            elif carried and found:
                data.remove(found)


@rule(
    "called-data",
    mark("{node} calls {called}, and the {word}s of the two are not the same."),
    mark("Give the call activity each {word} of what it calls, or no ioSpecification at all."),
)
def called_data(subject: Subject) -> Iterator[Place]:
    """A call activity with data has the inputs and outputs of what it calls. Source: BPMN 2.0.2, 10.3.6."""
    items = _Items(subject)
    called = {each.id: each.io for each in subject.model.processes}
    called |= {each.id: each.io for each in subject.model.of(GlobalTask)}
    for node in subject.activities:
        if node.kind is not Kind.CALL_ACTIVITY or node.io is None or node.called not in called:
            continue
        theirs = called[node.called]
        for word, ours, wanted in (
            ("dataInput", node.io.inputs, theirs.inputs if theirs else ()),
            ("dataOutput", node.io.outputs, theirs.outputs if theirs else ()),
        ):
            if not _match(items, ours, wanted):
                yield at(node, node.io.line, node=node.id, called=node.called, word=word)


def _match(items: _Items, ours: Iterable[ItemAware], wanted: Iterable[ItemAware]) -> bool:
    left = list(wanted)
    for each in ours:
        found = next((other for other in left if items.same(each.item, other.item)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


@rule(
    "binding-data",
    mark("The operation {operation} is bound to the {word} {data}, which is not what its message is made of."),
    mark("Give the data the item definition of the message."),
)
def binding_data(subject: Subject) -> Iterator[Place]:
    """What is bound to an operation takes in and gives out what its messages carry. Source: BPMN 2.0.2, table 10.13."""
    items = _Items(subject)
    owners: list[Process | GlobalTask] = [*subject.model.processes, *subject.model.of(GlobalTask)]
    for owner in owners:
        for binding in owner.bindings:
            operation = items.operations.get(binding.operation)
            if operation is None:
                continue
            ends = (
                ("dataInput", binding.input, operation.in_message),
                ("dataOutput", binding.output, operation.out_message),
            )
            for word, data, message in ends:
                carried = items.messages.get(message, "")
                if data and carried and not items.same(items.of.get(data, ""), carried):
                    yield at(owner, binding.line, operation=operation.id, word=word, data=data)


@rule(
    "binding-missing",
    mark("{owner} supports the interface {interface} and binds none of its data to an operation."),
    mark("Write an <ioBinding> for each operation, or remove the supportedInterfaceRef."),
)
def binding_missing(subject: Subject) -> Iterator[Place]:
    """What is exposed as a service binds inputs and outputs to operations. Source: BPMN 2.0.2, 8.4.3, table 8.31."""
    offering = {each.id for each in subject.model.of(Interface) if each.operations}
    owners: list[Process | GlobalTask] = [*subject.model.processes, *subject.model.of(GlobalTask)]
    for owner in owners:
        for said in owner.interfaces:
            if said.id in offering and not owner.bindings:
                yield at(owner, said.line, owner=owner.id, interface=said.id)


@rule(
    "multi-instance-single",
    mark("{node} goes through {data}, whose item definition {item} is no collection."),
    mark('Set isCollection="true" on the data and on its item definition.'),
)
def multi_instance_single(subject: Subject) -> Iterator[Place]:
    """What a multi-instance activity goes through or gathers is a collection, where it is said what it is made of.

    Source: BPMN 2.0.2, table 10.29.
    """
    items = _Items(subject)
    for activity in subject.activities:
        loop = activity.loop
        for data in (loop.data_input, loop.data_output) if isinstance(loop, MultiInstance) else ():
            item = items.definitions.get(items.of.get(data.id, "")) if data else None
            if data and item and not item.collection:
                yield at(activity, data.line, node=activity.id, data=data.id, item=item.id)


@rule(
    "multi-instance-data",
    mark("The items of {collection} and the data {item} of one instance are made differently."),
    mark("Give both item definitions the same structure."),
)
def multi_instance_data(subject: Subject) -> Iterator[Place]:
    """The data of an instance is an item of the collection. Source: BPMN 2.0.2, table 10.29."""
    items = _Items(subject)
    for activity in subject.activities:
        loop = activity.loop
        if not isinstance(loop, MultiInstance):
            continue
        for collection, item in ((loop.data_input, loop.input_item), (loop.data_output, loop.output_item)):
            whole = items.of.get(collection.id, "") if collection else ""
            if item and whole and not items.same(whole, item.item, of_each=True):
                yield at(activity, item.line, collection=collection.id if collection else "", item=item.id)
