"""How a request is read: its key first, then the rest of it within a limit, its JSON by our own reader.

It is answered in the language that it asks for.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ironcage.errors import IroncageError
from ironcage.messages import speaking
from ironcage.values import JsonTextError, from_json
from ironcage_console.api.admission import admit, scopes_of
from ironcage_console.api.language import language_of
from ironcage_console.api.problems import fault
from ironcage_console.api.refusals import BodyTooLargeError, MediaTypeError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.responses import Response
    from starlette.types import Message, Receive

MOST_BYTES = 1_000_000
"""A longer body is not read."""
_FORESEEN = (IroncageError, HTTPException, RequestValidationError)


class JsonRequest(Request):
    """A request whose JSON is read as case data: exact decimals, every name once, not too deep."""

    async def json(self) -> Any:
        """Return the body as a value."""
        body = await self.body()
        try:
            return await run_in_threadpool(from_json, body.decode())  # a large one would hold up every other request
        except UnicodeDecodeError as error:
            raise JsonTextError("", 0, error.reason) from error


class JsonRoute(APIRoute):
    """A route of the API."""

    most_bytes = MOST_BYTES

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer, scopes = super().get_route_handler(), scopes_of(self.endpoint)

        async def handle(request: Request) -> Response:
            read = JsonRequest(request.scope, _within(request.receive, self.most_bytes))
            with speaking(language_of(request)):
                try:
                    if scopes is not None:
                        read.state.key = await admit(read, scopes)
                    if read.method == "POST" and self.body_field:
                        await _check(read, self.most_bytes)
                    return await answer(read)
                except _FORESEEN:
                    raise
                except Exception as error:  # noqa: BLE001 - the server would write it down with what it quotes
                    return fault(read, error)

        return handle


async def _check(request: Request, most: int) -> None:
    """Read the body, within the limit, and note its digest: by that it is known if it comes again."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise BodyTooLargeError(most=most)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise MediaTypeError
    asked = f"{request.url.path}\n".encode() + await request.body()
    request.state.digest = hashlib.sha256(asked).digest()


def _within(receive: Receive, most: int) -> Receive:
    """Return *receive* for at most *most* bytes, whatever the header says."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise BodyTooLargeError(most=most)
        return message

    return limited
