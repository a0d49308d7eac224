"""Messages to one case, signals to all that wait for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ironcage.messages import mark
from ironcage_console.api.call import SendsMessages
from ironcage_console.api.document import SENT, problems
from ironcage_console.api.refusals import ReceiverMissingError, SignalToAllError
from ironcage_console.api.reply import Reply, shown
from ironcage_console.api.route import JsonRoute
from ironcage_console.api.shapes import Actor, CaseName, Channel, Data, Instant, Name

router = APIRouter(tags=["messages"], route_class=JsonRoute)

MOST_SECONDS = 366 * 86_400


class MessageBody(BaseModel):
    """A message to exactly one receiver."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[Name, Field(description=mark("The name of the message"))]
    data: Data = {}
    to: Annotated[CaseName | None, Field(description=mark("The case it is for, PROCESS/KEY"))] = None
    key: Annotated[list[object], Field(max_length=20, description=mark("The values by which the case is found"))] = []
    keep_seconds: Annotated[
        int, Field(ge=0, le=MOST_SECONDS, description=mark("How long to keep it where nothing waits for it"))
    ] = 0
    actor: Actor = None
    channel: Channel = None


class ReceiptBody(BaseModel):
    """What became of a message."""

    model_config = ConfigDict(extra="forbid")
    outcome: Annotated[str, Field(description=mark("received, started or kept"))]
    case: Annotated[str | None, Field(description=mark("The case that received it or was started by it"))]
    kept_until: Instant | None


class SignalBody(BaseModel):
    """A signal to all that wait for it."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[Name, Field(description=mark("The name of the signal"))]
    data: Data = {}


class ReceivedBody(BaseModel):
    """How many a signal went to."""

    model_config = ConfigDict(extra="forbid")
    received: int


@router.post(
    "/messages",
    summary=mark("Give a message to the one case that waits for it"),
    response_model=ReceiptBody,
    responses=problems(*SENT, 404, 409),
)
def message(body: MessageBody, call: SendsMessages) -> Reply:
    """Give the message to a case that waits for it, else to one that it starts; else keep it, if that is asked for."""
    if body.to is not None:
        call.check_process(body.to)
    elif call.key.processes:  # it could go to any process that waits for it, now or while it is kept
        raise ReceiverMissingError(key=call.key.name)

    def act() -> Reply:
        receipt = call.engine.message(
            body.name, body.data, to=body.to, key=body.key, ttl=timedelta(seconds=body.keep_seconds),
            actor=body.actor, channel=call.channel(body.channel),
        )  # fmt: skip
        return Reply(shown(receipt))

    return call.once(act)


@router.post(
    "/signals",
    summary=mark("Give a signal to all that wait for it"),
    response_model=ReceivedBody,
    responses=problems(*SENT, 409),
)
def signal(body: SignalBody, call: SendsMessages) -> Reply:
    """Give the signal to every case that waits for it, then to every process it starts a case of."""
    if call.key.processes:
        raise SignalToAllError(key=call.key.name)
    return call.once(lambda: Reply({"received": call.engine.signal(body.name, body.data)}))
