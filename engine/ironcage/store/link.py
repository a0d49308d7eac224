"""The link to a PostgreSQL server, and what is asked of both of its ends so that nobody waits for ever."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event

from ironcage.errors import ExtraMissingError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

LANES = 4
CONNECT_SECONDS = 10
IDLE_SECONDS = 60
"""So long the server keeps a transaction open in which nothing is asked."""
ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""A server that was cut off without a word is given up after half a minute, and not after the system's hours."""
PATIENCE = {
    "lock_timeout": "5s", "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s", "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3", "tcp_user_timeout": "30s",
}  # fmt: skip
"""What is asked of the server: no unit of work waits for ever for a case that another holds; a host that was cut off
without a word holds its cases for half a minute, or for ``IDLE_SECONDS`` where something in between still confirms."""


class DriverMissingError(ExtraMissingError):
    """psycopg is not installed, or without the library it needs."""

    message = mark("PostgreSQL needs the package psycopg. Install it with: pip install 'ironcage[postgres]'")


def check_driver() -> None:
    """Make sure that there is a driver.

    Raises:
        DriverMissingError: there is none.
    """
    try:
        import_module("psycopg")
    except ImportError as error:  # psycopg itself, or the library it needs
        raise DriverMissingError from error


def pool_at(address: URL) -> Engine:
    """Return a pool of connections to *address*, none of which is made yet; what the address says comes before ours.

    Raises:
        DriverMissingError: there is no driver.
    """
    check_driver()
    from ironcage.store.answering import AnsweredConnection  # noqa: PLC0415 - the driver is an extra

    query = dict(address.query)
    arguments = _arguments(query)
    pool = create_engine(
        address.set(drivername="postgresql+psycopg", query=query),
        connect_args=arguments, pool_size=LANES, max_overflow=4 * LANES, pool_use_lifo=True,
    )  # fmt: skip

    def connect(_dialect: object, _record: object, words: list[Any], named: dict[str, Any]) -> AnsweredConnection:
        return AnsweredConnection.connect(*words, **named)

    event.listen(pool, "do_connect", connect)
    return pool


def hears_hints(address: URL) -> bool:
    """Return whether *address* lets hints be given and heard."""
    return address.query.get("notify", "on") != "off"


def _arguments(query: dict[str, Any]) -> Mapping[str, Any]:
    """Take our own words out of *query*, and return what is said to the driver beside it."""
    ours = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8", **ALIVE}
    arguments: dict[str, Any] = {name: value for name, value in ours.items() if name not in query}
    is_pooled = query.pop("notify", "on") == "off"  # a pooler lends a session for a transaction, and may refuse options
    if query.pop("prepare", "yes") == "no":
        arguments["prepare_threshold"] = None
        is_pooled = True
    if not is_pooled and "options" not in query:
        arguments["options"] = " ".join(f"-c {name}={value}" for name, value in PATIENCE.items())
    return arguments
