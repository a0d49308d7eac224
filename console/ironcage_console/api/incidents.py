"""Incidents: what is stopped until somebody looks at it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ironcage.messages import mark
from ironcage_console.api.call import MendsIncidents
from ironcage_console.api.document import problems
from ironcage_console.api.reply import Reply, shown
from ironcage_console.api.route import JsonRoute
from ironcage_console.api.shapes import Name, Nothing

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=JsonRoute)


class IncidentBody(BaseModel):
    """Something that is stopped."""

    model_config = ConfigDict(extra="forbid")
    case: Annotated[str, Field(description=mark("The name of the case; the process alone where a case was to begin"))]
    element: str | None
    reason: str
    kind: Annotated[str, Field(description=mark("The kind of the error, in a word for programs"))]
    job: Annotated[str | None, Field(description=mark("The job that is stopped, PROCESS/KEY/NUMBER; null for others"))]


class IncidentsBody(BaseModel):
    """All that is stopped."""

    model_config = ConfigDict(extra="forbid")
    incidents: list[IncidentBody]


@router.get("", summary=mark("List what is stopped"), response_model=IncidentsBody, responses=problems())
def incidents(call: MendsIncidents) -> Reply:
    """Return what is stopped until somebody looks at it."""
    found = [each for each in call.engine.incidents() if call.key.may_touch(each.case.partition("/")[0])]
    return Reply({"incidents": shown(found)})


@router.post(
    "/{case:path}/retry",
    summary=mark("Let what is stopped go on"),
    response_model=Nothing,
    responses=problems(404, 409),
)
def retry(case: Name, call: MendsIncidents) -> Reply:
    """Let what is stopped of a case, or of what begins the cases of a process, go on."""
    call.check_process(case)
    call.engine.retry(case)
    return Reply({})
