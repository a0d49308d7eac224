"""A BPMN diagram as SVG, drawn where the file's own diagram interchange puts everything, heat and badges on it."""

from ironcage.bpmn.drawing.overlay import Badge, Overlay
from ironcage.bpmn.drawing.picture import picture
from ironcage.bpmn.drawing.sketch import named, sketch

__all__ = ["Badge", "Overlay", "named", "picture", "sketch"]
