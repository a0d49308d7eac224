"""Rows as the hot statements read and write them, in the order of the columns of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ironcage.clock import Micros


class StoredCase(NamedTuple):
    """A row of the table ``cases``."""

    part: int
    id: bytes
    process: str
    key: str
    version: int | None
    """The version of the definition it runs on; None for an imported case."""
    origin: str
    """``engine`` or ``import``."""
    status: str
    """``open``, ``completed`` or ``terminated``."""
    seq: int
    """How many events it has."""
    head: bytes
    """The digest of the last of them."""
    state: bytes | None
    """What is alive in it; None for an imported case."""
    wake: Micros | None
    """When its earliest timer or deadline is due."""
    due: Micros | None
    """When the whole case is due."""
    opened: Micros
    closed: Micros | None
    incident: str | None
    """Why its wake-ups are stopped until somebody looks at it."""


class StoredTask(NamedTuple):
    """A row of the table ``tasks``."""

    part: int
    case: bytes
    wait: int
    process: str
    key: str
    element: str
    execution: int
    status: str
    """``offered``, ``claimed``, ``completed`` or ``withdrawn``."""
    role: str | None
    unit: str | None
    assignee: str | None
    """Whom the model gives it to; nobody else may act on it."""
    actor: str | None
    """The assignee, who has claimed it, or who completed it."""
    due: Micros | None
    offered: Micros
    claimed: Micros | None
    closed: Micros | None


class StoredJob(NamedTuple):
    """A row of the table ``jobs``: a service call that has not been answered yet."""

    part: int
    case: bytes
    wait: int
    service: str
    element: str
    execution: int
    attempts: int
    """How often it has been taken; an answer counts only from the latest."""
    run: Micros | None
    """When it may be taken next: at once, after a pause, or when the one who took it has had its time."""
    incident: str | None
    """Why it is not tried any more; then *run* is None."""
