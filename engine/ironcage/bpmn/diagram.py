"""Where a drawing puts the elements of a model: the diagram interchange of BPMN.

Source: BPMN 2.0.2, clause 12; Diagram Definition 1.0 (``dc``, ``di``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle: its upper left corner, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an element is drawn."""

    element: str
    line: int
    bounds: Bounds
    label: Bounds | None = None
    """Where its name is drawn; inside the element if None."""
    horizontal: bool = True
    """For a pool or a lane."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Along which points a flow or an association is drawn."""

    element: str
    line: int
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """One drawing of a model, in document order."""

    id: str
    name: str
    element: str
    """The process or collaboration it draws."""
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
