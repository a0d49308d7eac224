"""What a log is made from: cases, and the events of each in order, wherever they come from."""

from __future__ import annotations

from typing import NamedTuple

from ironcage.clock import Micros  # noqa: TC001 - a field of a NamedTuple


class LogCase(NamedTuple):
    """One case, without what its events say."""

    process: str
    key: str
    version: int | None
    origin: str
    closed_us: Micros | None = None
    """When it was closed, for a log that has no event of it."""

    @property
    def id(self) -> str:
        """The case as rules name it: ``process/key``."""
        return f"{self.process}/{self.key}"


class LogEvent(NamedTuple):
    """One event of a case: the columns of the view ``ev``, then what else the views are made from, and its digest."""

    seq: int
    kind: str
    transition: str
    element: str
    execution: int
    actor: str | None
    role: str | None
    unit: str | None
    t_us: Micros
    recorded_us: Micros | None
    local_day: int
    local_weekday: int
    local_hour: int
    due_us: Micros | None = None
    channel: str | None = None
    latitude_e7: int | None = None
    longitude_e7: int | None = None
    crs: str | None = None
    facts: str | None = None
    digest: bytes = b""
    definition: str | None = None
    """``key@version sha256:...``, where the event says on which version the case goes on."""


class Step(NamedTuple):
    """An element of one version of a process definition: a row of the view ``model_step``."""

    process: str
    version: int
    element: str
    kind: str
    name: str
    lane: str | None
    mandatory: int


class Separation(NamedTuple):
    """Two activities that must not share an actor: a row of the view ``separation``."""

    process: str
    version: int
    element: str
    other: str
