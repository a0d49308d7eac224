"""Who is let in: the key that a request shows is looked at before anything else of the request is read."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, cast

from fastapi.params import Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from ironcage.messages import mark
from ironcage_console.api.refusals import NotAuthenticatedError, ScopeMissingError
from ironcage_console.keys import ApiKey, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request

    from ironcage_console.api.opening import Opening

bearer = HTTPBearer(auto_error=False, description=mark("An API key, made with: ironcage key add NAME --scope SCOPE"))


def scopes_of(endpoint: Callable[..., object]) -> tuple[str, ...] | None:
    """Return the scopes that a key must open for *endpoint*; None where it asks for no key."""
    for parameter in inspect.signature(endpoint, eval_str=True).parameters.values():
        for said in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(said, Security):
                return tuple(said.scopes or ())
    return None


async def admit(request: Request, scopes: Iterable[str]) -> ApiKey:
    """Return the key that *request* shows, if it opens all of *scopes*; nothing of the body is read.

    Raises:
        NotAuthenticatedError: there is no key, or it is none.
        ScopeMissingError: it does not open one of them.
    """
    shown = await bearer(request)
    key = await run_in_threadpool(_key, request, shown.credentials) if shown else None
    if key is None:
        raise NotAuthenticatedError
    for scope in scopes:
        if scope not in key.scopes:
            raise ScopeMissingError(key=key.name, scope=scope)
    return key


def _key(request: Request, shown: str) -> ApiKey | None:
    engine = cast("Opening", request.app.state.opening).engine()
    return key_of(engine.store, shown, engine.clock.now())
