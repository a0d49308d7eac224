"""The figures of the service, for Prometheus."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Request
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from ironcage.messages import mark
from ironcage_console.api.call import ReadsMetrics
from ironcage_console.api.document import problems
from ironcage_console.api.opening import Opening
from ironcage_console.api.route import JsonRoute
from ironcage_console.metrics import registry_of

router = APIRouter(tags=["service"], route_class=JsonRoute)


class Figures(Response):
    """Figures as Prometheus reads them."""

    media_type = "text/plain"


@router.get(
    "/metrics",
    summary=mark("Figures for Prometheus"),
    response_class=Figures,
    responses=problems(),
)
def metrics(request: Request, call: ReadsMetrics) -> Figures:
    """Return what this process has done, and what waits in the database."""
    del call  # its key opens the figures
    figures = generate_latest(registry_of(cast("Opening", request.app.state.opening).engine))
    return Figures(figures, media_type=CONTENT_TYPE_PLAIN_0_0_4)
