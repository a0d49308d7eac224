"""The shipped process of a city's service requests, in the words of its features."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ironcage.clock import micros

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.engine import CaseView, Engine, TaskView

PROCESS = Path(__file__).parents[2] / "processes" / "service_request"
CITY = ZoneInfo("America/New_York")


def instant(written: str) -> datetime:
    """Return the instant that a clock on the wall of the city shows so."""
    return datetime.fromisoformat(written).replace(tzinfo=CITY)


def moment(written: str) -> Micros:
    """Return the same in microseconds."""
    return micros(instant(written))


def case(engine: Engine, key: str) -> CaseView:
    """Return the request of that number."""
    return engine.case(f"service_request/{key}")


def task(engine: Engine, key: str, element: str) -> TaskView:
    """Return the newest task of an element of the request."""
    return [task for task in case(engine, key).tasks if task.element == element][-1]
