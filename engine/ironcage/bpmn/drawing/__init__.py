"""A BPMN diagram as SVG, drawn where the file's own diagram interchange puts everything, heat and badges on it."""

from ironcage.bpmn.drawing.overlay import Badge, Overlay
from ironcage.bpmn.drawing.picture import picture
from ironcage.bpmn.drawing.sketch import named, sketch
from ironcage.bpmn.drawing.svg import make

__all__ = ["Badge", "Overlay", "make", "named", "picture", "sketch"]
