"""What people and programs are shown of cases and tasks; instants are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from ironcage.migration import Remark
    from ironcage.record import Event
    from ironcage.values import Context


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened."""

    latitude: int
    """In units of 1e-7 degree."""
    longitude: int
    crs: str = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class TaskView:
    """A piece of work that is or was offered to people."""

    name: str
    """``PROCESS/KEY/NUMBER``."""
    case: str
    """``PROCESS/KEY``."""
    element: str
    execution: int
    status: str
    """``offered``, ``claimed``, ``completed`` or ``withdrawn``."""
    role: str | None
    unit: str | None
    actor: str | None
    due_at: datetime | None
    is_overdue: bool
    offered_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    follow_up_at: datetime | None
    """When somebody means to look at it again."""
    form: str | None
    """The key of the form it is filled in by."""


@dataclass(frozen=True, slots=True)
class WaitView:
    """What an open case waits for beside the tasks of people."""

    kind: str
    """``timer``, ``deadline``, ``job``, ``script``, ``message``, ``signal``, ``condition`` or ``call``."""
    element: str
    at: datetime | None
    """When a timer fires; for a deadline, the due instant."""
    name: str | None
    """The name of a message or a signal, the name of a called case."""
    key: str | None
    """The values a message must have, as JSON; None if any will do."""


@dataclass(frozen=True, slots=True)
class ScopeView:
    """A sub-process at work, or an activity with data of its own."""

    element: str
    execution: int
    inside: str
    """The element around it: another sub-process, or the process."""
    variables: Context
    """Its own variables."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it stands."""

    name: str
    """``PROCESS/KEY``."""
    process: str
    key: str
    version: int | None
    origin: str
    """``engine`` or ``import``."""
    status: str
    """``open``, ``completed``, ``terminated``, ``failed`` or ``cancelled``."""
    parent: str | None
    """The case that called it."""
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    zone: tzinfo | None
    """The time zone of the process; None for an imported case."""
    incident: str | None
    variables: Context
    """Empty when the case is over."""
    tasks: tuple[TaskView, ...]
    """Every task, open and closed, in the order they were offered."""
    waits: tuple[WaitView, ...]
    """What else it waits for."""
    scopes: tuple[ScopeView, ...]
    """The sub-processes at work in it, and the activities with data of their own."""
    events: tuple[Event, ...]
    payloads: Mapping[int, str]
    """The payloads that have not been erased, by event number: JSON."""
    archive: str | None = None
    """The bundle of an archive that holds tasks, events and payloads; None where they are here."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job that a worker outside has fetched."""

    name: str
    """``PROCESS/KEY/NUMBER``."""
    case: str
    """``PROCESS/KEY``."""
    element: str
    topic: str
    attempt: int
    """The number of the attempt, which whoever answers says; it grows with time, and none is given out twice."""
    worker: str
    key: str
    """Stable over repetitions: whoever is asked twice with it is asked for one thing."""
    locked_until: datetime
    """Until then nobody else gets it."""
    variables: Context
    """The case data as they were when it was fetched."""
    headers: Mapping[str, str]
    """What the model says beside the data."""


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One time that a job was taken."""

    attempt: int
    worker: str | None
    """Who took it; None for the engine itself."""
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    """``done``, ``thrown``, ``failed``, ``lost`` or ``withdrawn``; None while it is under way."""
    error: str | None
    """Why it failed, in the reader's language."""


@dataclass(frozen=True, slots=True)
class IncidentView:
    """Something that is stopped until somebody looks at it."""

    case: str
    """``PROCESS/KEY``; only the process where a case was to begin."""
    element: str | None
    """The task whose job or script is stopped, or the timer that was to begin a case.

    None where the wake-ups of the case are stopped, or something on its way to it or from it.
    """
    reason: str
    """The sentence of the error, in the reader's language; of one that is not ours, its kind before it."""
    kind: str
    """The kind of the error, in a word for programs."""
    job: str | None = None
    """The name of the job that is stopped, ``PROCESS/KEY/NUMBER``."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment did."""

    process: str
    version: int
    digest: bytes
    is_new: bool
    """Whether a version was made; the same files again are the version that is there."""


@dataclass(frozen=True, slots=True)
class Woken:
    """What a round of wake-ups did."""

    steps: int
    incidents: tuple[str, ...]
    """The cases whose step failed."""
    delivered: int = 0
    """How much of what cases had sent each other was delivered."""
    expired: int = 0
    """How many messages were kept in vain; they are among the incidents now."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message."""

    outcome: str
    """``received``, ``started`` or ``kept``."""
    case: str | None
    """The case that received it or was started by it, ``PROCESS/KEY``."""
    kept_until: datetime | None
    """When it is given up, if it was kept."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an order erased, and what it could not reach."""

    payloads: int
    variables: tuple[str, ...]
    """Personal variables of the live case that were set to null."""
    remaining: tuple[str, ...]
    """Sentences: what could not be erased, and where it lies."""


@dataclass(frozen=True, slots=True)
class MigratedCase:
    """What becomes of one case."""

    case: str
    """``PROCESS/KEY``."""
    outcome: str
    """``migrates`` (in a plan), ``migrated``, ``refused``; ``undone`` or ``left`` when a migration is undone."""
    changes: tuple[Remark, ...]
    """What changes for what it waits for."""
    reasons: tuple[Remark, ...]
    """Why it cannot be moved."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Cases of one version of a process that go on on another, or would."""

    id: str | None
    """By which it can be undone; None for a plan."""
    process: str
    before: int
    after: int
    renamed: Mapping[str, str]
    """The elements that have another id in the new version, by the old one."""
    gone: tuple[str, ...]
    """The elements that nothing stands for in the new version."""
    added: tuple[str, ...]
    """The elements that stand for nothing in the old version."""
    counts: Mapping[str, int]
    """How many cases each outcome has."""
