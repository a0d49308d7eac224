"""The API put together."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from ironcage_console.api import cases, deployments, health, incidents, jobs, messages, metrics, tasks
from ironcage_console.api.document import document, operation_of
from ironcage_console.api.problems import answer_errors
from ironcage_console.api.reply import Reply
from ironcage_console.api.route import JsonRoute

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ironcage_console.api.opening import Opening

ROOT = "/api/v1"


def create(opening: Opening, is_stopping: Callable[[], bool] = lambda: False) -> FastAPI:
    """Return the API on the database of *opening*, which is closed with the service.

    Who waits for jobs is answered as soon as *is_stopping* says so.
    """

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        opening.close()

    app = FastAPI(
        openapi_url=None,
        docs_url=None,  # its page would come from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=living,
        generate_unique_id_function=operation_of,
    )
    app.state.opening, app.state.is_stopping, app.state.waiting = opening, is_stopping, 0
    app.state.judging = asyncio.Lock()
    root = APIRouter(prefix=ROOT)
    for part in (cases, tasks, messages, jobs, incidents, deployments):
        root.include_router(part.router)
    app.include_router(root)
    for part in (health, metrics):
        app.include_router(part.router)
    answer_errors(app)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    described = APIRouter(tags=["service"], route_class=JsonRoute)

    @described.get(f"{ROOT}/openapi.json", include_in_schema=False)
    async def openapi() -> Reply:
        """Return the description of the API in the language asked for."""
        return Reply(json.dumps(document(app), ensure_ascii=False))

    app.include_router(described)
