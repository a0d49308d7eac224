"""What several parts of the API take and show, described for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ironcage.messages import mark

CLEAN = r"^[^\x00]+$"
"""No database of ours and of others holds a NUL character."""

Name = Annotated[str, Field(max_length=1000, pattern=CLEAN)]
Process = Annotated[str, Field(max_length=1000, pattern=CLEAN, description=mark("The key of the process"))]
CaseKey = Annotated[str, Field(max_length=1000, pattern=CLEAN)]
CaseName = Annotated[str, Field(max_length=1000, pattern=CLEAN, description=mark("The name of the case, PROCESS/KEY"))]
Actor = Annotated[str | None, Field(max_length=200, pattern=CLEAN, description=mark("Who does it; it is recorded"))]
Channel = Annotated[
    str | None,
    Field(max_length=200, pattern=CLEAN, description=mark("By which channel it came; else the name of the API key")),
]
Data = Annotated[
    dict[str, object],
    Field(
        description=mark(
            "Case data. Numbers are decimal and exact; a date is written with its kind, for example $date and a text"
        )
    ),
]
Instant = datetime


class Nothing(BaseModel):
    """It is done; there is nothing to tell."""

    model_config = ConfigDict(extra="forbid")


class TaskBody(BaseModel):
    """A piece of work that is or was offered to people."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(description=mark("The name of the task, PROCESS/KEY/NUMBER"))]
    case: Annotated[str, Field(description=mark("The name of the case, PROCESS/KEY"))]
    element: str
    execution: int
    status: Annotated[str, Field(description=mark("offered, claimed, completed or withdrawn"))]
    role: str | None
    unit: str | None
    actor: str | None
    due_at: Instant | None
    is_overdue: bool
    offered_at: Instant
    claimed_at: Instant | None
    closed_at: Instant | None
    follow_up_at: Instant | None
    form: str | None


class WaitBody(BaseModel):
    """What an open case waits for beside the tasks of people."""

    model_config = ConfigDict(extra="forbid")
    kind: str
    element: str
    at: Instant | None
    name: str | None
    key: Annotated[str | None, Field(description=mark("The values a message must have, as JSON; null if any will do"))]


class EventBody(BaseModel):
    """A recorded fact of a case."""

    model_config = ConfigDict(extra="forbid")
    seq: int
    kind: str
    transition: str
    element: str
    execution: int
    actor: str | None
    role: str | None
    unit: str | None
    channel: str | None
    happened_at: Instant
    due_at: Instant | None
    facts: dict[str, object]
    payload: Annotated[object, Field(description=mark("What people wrote and personal data; null where it was erased"))]
    digest: str


class CaseBody(BaseModel):
    """A case as it stands."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(description=mark("The name of the case, PROCESS/KEY"))]
    process: str
    key: str
    version: int | None
    origin: str
    status: Annotated[str, Field(description=mark("open, completed, terminated, failed or cancelled"))]
    parent: str | None
    opened_at: Instant
    closed_at: Instant | None
    due_at: Instant | None
    is_overdue: bool
    incident: str | None
    variables: Data
    tasks: list[TaskBody]
    waits: list[WaitBody]
    events: Annotated[list[EventBody] | None, Field(description=mark("What was recorded, if that was asked for"))]
