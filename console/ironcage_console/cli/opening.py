"""Opens what a command works on."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage.settings import database
from ironcage_console.cli.output import visible

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from ironcage.clock import Clock
    from ironcage.engine import Engine
    from ironcage.store import Store
    from ironcage.values import Context


class DataOptionError(UsageError):
    """``--data`` is JSON, but not an object."""

    message = mark("--data must be a JSON object, for example {example}.")


@contextmanager
def opened_store(arguments: Namespace, *, create: bool = False) -> Iterator[Store]:
    """Open the database that was named; with *create*, make it where there is none."""
    from ironcage.store import Store  # noqa: PLC0415  (SQLAlchemy is slow to load)

    store = Store.open(database(arguments.db), create=create)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened_engine(arguments: Namespace, *, create: bool = False, clock: Clock | None = None) -> Iterator[Engine]:
    """Open an engine on the database that was named; in the end, plugins that failed are named beside the output."""
    from ironcage.engine import Engine  # noqa: PLC0415

    with opened_store(arguments, create=create) as store, watched(Engine(store, clock)) as engine:
        yield engine


@contextmanager
def watched(engine: Engine) -> Iterator[Engine]:
    """Yield *engine*; in the end, its plugins that failed are named beside the output."""
    try:
        yield engine
    finally:
        for broken in engine.plugins.broken:
            said = text("Plugin {plugin} could not be used: {why}", plugin=broken.plugin, why=broken.why)
            print(visible(said), file=sys.stderr)


def case_data(data: str | None) -> Context:
    """Return the case data given on the command line; none for none.

    Raises:
        JsonTextError: *data* is not JSON.
        DataOptionError: it is something else than an object.
    """
    from ironcage.values import from_json  # noqa: PLC0415

    read = from_json(data) if data else {}
    if not isinstance(read, dict):
        raise DataOptionError(example='{"queue": "parks"}')
    return read
