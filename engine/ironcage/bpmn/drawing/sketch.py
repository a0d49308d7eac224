"""What is drawn: the shapes and lines of a diagram with what the model says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.bpmn.model import (
    Activity,
    Annotation,
    Association,
    CancelDefinition,
    CategoryValue,
    CompensateDefinition,
    ConditionalDefinition,
    DataAssociation,
    DataObject,
    DataObjectReference,
    DataStore,
    DataStoreReference,
    DefinitionReference,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    Event,
    EventDefinition,
    FlowNode,
    Gateway,
    Group,
    ItemAware,
    Lane,
    LinkDefinition,
    MessageDefinition,
    MessageFlow,
    Participant,
    SequenceFlow,
    Shown,
    SignalDefinition,
    TerminateDefinition,
    TimerDefinition,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.diagram import Bounds
    from ironcage.bpmn.diagram import Edge as DrawnEdge
    from ironcage.bpmn.diagram import Shape as DrawnShape
    from ironcage.bpmn.model import Model

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the plane: its upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn element."""

    id: str
    kind: str
    """The local name of its BPMN element."""
    name: str
    box: Box
    label: Box | None = None
    """Where its name stands, if not inside."""
    event: str = ""
    """The kind of its event definition: ``timer``, ``terminate``, ..."""
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn connection."""

    id: str
    kind: str
    name: str
    points: tuple[Point, ...]
    label: Box | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    """A whole diagram, outermost shapes first."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]


def sketch(model: Model, language: str) -> Sketch:
    """Return the first drawing of *model* with its names in *language*; an empty sketch where the file has none.

    An element without a name in *language* keeps the name it has.
    """
    diagram = model.diagram
    if diagram is None:
        return Sketch((), ())
    known = {element.id: element for element in _elements(model)}
    defaults = {element.default for element in known.values() if isinstance(element, Activity | Gateway)}
    names = {each.id: each.name for each in model.of(CategoryValue)}
    roots = {each.id: each for each in model.definitions}
    shapes = tuple(
        _shape(drawn, known[drawn.element], names, roots, language)
        for drawn in diagram.shapes
        if drawn.element in known
    )
    lines = tuple(
        _line(drawn, known[drawn.element], drawn.element in defaults, language)
        for drawn in diagram.edges
        if drawn.element in known
    )
    return Sketch(shapes, lines)


def _elements(model: Model) -> Iterator[Element]:
    for collaboration in model.collaborations:
        for element in collaboration.elements:
            yield element
            yield from element.elements if isinstance(element, Shown) else ()
    yield from model.of(DataStore)
    for process in model.processes:
        yield from process.all_lanes()
        yield from (*process.io.inputs, *process.io.outputs) if process.io else ()
        for element in process.walk():
            yield element
            if isinstance(element, FlowNode):
                yield from element.data_inputs
                yield from element.data_outputs


def _shape(
    drawn: DrawnShape, element: Element, names: dict[str, str], roots: dict[str, EventDefinition], language: str
) -> Shape:
    box, label = _box(drawn.bounds), _box(drawn.label) if drawn.label else None
    name = named(element, language)
    if isinstance(element, Annotation):
        name = element.text
    elif isinstance(element, Group):
        name = names.get(element.category, "")
    interrupting = not isinstance(element, Event) or element.interrupting
    return Shape(element.id, _kind(element), name, box, label, _event(element, roots), interrupting)


def _line(drawn: DrawnEdge, element: Element, is_default: bool, language: str) -> Line:
    label = _box(drawn.label) if drawn.label else None
    return Line(element.id, _kind(element), named(element, language), drawn.waypoints, label, is_default)


def _kind(element: Element) -> str:
    if isinstance(element, FlowNode | Shown):
        return str(element.kind)
    return next((kind for type_, kind in _KINDS.items() if isinstance(element, type_)), "")


def _event(element: Element, roots: dict[str, EventDefinition]) -> str:
    said = element.definitions if isinstance(element, Event) else ()
    if len(said) > 1:
        return "parallelMultiple" if isinstance(element, Event) and element.parallel else "multiple"
    for each in said:
        definition = roots.get(each.definition) if isinstance(each, DefinitionReference) else each
        return next((kind for type_, kind in _EVENTS.items() if isinstance(definition, type_)), "")
    return ""


def named(element: Element, language: str) -> str:
    """Return what *element* is called in *language*, else the name it has."""
    return next((label.text for label in element.labels if label.lang == language), element.name)


def _box(bounds: Bounds) -> Box:
    return Box(bounds.x, bounds.y, bounds.width, bounds.height)


_KINDS: dict[type[Element], str] = {
    Participant: "participant",
    Lane: "lane",
    SequenceFlow: "sequenceFlow",
    Association: "association",
    Annotation: "textAnnotation",
    MessageFlow: "messageFlow",
    Group: "group",
    DataObject: "dataObject",
    DataObjectReference: "dataObjectReference",
    DataStore: "dataStore",
    DataStoreReference: "dataStoreReference",
    DataAssociation: "dataAssociation",
    ItemAware: "dataObject",
}
_EVENTS: dict[type[EventDefinition], str] = {
    TimerDefinition: "timer",
    MessageDefinition: "message",
    SignalDefinition: "signal",
    ErrorDefinition: "error",
    EscalationDefinition: "escalation",
    ConditionalDefinition: "conditional",
    LinkDefinition: "link",
    CompensateDefinition: "compensate",
    CancelDefinition: "cancel",
    TerminateDefinition: "terminate",
}
