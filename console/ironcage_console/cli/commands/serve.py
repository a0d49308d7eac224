"""``ironcage serve``: the REST API, until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import ExtraMissingError
from ironcage.messages import mark, text
from ironcage.settings import database
from ironcage_console.cli.counts import port

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


class ConsoleMissingError(ExtraMissingError):
    """The extra is not installed."""

    message = mark("The REST API needs more packages. Install them with: pip install 'ironcage[console]'")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H", help=text("address to listen at; this machine only by default")
    )
    parser.add_argument("--port", type=port, default=8000, metavar="P", help=text("port to listen at; 8000 by default"))


def run(arguments: Namespace, output: Output) -> int:
    """Serve until SIGTERM or Ctrl-C; what is under way is finished first, and nobody is kept waiting for jobs."""
    try:
        from ironcage_console.api.serving import serve  # noqa: PLC0415 - loads FastAPI
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("ironcage"):
            raise
        raise ConsoleMissingError from error
    output.say(text("Serving at http://{host}:{port}; Ctrl-C stops.", host=arguments.host, port=arguments.port))
    serve(database(arguments.db), arguments.host, arguments.port)
    return 0
