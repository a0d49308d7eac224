"""From the bytes of a BPMN file to its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import xml
from ironcage.bpmn import dialects, drawn
from ironcage.bpmn.model import Binding, CorrelationSubscription, Model, Process, Reference
from ironcage.bpmn.names import full
from ironcage.bpmn.whitelist import Screening
from ironcage.bpmn.written import data, statements
from ironcage.bpmn.written.activities import resources
from ironcage.bpmn.written.collaborations import collaborations
from ironcage.bpmn.written.events import definitions
from ironcage.bpmn.written.identity import identity
from ironcage.bpmn.written.nodes import contents
from ironcage.bpmn.written.pieces import attribute, child, children, formula, is_true, reference, references
from ironcage.bpmn.written.roots import roots
from ironcage.faults import FaultyError, Level
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.faults import Fault


def read(source: bytes, file: str) -> Model:
    """Return the model of *source*; *file* is its name in faults.

    Raises:
        FaultyError: it is no BPMN, or holds anything that is not read; with every fault of this sort.
    """
    model, faults = reading(source, file)
    if any(fault.level is Level.ERROR for fault in faults):
        raise FaultyError(faults)
    return model


def reading(source: bytes, file: str) -> tuple[Model, list[Fault]]:
    """Return the model of what can be read in *source*, and the faults of what cannot.

    What other engines say in it is told among the faults, where it has no effect as advice.

    Raises:
        FaultyError: it is not even BPMN in XML.
    """
    root = xml.parse(source, file)
    foreign = dialects.normalise(root, file, source)
    screening = Screening(file)
    screening.examine(root)
    if root.tag != full("bpmn:definitions"):
        raise FaultyError(screening.faults)
    return _model(root, source, file, frozenset(screening.refused)), foreign + screening.faults


def _model(root: _Element, source: bytes, file: str, refused: frozenset[str]) -> Model:
    identified = ((each, each.get("id")) for each in root.iter("*"))
    return Model(
        **identity(root),
        file=file,
        source=source,
        namespace=attribute(root, "targetNamespace"),
        processes=tuple(map(_process, children(root, "bpmn:process"))),
        collaborations=tuple(collaborations(root)),
        roots=tuple(roots(root)),
        definitions=definitions(root),
        diagrams=tuple(map(drawn.diagram, children(root, "bpmndi:BPMNDiagram"))),
        declared=tuple(Reference(given.strip(), line_of(each)) for each, given in identified if given is not None),
        refused=refused,
    )


def _process(element: _Element) -> Process:
    return Process(
        **identity(element),
        executable=is_true(element, "isExecutable"),
        type=attribute(element, "processType"),
        closed=is_true(element, "isClosed"),
        elements=contents(element),
        deadline=statements.deadline(element),
        io=data.io_specification(element),
        resources=resources(element),
        subscriptions=tuple(map(_subscription, children(element, "bpmn:correlationSubscription"))),
        interfaces=references(element, "bpmn:supportedInterfaceRef"),
        bindings=data.bindings(element),
        collaboration=reference(element, "definitionalCollaborationRef"),
    )


def _subscription(element: _Element) -> CorrelationSubscription:
    bindings = children(element, "bpmn:correlationPropertyBinding")
    return CorrelationSubscription(
        **identity(element),
        key=reference(element, "correlationKeyRef"),
        bindings=tuple(
            Binding(line_of(each), reference(each, "correlationPropertyRef"), formula(child(each, "bpmn:dataPath")))
            for each in bindings
        ),
    )
