"""Every reference of a model, with the sort of element it may lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.model import (
    Activity,
    Association,
    CategoryValue,
    CompensateDefinition,
    CorrelationProperty,
    DataObject,
    DataObjectReference,
    DataStore,
    DataStoreReference,
    DefinitionReference,
    Error,
    ErrorDefinition,
    Escalation,
    EscalationDefinition,
    Event,
    FlowNode,
    Gateway,
    GlobalTask,
    Group,
    Interface,
    ItemDefinition,
    LinkDefinition,
    Message,
    MessageDefinition,
    MultiInstance,
    Partner,
    Property,
    Resource,
    SequenceFlow,
    Shown,
    Signal,
    SignalDefinition,
    SubProcess,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import (
        DataAssociation,
        Element,
        EventDefinition,
        IoSpecification,
        ItemAware,
        Process,
        Reference,
        ResourceRole,
    )


class Referring(NamedTuple):
    """A reference: who says it where, in which word, to which id, and to which ids it may lead."""

    owner: Element
    line: int
    word: str
    target: str
    allowed: Collection[str]
    empty: bool = False
    """Whether it is there and names nothing."""


class _Sorts:
    """The ids of each sort of element."""

    def __init__(self, subject: Subject) -> None:
        model = subject.model
        elements = [each for process in model.processes for each in process.walk()]
        elements += [task.task for task in model.of(GlobalTask)]
        self.nodes = _ids(each for each in elements if isinstance(each, FlowNode))
        self.activities = _ids(each for each in elements if isinstance(each, Activity))
        self.flows = _ids(each for each in elements if isinstance(each, SequenceFlow))
        self.objects = _ids(each for each in elements if isinstance(each, DataObject))
        self.processes = _ids(model.processes)
        self.pools = _ids(pool for each in model.collaborations for pool in each.participants)
        self.callable = self.processes | _ids(model.of(GlobalTask))
        self.collaborations = _ids(model.collaborations)
        self.never_called = self.nodes | self.flows | self.pools
        self.keys = _ids(key for each in model.collaborations for key in each.keys)
        parts = (part for each in model.collaborations for part in each.drawn if isinstance(part, Shown))
        self.parties = self.nodes | self.pools | _ids(part for part in parts if part.kind != "conversationLink")
        self.items = _ids(model.of(ItemDefinition))
        self.messages = _ids(model.of(Message))
        self.signals = _ids(model.of(Signal))
        self.errors = _ids(model.of(Error))
        self.escalations = _ids(model.of(Escalation))
        self.interfaces = _ids(model.of(Interface))
        self.operations = _ids(operation for each in model.of(Interface) for operation in each.operations)
        self.definitions = frozenset(each.id for each in model.definitions if each.id)
        self.links = frozenset(each.id for _, each in subject.definitions if isinstance(each, LinkDefinition))
        self.stores = _ids(model.of(DataStore))
        self.properties = _ids(model.of(CorrelationProperty))
        self.resources = _ids(model.of(Resource))
        self.categories = _ids(model.of(CategoryValue))
        self.data = self.objects | _ids(
            each for each in elements if isinstance(each, DataObjectReference | DataStoreReference | Property)
        )
        for process in model.processes:
            self.data |= _ids(_both(process.io))


def _ids(elements: Iterable[Element]) -> frozenset[str]:
    return frozenset(each.id for each in elements if each.id)


def _both(io: IoSpecification | None) -> tuple[ItemAware, ...]:
    return io.inputs + io.outputs if io else ()


def references(subject: Subject) -> Iterator[Referring]:
    """Yield every reference; what says none yields one to nothing."""
    sorts = _Sorts(subject)
    for room in subject.rooms:
        for flow in room.flows:
            yield Referring(flow, flow.line, "sourceRef", flow.source, sorts.nodes)
            yield Referring(flow, flow.line, "targetRef", flow.target, sorts.nodes)
        for data in room.scope.of(DataObjectReference):
            yield Referring(data, data.line, "dataObjectRef", data.object, sorts.objects)
        for store in room.scope.of(DataStoreReference):
            yield Referring(store, store.line, "dataStoreRef", store.store, sorts.stores)
        for group in room.scope.of(Group):
            yield Referring(group, group.line, "categoryValueRef", group.category, sorts.categories)
        yield from _of_associations(room.scope.of(Association), subject.declared)
    for _, _, node in subject.nodes:
        yield from _of_node(node, sorts)
        yield from _of_data(node, sorts)
    for activity in subject.activities:
        yield from _of_activity(activity, sorts)
    for process in subject.processes:
        yield from _of_process(process, sorts)
    for owner, definition in _defined(subject):
        yield from _of_definition(owner, definition, sorts)
    yield from _of_roots(subject, sorts)
    yield from _of_collaborations(subject, sorts)


def _of_associations(associations: Iterable[Association], declared: Collection[str]) -> Iterator[Referring]:
    for each in associations:
        yield Referring(each, each.line, "sourceRef", each.source, declared)
        yield Referring(each, each.line, "targetRef", each.target, declared)


def _of_node(node: FlowNode, sorts: _Sorts) -> Iterator[Referring]:
    yield from _each(node, "incoming", node.incoming, sorts.flows)
    yield from _each(node, "outgoing", node.outgoing, sorts.flows)
    if isinstance(node, Activity | Gateway):
        yield Referring(node, node.line, "default", node.default, sorts.flows)
    if isinstance(node, Event):
        yield Referring(node, node.line, "attachedToRef", node.attached_to, sorts.activities)


def _each(owner: Element, word: str, said: Iterable[Reference], allowed: Collection[str]) -> Iterator[Referring]:
    return (Referring(owner, each.line, word, each.id, allowed, not each.id) for each in said)


def _of_data(node: FlowNode, sorts: _Sorts) -> Iterator[Referring]:
    """Yield the references of the data of a node: what goes in ends at its own inputs, what comes out begins there."""
    inputs = _ids(node.io.inputs) if node.io else frozenset[str]()
    outputs = _ids(node.io.outputs) if node.io else frozenset[str]()
    own = _ids(node.properties)
    loop = node.loop if isinstance(node, Activity) else None
    if isinstance(loop, MultiInstance):
        inputs |= _ids(filter(None, (loop.input_item,)))
        outputs |= _ids(filter(None, (loop.output_item,)))
    free = isinstance(node, SubProcess)
    for association in node.data_inputs:
        yield from _each(node, "sourceRef", association.sources, sorts.data | own)
        yield from _target(node, association, inputs | own | (sorts.data if free else frozenset()))
    for association in node.data_outputs:
        yield from _each(node, "sourceRef", association.sources, outputs | own | (sorts.data if free else frozenset()))
        yield from _target(node, association, sorts.data | own)
    yield from _of_io(node, node.io, sorts)
    for data in () if free else node.properties:
        yield Referring(data, data.line, "itemSubjectRef", data.item, sorts.items)
    if isinstance(loop, MultiInstance):
        yield from _each(node, "loopDataInputRef", filter(None, (loop.data_input,)), inputs | sorts.data)
        yield from _each(node, "loopDataOutputRef", filter(None, (loop.data_output,)), outputs | sorts.data)
        for item in filter(None, (loop.input_item, loop.output_item)):
            yield Referring(node, item.line, "itemSubjectRef", item.item, sorts.items)


def _target(node: FlowNode, association: DataAssociation, allowed: Collection[str]) -> Iterator[Referring]:
    return _each(node, "targetRef", filter(None, (association.target,)), allowed)


def _of_io(owner: Element, io: IoSpecification | None, sorts: _Sorts) -> Iterator[Referring]:
    if io is None:
        return
    for data in _both(io):
        yield Referring(data, data.line, "itemSubjectRef", data.item, sorts.items)
    sides = (
        ("Input", io.inputs, io.input_sets, "output", io.output_sets),
        ("Output", io.outputs, io.output_sets, "input", io.input_sets),
    )
    for side, held, sets, other, others in sides:
        members = _ids(held)
        for each in sets:
            yield from _each(owner, f"data{side}Refs", each.members, members)
            yield from _each(owner, f"optional{side}Refs", each.optional, members)
            yield from _each(owner, f"whileExecuting{side}Refs", each.while_executing, members)
            yield from _each(owner, f"{other}SetRefs", each.others, _ids(others))


def _of_activity(activity: Activity, sorts: _Sorts) -> Iterator[Referring]:
    for separation in activity.separations:
        yield Referring(activity, separation.line, "from", separation.other, sorts.nodes)
    yield Referring(activity, activity.line, "messageRef", activity.message, sorts.messages)
    yield Referring(activity, activity.line, "operationRef", activity.operation, sorts.operations)
    # What is called may be in another file; what is in this one must be something to call.
    called = activity.called
    if called in sorts.never_called:
        yield Referring(activity, activity.line, "calledElement", called, sorts.callable)
    yield from _of_resources(activity.resources, sorts)
    loop = activity.loop
    if isinstance(loop, MultiInstance):
        yield Referring(activity, loop.line, "oneBehaviorEventRef", loop.one_event, sorts.definitions)
        yield Referring(activity, loop.line, "noneBehaviorEventRef", loop.none_event, sorts.definitions)


def _of_resources(roles: Iterable[ResourceRole], sorts: _Sorts) -> Iterator[Referring]:
    for role in roles:
        yield from _each(role, "resourceRef", filter(None, (role.resource,)), sorts.resources)


def _of_process(process: Process, sorts: _Sorts) -> Iterator[Referring]:
    for lane in process.all_lanes():
        yield from _each(lane, "flowNodeRef", lane.members, sorts.nodes)
    yield from _of_io(process, process.io, sorts)
    yield from _each(process, "supportedInterfaceRef", process.interfaces, sorts.interfaces)
    yield Referring(process, process.line, "definitionalCollaborationRef", process.collaboration, sorts.collaborations)
    yield from _of_resources(process.resources, sorts)
    for data in process.walk():
        if isinstance(data, DataObject | DataObjectReference | DataStoreReference | Property):
            yield Referring(data, data.line, "itemSubjectRef", data.item, sorts.items)
    for subscription in process.subscriptions:
        yield Referring(process, subscription.line, "correlationKeyRef", subscription.key, sorts.keys)
        for binding in subscription.bindings:
            yield Referring(process, binding.line, "correlationPropertyRef", binding.property, sorts.properties)


def _defined(subject: Subject) -> Iterator[tuple[Element, EventDefinition]]:
    yield from subject.definitions
    for event in subject.events:
        yield from ((event, each) for each in event.definitions if isinstance(each, DefinitionReference))


def _of_definition(owner: Element, definition: EventDefinition, sorts: _Sorts) -> Iterator[Referring]:
    line = definition.line
    match definition:
        case MessageDefinition():
            yield Referring(owner, line, "messageRef", definition.message, sorts.messages)
            yield Referring(owner, line, "operationRef", definition.operation, sorts.operations)
        case SignalDefinition():
            yield Referring(owner, line, "signalRef", definition.signal, sorts.signals)
        case ErrorDefinition():
            yield Referring(owner, line, "errorRef", definition.error, sorts.errors)
        case EscalationDefinition():
            yield Referring(owner, line, "escalationRef", definition.escalation, sorts.escalations)
        case CompensateDefinition():
            yield Referring(owner, line, "activityRef", definition.activity, sorts.activities)
        case DefinitionReference():
            yield Referring(owner, line, "eventDefinitionRef", definition.definition, sorts.definitions)
        case LinkDefinition():
            yield from _each(owner, "source", definition.sources, sorts.links)
            yield from _each(owner, "target", definition.targets, sorts.links)
        case _:
            return  # the others refer to nothing


def _of_roots(subject: Subject, sorts: _Sorts) -> Iterator[Referring]:
    for message in subject.model.of(Message):
        yield Referring(message, message.line, "itemRef", message.item, sorts.items)
    model = subject.model
    carriers: list[Signal | Error | Escalation] = [*model.of(Signal), *model.of(Error), *model.of(Escalation)]
    for carrier in carriers:
        yield Referring(carrier, carrier.line, "structureRef", carrier.structure, sorts.items)
    for store in subject.model.of(DataStore):
        yield Referring(store, store.line, "itemSubjectRef", store.item, sorts.items)
    for interface in subject.model.of(Interface):
        for operation in interface.operations:
            yield Referring(operation, operation.line, "inMessageRef", operation.in_message, sorts.messages)
            yield Referring(operation, operation.line, "outMessageRef", operation.out_message, sorts.messages)
            yield from _each(operation, "errorRef", operation.errors, sorts.errors)
    for each in subject.model.of(CorrelationProperty):
        for retrieval in each.retrievals:
            yield Referring(each, retrieval.line, "messageRef", retrieval.message, sorts.messages)
    for partner in subject.model.of(Partner):
        yield from _each(partner, "participantRef", partner.participants, sorts.pools)
    for task in subject.model.of(GlobalTask):
        yield from _of_io(task, task.io, sorts)
        yield from _each(task, "supportedInterfaceRef", task.interfaces, sorts.interfaces)
    callables: list[Process | GlobalTask] = [*subject.processes, *model.of(GlobalTask)]
    for owner in callables:
        inputs, outputs = (_ids(owner.io.inputs), _ids(owner.io.outputs)) if owner.io else (frozenset(), frozenset())
        for binding in owner.bindings:
            yield Referring(owner, binding.line, "operationRef", binding.operation, sorts.operations)
            yield Referring(owner, binding.line, "inputDataRef", binding.input, inputs)
            yield Referring(owner, binding.line, "outputDataRef", binding.output, outputs)


def _of_collaborations(subject: Subject, sorts: _Sorts) -> Iterator[Referring]:
    for collaboration in subject.model.collaborations:
        for pool in collaboration.participants:
            yield Referring(pool, pool.line, "processRef", pool.process, sorts.processes)
            yield from _each(pool, "interfaceRef", pool.interfaces, sorts.interfaces)
        for flow in collaboration.message_flows:
            yield Referring(flow, flow.line, "sourceRef", flow.source, sorts.parties)
            yield Referring(flow, flow.line, "targetRef", flow.target, sorts.parties)
            yield Referring(flow, flow.line, "messageRef", flow.message, sorts.messages)
        for key in collaboration.keys:
            yield from _each(key, "correlationPropertyRef", key.properties, sorts.properties)
        yield from _of_associations(collaboration.associations, subject.declared)
