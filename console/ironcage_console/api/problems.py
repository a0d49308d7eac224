"""Every error as a problem (RFC 9457): its type, its status, and its sentence in the language of the reader.

The type of a problem is the name of the error's class, so programs go by it; what the sentence tells, they find in
``facts``. What failed around us is told in general only. The log of the service says under the number that the problem
names what kind of error it was and where in the program: its sentence may quote a case, so nobody reads it there.
"""

from __future__ import annotations

import re
import traceback
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ironcage.definitions import DataRefusedError
from ironcage.errors import IroncageError, NotFoundError, RefusedError, SurroundingsError, UsageError
from ironcage.faults import FaultyError
from ironcage.logs import Happening, kind_of, log
from ironcage.messages import mark, speaking, text
from ironcage.values import JsonTextError, NotAValueError
from ironcage_console.api.language import language_of
from ironcage_console.api.refusals import (
    BodyTooLargeError,
    KeyReusedError,
    MediaTypeError,
    NotAuthenticatedError,
    ProcessMissingError,
    ReceiverMissingError,
    ScopeMissingError,
    SignalToAllError,
    TopicMissingError,
)
from ironcage_console.api.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from fastapi import FastAPI
    from starlette.responses import Response

    from ironcage.faults import Fault

RETRY_SECONDS = 5
"""When to ask again after the surroundings failed."""
TYPE = "urn:ironcage:problem:"

STATUSES: tuple[tuple[type[IroncageError], int], ...] = (
    (JsonTextError, 400),
    (NotAuthenticatedError, 401),
    (ScopeMissingError, 403),
    (TopicMissingError, 403),
    (ProcessMissingError, 403),
    (ReceiverMissingError, 403),
    (SignalToAllError, 403),
    (BodyTooLargeError, 413),
    (MediaTypeError, 415),
    (DataRefusedError, 422),
    (NotAValueError, 422),
    (FaultyError, 422),
    (KeyReusedError, 422),
    (UsageError, 400),
    (NotFoundError, 404),
    (RefusedError, 409),
    (SurroundingsError, 503),
)
"""The status of an error: that of the first kind in this list that it is of. Anything else is 500."""

TITLES = {
    400: mark("The request cannot be understood"),
    401: mark("Not authenticated"),
    403: mark("Not allowed"),
    404: mark("Not found"),
    405: mark("Not possible here"),
    409: mark("Refused as things stand"),
    413: mark("Too large"),
    415: mark("Not JSON"),
    422: mark("The data do not fit"),
    500: mark("A fault of the service"),
    503: mark("Not available now"),
}
"""What each status means, whatever the problem."""

_INVALID = {
    "missing": mark("is missing"),
    "extra_forbidden": mark("is not known here"),
    "string_too_short": mark("is too short"),
    "string_too_long": mark("is too long"),
    "greater_than_equal": mark("is too small"),
    "less_than_equal": mark("is too large"),
    "too_long": mark("has too many entries"),
    "too_short": mark("has too few entries"),
}
"""What is wrong with a part of a request, by the name that Pydantic gives it."""
_UNFIT = mark("is not what is expected here")
_HIDDEN = mark(
    "The service could not do this; nothing is known to have been done. Try again later. Its operators find the reason "
    "in the log under {number}."
)
_BARE = {
    404: ("unknown-address", mark("There is nothing at this address.")),
    405: ("method-not-allowed", mark("This address does not take {method}.")),
}
"""What a request meets that comes to none of our addresses: the type, and the sentence."""


def answer_errors(app: FastAPI) -> None:
    """Let *app* answer every error with a problem."""
    for kind, handler in (
        (IroncageError, _designed),
        (RequestValidationError, _invalid),
        (HTTPException, _bare),
        (Exception, _unforeseen),
    ):
        app.add_exception_handler(kind, cast("Callable[[Request, Exception], Awaitable[Response]]", handler))


def type_of(error: type[Exception]) -> str:
    """Return the type of the problem that *error* is: ``urn:ironcage:problem:task-claimed`` for TaskClaimedError."""
    name = error.__name__.removesuffix("Error")
    return TYPE + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def status_of(error: type[Exception]) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in STATUSES if issubclass(error, kind)), 500)


def faults_of(faults: Iterable[Fault]) -> list[dict[str, object]]:
    """Return *faults* as the API shows them, in the reader's language."""
    return [
        {
            "file": fault.file, "line": fault.line, "column": fault.column, "element": fault.element,
            "level": fault.level.value, "rule": fault.rule, "what": fault.sentence(), "mend": fault.advice(),
        }
        for fault in faults
    ]  # fmt: skip


async def _designed(request: Request, error: IroncageError) -> Reply:
    status = status_of(type(error))
    if status >= 500:
        return _hidden(request, error, status)
    with speaking(language_of(request)):
        facts = {name: str(value) for name, value in error.fields.items() if isinstance(value, str | int)}
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        kind, more = type_of(type(error)), {"facts": facts}
        if isinstance(error, FaultyError):
            return _problem(status, kind, error.summary(), more | {"faults": faults_of(error.faults)})
        return _problem(status, kind, error.in_a_request(), more, headers)


async def _invalid(request: Request, error: RequestValidationError) -> Reply:
    with speaking(language_of(request)):
        errors = [
            {
                "where": ".".join(map(str, each["loc"])),
                "detail": text(_INVALID.get(str(each["type"]), _UNFIT)),
            }
            for each in error.errors()
        ]
        told = text(
            "The request does not fit: {faults}", faults="; ".join(f"{e['where']} {e['detail']}" for e in errors)
        )
        return _problem(422, TYPE + "invalid-request", told, {"errors": errors})


async def _bare(request: Request, error: HTTPException) -> Reply:
    if isinstance(error.__cause__, IroncageError):  # FastAPI wraps what the reading of a body raises
        return await _designed(request, error.__cause__)
    with speaking(language_of(request)):
        status = error.status_code if error.status_code in TITLES else 400
        kind, told = _BARE.get(status, ("http", TITLES[status]))
        return _problem(status, TYPE + kind, text(told, method=request.method), {}, error.headers)


async def _unforeseen(request: Request, error: Exception) -> Reply:
    return fault(request, error)


def fault(request: Request, error: Exception) -> Reply:
    """Return what is answered to an error that nobody foresaw."""
    return _hidden(request, error, 500)


def _hidden(request: Request, error: Exception, status: int) -> Reply:
    number = str(uuid.uuid4())
    endpoint = request.scope.get("endpoint")  # for the address may name anything
    log(
        Happening.REQUEST_FAILED,
        number=number, operation=getattr(endpoint, "__name__", None), error=kind_of(error), place=_place(error),
    )  # fmt: skip
    kind = TYPE + ("not-available" if status == 503 else "fault")
    with speaking(language_of(request)):
        headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
        told = text(_HIDDEN, number=number)
        return _problem(status, kind, told, {"instance": f"urn:uuid:{number}"}, headers)


def _place(error: Exception) -> str:
    """Return where in the program *error* was raised."""
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{Path(last.filename).name}:{last.lineno} {last.name}"


def _problem(
    status: int,
    kind: str,
    detail: str,
    more: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> Reply:
    content = {"type": kind, "title": text(TITLES[status]), "status": status, "detail": detail, **more}
    return Reply(content, status, headers, media_type="application/problem+json")
