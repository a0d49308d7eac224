"""The small signs inside tasks, events and gateways. Source of their shapes: BPMN 2.0.2, chapters 7 and 10."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.drawing.svg import circle, path

if TYPE_CHECKING:
    from lxml.etree import _Element

_TASKS = {
    "userTask": "M5 14 v-2 a4 4 0 0 1 8 0 v2 z M9 1.5 a2.8 2.8 0 1 1 -0.01 0 z",
    "manualTask": "M1 6 h7 M8 4 h6 a1.2 1.2 0 0 1 0 2.4 h-4 M10 6.4 h5 a1.2 1.2 0 0 1 0 2.4 h-5"
    " M10 8.8 h4 a1.2 1.2 0 0 1 0 2.4 h-4"
    " M10 11.2 h3 a1.2 1.2 0 0 1 0 2.4 h-8 a4 4 0 0 1 -4 -4 v-3.6 l4 -4 a1.3 1.3 0 0 1 1.8 1.8 l-1.6 1.8",
    "serviceTask": "M8 5 a3 3 0 1 1 -0.01 0 z M8 1 v2 M8 13 v2 M1 8 h2 M13 8 h2"
    " M3 3 l1.4 1.4 M11.6 11.6 l1.4 1.4 M3 13 l1.4 -1.4 M11.6 4.4 l1.4 -1.4",
    "businessRuleTask": "M1 2 h14 v11 h-14 z M1 5.2 h14 M1 9.2 h14 M5.5 5.2 v7.8",
    "scriptTask": "M4 1 h9 c-4 4 4 6 0 12 h-9 c4 -5 -4 -8 0 -12 z M5 4 h5 M5.5 7 h5 M6.5 10 h5",
    "sendTask": "M1 3 h14 v10 h-14 z M1 3 l7 5 l7 -5",
    "receiveTask": "M1 3 h14 v10 h-14 z M1 3 l7 5 l7 -5",
}
_EVENTS = {
    "timer": "M0 -9 a9 9 0 1 1 -0.01 0 z M0 -6 v6 l4 2.5",
    "message": "M-8 -5 h16 v10 h-16 z M-8 -5 l8 6 l8 -6",
    "signal": "M0 -8 l8 13 h-16 z",
    "error": "M-7 7 l4 -13 l5 7 l5 -9 l-4 14 l-5 -7 z",
    "escalation": "M0 -9 l7 16 l-7 -7 l-7 7 z",
    "conditional": "M-6 -8 h12 v16 h-12 z M-4 -4 h8 M-4 0 h8 M-4 4 h8",
    "compensate": "M-8 0 l7 -6 v12 z M-1 0 l7 -6 v12 z",
    "cancel": "M-6 -6 L6 6 M6 -6 L-6 6",
    "multiple": "M0 -9 l9 6.5 l-3.5 10.5 h-11 l-3.5 -10.5 z",
    "parallelMultiple": "M-3 -9 h6 v6 h6 v6 h-6 v6 h-6 v-6 h-6 v-6 h6 z",
    "link": "M-8 -3 h9 v-4 l7 7 l-7 7 v-4 h-9 z",
}
_GATEWAYS = {
    "exclusiveGateway": "M-7 -8 L7 8 M7 -8 L-7 8",
    "parallelGateway": "M0 -11 V11 M-11 0 H11",
    "complexGateway": "M0 -11 V11 M-11 0 H11 M-8 -8 L8 8 M8 -8 L-8 8",
}


def task_sign(kind: str, x: float, y: float) -> list[_Element]:
    """Return the sign of a task of *kind* whose corner is at *x*, *y*."""
    drawn = _TASKS.get(kind)
    return [path(drawn, "sign", move=(x + 6, y + 5))] if drawn else []


def event_sign(event: str, x: float, y: float) -> list[_Element]:
    """Return the sign of an event whose middle is at *x*, *y*; *event* is its definition without the word event."""
    if event == "terminate":
        return [circle(x, y, 10, "full")]
    drawn = _EVENTS.get(event)
    return [path(drawn, "sign", move=(x, y))] if drawn else []


def gateway_sign(kind: str, x: float, y: float) -> list[_Element]:
    """Return the sign of a gateway whose middle is at *x*, *y*."""
    if kind == "inclusiveGateway":
        return [circle(x, y, 11, "bold")]
    if kind == "eventBasedGateway":
        return [circle(x, y, 13, "sign"), circle(x, y, 10, "sign")]
    drawn = _GATEWAYS.get(kind)
    return [path(drawn, "bold", move=(x, y))] if drawn else []


def data_sign(kind: str, x: float, y: float, width: float, height: float) -> list[_Element]:
    """Return a data object, a sheet with a corner turned down, or a data store, in the rectangle at *x*, *y*."""
    if kind.startswith("dataObject"):
        fold = min(12.0, width / 3)
        drawn = f"M0 0 h{width - fold:.1f} l{fold:.1f} {fold:.1f} V{height:.1f} H0 z"
        return [path(f"{drawn} M{width - fold:.1f} 0 v{fold:.1f} h{fold:.1f}", "sign", move=(x, y))]
    rim, radius = height / 6, width / 2
    lid = f"M0 {rim:.1f} a{radius:.1f} {rim:.1f} 0 0 0 {width:.1f} 0 a{radius:.1f} {rim:.1f} 0 0 0 {-width:.1f} 0"
    wall = f"v{height - 2 * rim:.1f} a{radius:.1f} {rim:.1f} 0 0 0 {width:.1f} 0 v{2 * rim - height:.1f}"
    return [path(f"{lid} {wall}", "sign", move=(x, y))]
