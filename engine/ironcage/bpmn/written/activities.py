"""Reads activities, their loops and who does them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ironcage import xml
from ironcage.bpmn.model import Activity, ComplexBehavior, MultiInstance, ResourceRole, Script, StandardLoop
from ironcage.bpmn.names import full, split
from ironcage.bpmn.written import data, statements
from ironcage.bpmn.written.events import definitions
from ironcage.bpmn.written.identity import Identity, identity
from ironcage.bpmn.written.pieces import (
    attribute,
    child,
    children,
    formula,
    is_true,
    ours,
    raw_text_of,
    reference,
    references,
)
from ironcage.program import Kind
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.model import (
        Assignment,
        DataAssociation,
        Deadline,
        DecisionCall,
        Formula,
        IoSpecification,
        Property,
        Reference,
        Separation,
        ServiceCall,
        Setting,
    )

_ROLES = tuple(full(f"bpmn:{name}") for name in ("resourceRole", "performer", "humanPerformer", "potentialOwner"))


class NodeFields(Identity):
    """The fields of every flow node."""

    kind: Kind
    incoming: tuple[Reference, ...]
    outgoing: tuple[Reference, ...]
    properties: tuple[Property, ...]
    io: IoSpecification | None
    data_inputs: tuple[DataAssociation, ...]
    data_outputs: tuple[DataAssociation, ...]
    inputs: tuple[Setting, ...]
    outputs: tuple[Setting, ...]
    results: str
    payload: str | None
    correlation: Formula | None
    service: ServiceCall | None
    form: str | None


class ActivityFields(TypedDict):
    """The fields that every activity has beside."""

    default: str
    for_compensation: bool
    start_quantity: str
    completion_quantity: str
    loop: StandardLoop | MultiInstance | None
    resources: tuple[ResourceRole, ...]
    assignment: Assignment | None
    deadline: Deadline | None
    follow_up: Deadline | None
    settings: tuple[Setting, ...]
    decision: DecisionCall | None
    separations: tuple[Separation, ...]


def node_fields(element: _Element, kind: Kind) -> NodeFields:
    """Return the fields that *element* has like every flow node."""
    return NodeFields(
        **identity(element),
        kind=kind,
        incoming=references(element, "bpmn:incoming"),
        outgoing=references(element, "bpmn:outgoing"),
        properties=tuple(map(data.prop, children(element, "bpmn:property"))),
        io=data.io_specification(element),
        data_inputs=data.associations(element, "bpmn:dataInputAssociation"),
        data_outputs=data.associations(element, "bpmn:dataOutputAssociation"),
        inputs=statements.settings(element, "input"),
        outputs=statements.settings(element, "output"),
        results=statements.said_of(element, "results", "to") or "",
        payload=statements.said_of(element, "payload", "variable"),
        correlation=statements.formula_of(element, "correlation", "key"),
        service=statements.service(element),
        form=statements.said_of(element, "form", "key"),
    )


def activity_fields(element: _Element) -> ActivityFields:
    """Return the fields that *element* has like every activity."""
    return ActivityFields(
        default=reference(element, "default"),
        for_compensation=is_true(element, "isForCompensation"),
        start_quantity=attribute(element, "startQuantity") or "1",
        completion_quantity=attribute(element, "completionQuantity") or "1",
        loop=_loop(element),
        resources=resources(element),
        assignment=statements.assignment(element),
        deadline=statements.deadline(element),
        follow_up=statements.deadline(element, "followUp"),
        settings=statements.settings(element),
        decision=statements.decision(element),
        separations=statements.separations(element),
    )


def activity(element: _Element, kind: Kind) -> Activity:
    """Return a task or a call activity."""
    return Activity(
        **node_fields(element, kind),
        **activity_fields(element),
        message=reference(element, "messageRef"),
        operation=reference(element, "operationRef"),
        instantiate=is_true(element, "instantiate"),
        script=_script(element, kind),
        called=reference(element, "calledElement"),
        call=statements.call(element),
    )


def resources(element: _Element) -> tuple[ResourceRole, ...]:
    """Return who does *element*, in document order."""
    return tuple(_resource(each) for each in xml.elements(element) if each.tag in _ROLES)


def _resource(element: _Element) -> ResourceRole:
    assigned = child(element, "bpmn:resourceAssignmentExpression")
    written = None
    if assigned is not None:
        plain = child(assigned, "bpmn:expression")
        written = child(assigned, "bpmn:formalExpression") if plain is None else plain
    return ResourceRole(
        **identity(element),
        kind=split(element.tag)[1],
        resource=next(iter(references(element, "bpmn:resourceRef")), None),
        expression=formula(written),
    )


def _script(element: _Element, kind: Kind) -> Script | None:
    if kind is not Kind.SCRIPT_TASK:
        return None
    written = child(element, "bpmn:script")
    result = next((attribute(each, "result") for each in ours(element, "script")), "")
    line, text = (line_of(element), "") if written is None else (line_of(written), raw_text_of(written))
    return Script(line, attribute(element, "scriptFormat") or attribute(element, "scriptLanguage"), text, result)


def _loop(element: _Element) -> StandardLoop | MultiInstance | None:
    standard = child(element, "bpmn:standardLoopCharacteristics")
    if standard is not None:
        return StandardLoop(
            **identity(standard),
            condition=formula(child(standard, "bpmn:loopCondition")),
            before=is_true(standard, "testBefore"),
            maximum=attribute(standard, "loopMaximum"),
        )
    several = child(element, "bpmn:multiInstanceLoopCharacteristics")
    return None if several is None else _multi_instance(several)


def _multi_instance(element: _Element) -> MultiInstance:
    return MultiInstance(
        **identity(element),
        sequential=is_true(element, "isSequential"),
        behavior=attribute(element, "behavior") or "All",
        cardinality=formula(child(element, "bpmn:loopCardinality")),
        completion=formula(child(element, "bpmn:completionCondition")),
        data_input=next(iter(references(element, "bpmn:loopDataInputRef")), None),
        data_output=next(iter(references(element, "bpmn:loopDataOutputRef")), None),
        input_item=next(iter(data.items(element, "bpmn:inputDataItem")), None),
        output_item=next(iter(data.items(element, "bpmn:outputDataItem")), None),
        one_event=reference(element, "oneBehaviorEventRef"),
        none_event=reference(element, "noneBehaviorEventRef"),
        complex=tuple(map(_complex, children(element, "bpmn:complexBehaviorDefinition"))),
        collections=statements.collections(element),
    )


def _complex(element: _Element) -> ComplexBehavior:
    event = child(element, "bpmn:event")
    return ComplexBehavior(
        **identity(element),
        condition=formula(child(element, "bpmn:condition")),
        definitions=() if event is None else definitions(event),
    )
