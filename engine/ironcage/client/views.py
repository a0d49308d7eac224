"""What the service shows, as values of Python; instants are aware, numbers are decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from ironcage.values import Context, Value


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work that is offered to people."""

    name: str
    """``PROCESS/KEY/NUMBER``."""
    case: str
    element: str
    status: str
    role: str | None
    unit: str | None
    actor: str | None
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands."""

    name: str
    """``PROCESS/KEY``."""
    status: str
    variables: Mapping[str, Value]
    tasks: tuple[Task, ...]
    incident: str | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message."""

    outcome: str
    """``received``, ``started`` or ``kept``."""
    case: str | None
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was fetched, and that nobody else gets before its time is over."""

    name: str
    """``PROCESS/KEY/NUMBER``."""
    case: str
    element: str
    topic: str
    attempt: int
    """The number of the attempt; it grows with time, and none is given out twice."""
    key: str
    """Stable over repetitions: whoever is asked twice with it is asked for one thing."""
    locked_until: datetime
    variables: Mapping[str, Value]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing that is wrong with a file."""

    file: str
    line: int
    """From 1; 0 where the fault has no line."""
    column: int
    element: str
    level: str
    """``error``, ``warning`` or ``advice``."""
    rule: str
    what: str
    mend: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column, self.element) if part)
        return f"{place}: {self.what} {self.mend} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did, or would do."""

    process: str
    version: int | None
    """None where the files were only checked."""
    is_new: bool
    faults: tuple[FileFault, ...]
    """Warnings and advice."""


def deployed_of(said: Context) -> Deployed:
    """Return the deployment that the service tells of."""
    version = said["version"]
    return Deployed(
        _text(said["process"]),
        None if version is None else int(cast("Decimal", version)),
        said["new"] is True,
        faults_of(contexts(said["faults"])),
    )


def faults_of(said: list[Context]) -> tuple[FileFault, ...]:
    """Return the faults that the service tells of."""
    return tuple(
        FileFault(
            _text(each["file"]), int(cast("Decimal", each["line"])), int(cast("Decimal", each["column"])),
            *(_text(each[name]) for name in ("element", "level", "rule", "what", "mend")),
        )
        for each in said
    )  # fmt: skip


def task_of(said: Context) -> Task:
    """Return the task that the service tells of."""
    return Task(
        _text(said["name"]),
        _text(said["case"]),
        _text(said["element"]),
        _text(said["status"]),
        _maybe(said["role"]),
        _maybe(said["unit"]),
        _maybe(said["actor"]),
        _instant(said["due_at"]),
        said["is_overdue"] is True,
    )


def case_of(said: Context) -> Case:
    """Return the case that the service tells of."""
    return Case(
        _text(said["name"]),
        _text(said["status"]),
        context(said["variables"]),
        tuple(task_of(task) for task in contexts(said["tasks"])),
        _maybe(said["incident"]),
        cast("datetime", _instant(said["opened_at"])),
        _instant(said["closed_at"]),
        _instant(said["due_at"]),
    )


def receipt_of(said: Context) -> Receipt:
    """Return the receipt that the service gives."""
    return Receipt(_text(said["outcome"]), _maybe(said["case"]), _instant(said["kept_until"]))


def job_of(said: Context) -> Job:
    """Return the job that the service hands over."""
    return Job(
        _text(said["name"]),
        _text(said["case"]),
        _text(said["element"]),
        _text(said["topic"]),
        int(cast("Decimal", said["attempt"])),
        _text(said["key"]),
        cast("datetime", _instant(said["locked_until"])),
        context(said["variables"]),
        {name: _text(header) for name, header in context(said["headers"]).items()},
    )


def context(said: Value) -> Context:
    """Return an object of the answer."""
    return cast("Context", said)


def contexts(said: Value) -> list[Context]:
    """Return a list of objects of the answer."""
    return cast("list[Context]", said)


def _text(said: Value) -> str:
    return cast("str", said)


def _maybe(said: Value) -> str | None:
    return cast("str | None", said)


def _instant(said: Value) -> datetime | None:
    return None if said is None else datetime.fromisoformat(_text(said))
