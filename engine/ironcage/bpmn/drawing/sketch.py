"""What is drawn: the shapes and lines of a diagram with what the model says of them."""

from __future__ import annotations

from dataclasses import dataclass

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
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    """A whole diagram, outermost shapes first."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
