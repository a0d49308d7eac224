"""Flow nodes: events, activities, gateways; and the scopes that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ironcage.bpmn.model.elements import Annotation, Association, Element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.model.data import DataAssociation, IoSpecification, ItemAware, Property
    from ironcage.bpmn.model.definitions import EventDefinition
    from ironcage.bpmn.model.elements import Formula, Reference
    from ironcage.bpmn.model.extensions import (
        Assignment,
        Collections,
        Deadline,
        DecisionCall,
        ProcessCall,
        Separation,
        ServiceCall,
        Setting,
    )
    from ironcage.program import Kind

_E = TypeVar("_E", bound=Element)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode(Element):
    """What flows lead to and from. *incoming* and *outgoing* are its own lists, which may be left out."""

    kind: Kind
    incoming: tuple[Reference, ...] = ()
    outgoing: tuple[Reference, ...] = ()
    properties: tuple[Property, ...] = ()
    """Of an activity or an event."""
    io: IoSpecification | None = None
    """Its ``ioSpecification``; of an event, its own data inputs and outputs."""
    data_inputs: tuple[DataAssociation, ...] = ()
    data_outputs: tuple[DataAssociation, ...] = ()
    inputs: tuple[Setting, ...] = ()
    """``ironcage:input``."""
    outputs: tuple[Setting, ...] = ()
    """``ironcage:output``."""
    results: str = ""
    """``ironcage:results``: ``case``, ``own``, or empty where it says nothing."""
    payload: str | None = None
    """The variable of ``ironcage:payload``."""
    correlation: Formula | None = None
    """``ironcage:correlation``."""
    service: ServiceCall | None = None
    """``ironcage:service``."""
    form: str | None = None
    """``ironcage:form``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop(Element):
    """Standard loop characteristics; *maximum* as written."""

    condition: Formula | None = None
    before: bool = False
    maximum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplexBehavior(Element):
    """A complex behavior definition; what it throws is an implicit throw event."""

    condition: Formula | None = None
    definitions: tuple[EventDefinition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance(Element):
    """Multi-instance loop characteristics."""

    sequential: bool = False
    behavior: str = "All"
    cardinality: Formula | None = None
    completion: Formula | None = None
    data_input: Reference | None = None
    data_output: Reference | None = None
    input_item: ItemAware | None = None
    output_item: ItemAware | None = None
    one_event: str = ""
    none_event: str = ""
    complex: tuple[ComplexBehavior, ...] = ()
    collections: Collections | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRole(Element):
    """Who does an activity; *kind* is the local name: ``performer``, ``potentialOwner``, ..."""

    kind: str
    resource: Reference | None = None
    expression: Formula | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """The script of a script task; *format* is empty where the file says nothing."""

    line: int
    format: str
    text: str
    result: str = ""
    """``ironcage:script``: the variable for its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(FlowNode):
    """A task, a call activity or, as ``SubProcess``, one that holds others."""

    default: str = ""
    for_compensation: bool = False
    start_quantity: str = "1"
    """As written."""
    completion_quantity: str = "1"
    loop: StandardLoop | MultiInstance | None = None
    resources: tuple[ResourceRole, ...] = ()
    assignment: Assignment | None = None
    deadline: Deadline | None = None
    follow_up: Deadline | None = None
    settings: tuple[Setting, ...] = ()
    decision: DecisionCall | None = None
    separations: tuple[Separation, ...] = ()
    message: str = ""
    """The ``messageRef`` of a send or receive task."""
    operation: str = ""
    """The ``operationRef`` of a send, receive or service task."""
    instantiate: bool = False
    """Of a receive task."""
    script: Script | None = None
    called: str = ""
    """The ``calledElement`` of a call activity."""
    call: ProcessCall | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(FlowNode):
    """A gateway; *direction* is what the file claims of its flows."""

    direction: str = ""
    default: str = ""
    instantiate: bool = False
    """Of an event-based gateway."""
    parallel: bool = False
    """Whether the ``eventGatewayType`` of an event-based gateway is Parallel."""
    activation: Formula | None = None
    """The activation condition of a complex gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(FlowNode):
    """An event, of the kind none without *definitions*."""

    definitions: tuple[EventDefinition, ...] = ()
    """In document order, references to those at the root of the file included."""
    attached_to: str = ""
    interrupting: bool = True
    """The ``cancelActivity`` of a boundary event, the ``isInterrupting`` of a start event."""
    parallel: bool = False
    """``parallelMultiple``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceFlow(Element):
    """A sequence flow."""

    source: str
    target: str
    condition: Formula | None = None
    immediate: str = ""
    """``isImmediate`` as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane(Element):
    """A lane, what it holds, and the lanes inside it."""

    members: tuple[Reference, ...] = ()
    lanes: tuple[Lane, ...] = ()

    def walk(self) -> Iterator[Lane]:
        """Yield the lane, then the lanes inside it, in document order."""
        yield self
        for lane in self.lanes:
            yield from lane.walk()


class Scope:
    """What holds flow elements, lanes and artifacts: a process or a sub-process."""

    __slots__ = ()

    elements: tuple[Element, ...]
    """All of them in document order, each once, its properties too; what a sub-process holds is its own."""

    def of(self, kind: type[_E]) -> tuple[_E, ...]:
        """Return the elements of *kind* it holds itself."""
        return tuple(each for each in self.elements if isinstance(each, kind))

    def walk(self) -> Iterator[Element]:
        """Yield the elements, those inside a sub-process right after it: document order."""
        for each in self.elements:
            yield each
            if isinstance(each, Scope):
                yield from each.walk()

    def every(self, kind: type[_E]) -> tuple[_E, ...]:
        """Return the elements of *kind*, those inside sub-processes included, in document order."""
        return tuple(each for each in self.walk() if isinstance(each, kind))

    def all_lanes(self) -> Iterator[Lane]:
        """Yield every lane, each before the lanes inside it, in document order."""
        for lane in self.every(Lane):
            yield from lane.walk()

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The texts on the drawing."""
        return self.of(Annotation)

    @property
    def associations(self) -> tuple[Association, ...]:
        """The dotted lines."""
        return self.of(Association)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity, Scope):
    """A sub-process, a transaction or an ad-hoc sub-process, with what it holds."""

    elements: tuple[Element, ...] = ()
    nodes: tuple[FlowNode, ...] = field(init=False, repr=False, compare=False)
    """Its flow nodes, without those of sub-processes inside it."""
    flows: tuple[SequenceFlow, ...] = field(init=False, repr=False, compare=False)
    by_event: bool = False
    method: str = ""
    """How a transaction is carried out, as written."""
    ordering: str = "Parallel"
    cancel_remaining: bool = True
    completion: Formula | None = None
    """The completion condition of an ad-hoc sub-process."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", self.of(FlowNode))
        object.__setattr__(self, "flows", self.of(SequenceFlow))
