"""Whether the service lives, and whether it can work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from ironcage.messages import mark
from ironcage.store import schema
from ironcage_console.api.document import problems
from ironcage_console.api.reply import Reply
from ironcage_console.api.route import JsonRoute

if TYPE_CHECKING:
    from ironcage_console.api.opening import Opening

router = APIRouter(tags=["service"], route_class=JsonRoute)


class HealthBody(BaseModel):
    """How the service is."""

    model_config = ConfigDict(extra="forbid")
    status: Annotated[str, Field(description=mark("ok"))]


@router.get("/health", summary=mark("Whether the service lives"), response_model=HealthBody)
async def health() -> Reply:
    """Say that the process answers; nothing is asked of the database."""
    return Reply({"status": "ok"})


@router.get("/ready", summary=mark("Whether the service can work"), response_model=HealthBody, responses=problems())
def ready(request: Request) -> Reply:
    """Say that the database answers and has the schema of this release."""
    store = cast("Opening", request.app.state.opening).engine().store
    with store.reading() as connection:
        schema.check(connection, store.place)
    return Reply({"status": "ok"})
