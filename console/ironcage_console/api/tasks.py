"""Tasks: listed, claimed, released, completed, ended in an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from ironcage.messages import mark
from ironcage_console.api.call import DoesTasks, SeesTasks
from ironcage_console.api.document import SENT, problems
from ironcage_console.api.reply import Reply, shown
from ironcage_console.api.route import JsonRoute
from ironcage_console.api.shapes import CLEAN, Actor, Channel, Data, Name, Nothing, TaskBody

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=JsonRoute)

MOST = 1000
_REFUSALS = problems(*SENT, 404, 409)
_Wanted = Annotated[str | None, Query(max_length=1000, pattern=CLEAN)]


class TasksBody(BaseModel):
    """Open tasks, the first due first."""

    model_config = ConfigDict(extra="forbid")
    tasks: list[TaskBody]


class ActorBody(BaseModel):
    """Who takes a task, or gives it back."""

    model_config = ConfigDict(extra="forbid")
    actor: Annotated[str, Field(min_length=1, max_length=200, pattern=CLEAN)]


class CompleteBody(BaseModel):
    """What the work brings to the case."""

    model_config = ConfigDict(extra="forbid")
    data: Data = {}
    actor: Actor = None
    channel: Channel = None


class ErrorBody(CompleteBody):
    """The BPMN error a task ends in."""

    code: Annotated[Name, Field(description=mark("The code of the error, which the model may catch"))]
    escalation: Annotated[bool, Field(description=mark("Whether it is an escalation: the task stays open"))] = False


@router.get("", summary=mark("List open tasks"), response_model=TasksBody, responses=problems(404))
def tasks(
    call: SeesTasks,
    role: _Wanted = None,
    unit: _Wanted = None,
    case: _Wanted = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Reply:
    """Return the open tasks of a role, a unit and a case, the first due first."""
    if case is not None:
        call.check_process(case)
    found = call.engine.tasks(role=role, unit=unit, case=case, limit=limit, processes=call.key.processes)
    return Reply({"tasks": shown(found)})


@router.post("/{task:path}/claim", summary=mark("Take a task"), response_model=Nothing, responses=_REFUSALS)
def claim(task: Name, body: ActorBody, call: SeesTasks) -> Reply:
    """Give the task to an actor; claiming what one has already changes nothing."""
    call.check_process(task)
    call.engine.claim(task, body.actor)
    return Reply({})


@router.post("/{task:path}/release", summary=mark("Give a task back"), response_model=Nothing, responses=_REFUSALS)
def release(task: Name, body: ActorBody, call: SeesTasks) -> Reply:
    """Give the task back to all it is offered to."""
    call.check_process(task)
    call.engine.release(task, body.actor)
    return Reply({})


@router.post("/{task:path}/complete", summary=mark("Complete a task"), response_model=Nothing, responses=_REFUSALS)
def complete(task: Name, body: CompleteBody, call: DoesTasks) -> Reply:
    """Complete the task and take its case on to where it waits next."""
    call.check_process(task)

    def act() -> Reply:
        call.engine.complete(task, body.data, actor=body.actor, channel=call.channel(body.channel))
        return Reply({})

    return call.once(act)


@router.post("/{task:path}/fail", summary=mark("End a task in an error"), response_model=Nothing, responses=_REFUSALS)
def fail(task: Name, body: ErrorBody, call: DoesTasks) -> Reply:
    """End the task with a BPMN error, which the model may catch; uncaught, it ends the case as failed."""
    call.check_process(task)

    def act() -> Reply:
        call.engine.fail(
            task, body.code, body.data, escalation=body.escalation, actor=body.actor,
            channel=call.channel(body.channel),
        )  # fmt: skip
        return Reply({})

    return call.once(act)
