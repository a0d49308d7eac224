"""How values look to people and to programs."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from ironcage.engine import IncidentView, TaskView
    from ironcage.messages import Text

STATUSES = (
    mark("open"),
    mark("offered"),
    mark("claimed"),
    mark("completed"),
    mark("withdrawn"),
    mark("terminated"),
    mark("failed"),
    mark("cancelled"),
)
"""How a case or a task can stand; the engine's own words are the messages."""


def when(instant: datetime | None, zone: tzinfo | None = None) -> str:
    """Return an instant as people read it, in *zone*, that of this machine for None; nothing for none."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S%z") if instant else ""


def task_heads() -> list[str]:
    """Return what stands above the columns of a list of tasks."""
    return [text("task"), text("element"), text("status"), text("role"), text("unit"), text("actor"), text("due"), ""]


def task_row(task: TaskView, names: Mapping[str, Text], zone: tzinfo | None = None) -> tuple[object, ...]:
    """Return the columns of one task, its instants in *zone*; *names* tells what its element is called."""
    return (
        task.name,
        names.get(task.element, task.element),
        text(task.status),
        task.role,
        task.unit,
        task.actor,
        when(task.due_at, zone),
        text("overdue") if task.is_overdue else "",
    )


def incident_document(incident: IncidentView) -> dict[str, object]:
    """Return what programs are told of something that is stopped."""
    return {
        "case": incident.case,
        "element": incident.element,
        "job": incident.job,
        "kind": incident.kind,
        "reason": incident.reason,
    }


def span(micros: int) -> str:
    """Return a time span as days, hours, minutes or seconds, whichever says it best."""
    seconds = micros / 1_000_000
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if abs(seconds) >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"


def jsonable(value: object) -> object:
    """Return *value* as what JSON knows: dataclasses as objects, instants in ISO 8601, bytes in hexadecimal."""
    if is_dataclass(value):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in _items(value)]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    return value


def _items(value: Iterable[object]) -> Iterable[object]:
    return value
