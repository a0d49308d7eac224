"""Cases: begun, shown, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from ironcage.clock import instant
from ironcage.engine import Place
from ironcage.messages import mark
from ironcage.values import from_json
from ironcage_console.api.call import ReadsCases, WritesCases
from ironcage_console.api.document import SENT, problems
from ironcage_console.api.reply import Reply, shown
from ironcage_console.api.route import JsonRoute
from ironcage_console.api.shapes import Actor, CaseBody, CaseKey, Channel, Data, Name, Nothing, Process

if TYPE_CHECKING:
    from ironcage.engine import CaseView
    from ironcage.record import Event

router = APIRouter(prefix="/cases", tags=["cases"], route_class=JsonRoute)


class PlaceBody(BaseModel):
    """Where something happened."""

    model_config = ConfigDict(extra="forbid")
    latitude: Annotated[int, Field(ge=-900_000_000, le=900_000_000, description=mark("In units of 1e-7 degree"))]
    longitude: Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000, description=mark("In units of 1e-7 degree"))]
    crs: Annotated[str, Field(min_length=1, max_length=100)] = "EPSG:4326"


class StartBody(BaseModel):
    """A case to begin."""

    model_config = ConfigDict(extra="forbid")
    process: Process
    key: Annotated[CaseKey | None, Field(description=mark("The key of the case; one is made if none is given"))] = None
    data: Data = {}
    at: Annotated[str | None, Field(max_length=1000, description=mark("What begins it, where several things can"))] = (
        None
    )
    actor: Actor = None
    channel: Channel = None
    place: PlaceBody | None = None


class StartedBody(BaseModel):
    """The case that was begun."""

    case: Annotated[str, Field(description=mark("The name of the case, PROCESS/KEY"))]


class CancelBody(BaseModel):
    """Why a case is ended."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[
        str, Field(min_length=1, max_length=10_000, description=mark("Why it is cancelled; it is recorded"))
    ]
    actor: Actor = None
    channel: Channel = None


@router.post(
    "", summary=mark("Start a case"), status_code=201, response_model=StartedBody, responses=problems(*SENT, 404, 409)
)
def start(body: StartBody, call: WritesCases) -> Reply:
    """Start a case of the newest version of a process."""
    call.check_process(body.process)
    place = Place(body.place.latitude, body.place.longitude, body.place.crs) if body.place else None

    def act() -> Reply:
        case = call.engine.start(
            body.process, body.data, key=body.key, actor=body.actor, channel=call.channel(body.channel), place=place,
            at=body.at,
        )  # fmt: skip
        return Reply({"case": case}, 201)

    return call.once(act)


@router.get("/{process}/{key:path}", summary=mark("Show a case"), response_model=CaseBody, responses=problems(404))
def show(
    process: Name,
    key: Name,
    call: ReadsCases,
    events: Annotated[bool, Query(description=mark("Show what was recorded, too"))] = False,
) -> Reply:
    """Show the case as it stands."""
    call.check_process(process)
    return Reply(_document(call.engine.case(f"{process}/{key}"), events=events))


@router.post(
    "/{process}/{key:path}/cancel",
    summary=mark("Cancel a case"),
    response_model=Nothing,
    responses=problems(*SENT, 404, 409),
)
def cancel(process: Name, key: Name, body: CancelBody, call: WritesCases) -> Reply:
    """End the case, and the cases it called, for a reason that is recorded."""
    call.check_process(process)

    def act() -> Reply:
        name = f"{process}/{key}"
        call.engine.cancel(name, body.reason, actor=body.actor, channel=call.channel(body.channel))
        return Reply({})

    return call.once(act)


def _document(case: CaseView, *, events: bool) -> dict[str, object]:
    document = {name: getattr(case, name) for name in CaseBody.model_fields if name != "events"}
    document = {name: value if name == "variables" else shown(value) for name, value in document.items()}
    recorded = [_event(event, case.payloads.get(event.seq)) for event in case.events] if events else None
    return {**document, "events": recorded}


def _event(event: Event, payload: str | None) -> dict[str, object]:
    return {
        "seq": event.seq,
        "kind": event.kind,
        "transition": event.transition,
        "element": event.element,
        "execution": event.execution,
        "actor": event.actor,
        "role": event.role,
        "unit": event.unit,
        "channel": event.channel,
        "happened_at": instant(event.happened).isoformat(),
        "due_at": None if event.due is None else instant(event.due).isoformat(),
        "facts": from_json(event.facts) if event.facts else {},
        "payload": from_json(payload) if payload else None,
        "digest": event.digest.hex(),
    }
