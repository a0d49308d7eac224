"""Reads a drawing; of what its tool did not say, it takes zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.diagram import Bounds, Diagram, Edge, Shape
from ironcage.bpmn.written.pieces import attribute, child, children, reference
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def diagram(element: _Element) -> Diagram:
    """Return the drawing that a ``BPMNDiagram`` holds."""
    plane = child(element, "bpmndi:BPMNPlane")
    return Diagram(
        attribute(element, "id"),
        attribute(element, "name"),
        "" if plane is None else reference(plane, "bpmnElement"),
        () if plane is None else tuple(map(_shape, children(plane, "bpmndi:BPMNShape"))),
        () if plane is None else tuple(map(_edge, children(plane, "bpmndi:BPMNEdge"))),
    )


def _shape(element: _Element) -> Shape:
    return Shape(
        reference(element, "bpmnElement"),
        line_of(element),
        _bounds(element) or Bounds(0, 0, 0, 0),
        _label(element),
        attribute(element, "isHorizontal") not in {"false", "0"},
    )


def _edge(element: _Element) -> Edge:
    points = tuple((_number(each, "x"), _number(each, "y")) for each in children(element, "di:waypoint"))
    return Edge(reference(element, "bpmnElement"), line_of(element), points, _label(element))


def _label(element: _Element) -> Bounds | None:
    label = child(element, "bpmndi:BPMNLabel")
    return None if label is None else _bounds(label)


def _bounds(element: _Element) -> Bounds | None:
    bounds = child(element, "dc:Bounds")
    return bounds if bounds is None else Bounds(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(element: _Element, name: str) -> float:
    try:
        return float(attribute(element, name))
    except ValueError:
        return 0.0
