"""The service: the API on a port, until a signal stops it."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import uvicorn

from ironcage.errors import SurroundingsError
from ironcage.logs import adopt
from ironcage.messages import mark
from ironcage_console.api.app import create
from ironcage_console.api.opening import Opening

if TYPE_CHECKING:
    from collections.abc import Callable

STOPPING_SECONDS = 30
"""How long what is under way may take when the service is stopped."""


class NotServingError(SurroundingsError):
    """The port is taken, or the address is not of this machine."""

    message = mark("The service cannot listen at {host}:{port}. Choose another address or port.")


def serve(url: str, host: str, port: int) -> None:
    """Serve the database at *url* until SIGTERM or SIGINT; it is waited for where it is not there yet.

    Raises:
        DatabaseAddressError, DatabaseMissingError: *url* names no database.
        NotServingError: nothing can listen there.
    """
    opening = Opening(url)
    opening.look()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn raises it once more when it has stopped
    server = server_of(opening, host, port)
    try:
        server.run()
    except SystemExit as error:
        if error.code:  # how uvicorn says that it could not start
            raise NotServingError(host=host, port=port) from error


def server_of(opening: Opening, host: str, port: int) -> uvicorn.Server:
    """Return a server that tells whoever waits for jobs when it stops."""
    stopping: list[Callable[[], bool]] = []
    app = create(opening, lambda: any(each() for each in stopping))
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=host, port=port, server_header=False, timeout_graceful_shutdown=STOPPING_SECONDS, ws="none"
        )
    )
    adopt("uvicorn.error")
    stopping.append(lambda: server.should_exit)
    return server
