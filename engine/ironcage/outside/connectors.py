"""Connectors: what a service task calls over HTTP, by a name that the site has given an address."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from ironcage.errors import RefusedError
from ironcage.hooks import BpmnError, GiveUpError
from ironcage.messages import mark
from ironcage.outside.exchange import Request, exchange
from ironcage.outside.plain_json import plain_json, plain_text
from ironcage.values import JsonTextError, from_json

if TYPE_CHECKING:
    from ironcage.hooks import Service, ServiceCall
    from ironcage.outside.exchange import Answer, Exchange
    from ironcage.settings import Connector
    from ironcage.values import Context, Value

KEY_HEADER = "Idempotency-Key"
"""The header of what stays the same when a call is repeated."""
_PASSING = (408, 409, 425, 429)
"""What the other side refuses now and may well take later."""


class ConnectorRefusedError(GiveUpError):
    """The other side refuses the call, and will refuse it again."""

    message = mark(
        "The connector {connector}: {host} refused the call with status {status}. Mend its entry in the site's "
        "settings, its secret or the data of the case."
    )


class ConnectorFailedError(RefusedError):
    """The other side could not do it this time."""

    message = mark("The connector {connector}: {host} answered with status {status}.")


class ConnectorAnswerError(RefusedError):
    """The answer is no JSON."""

    message = mark("The connector {connector}: what {host} answered is no JSON that a case can keep.")


class ConnectorShapeError(RefusedError):
    """The answer has no entries to take."""

    message = mark("The connector {connector}: what {host} answered is no JSON object, so nothing can be taken of it.")


class ConnectorDataError(GiveUpError):
    """The case does not have what the call needs."""

    message = mark("The connector {connector} needs the variable {variable}, as a text, a number, a date or the like.")


def connector_service(connector: Connector, send: Exchange = exchange) -> Service:
    """Return the service function that calls *connector*."""
    return partial(_call, connector, send)


def _call(connector: Connector, send: Exchange, call: ServiceCall) -> Value:
    answer = send(_request(connector, call))
    if 200 <= answer.status < 300:
        return _taken(connector, answer)
    told = {"connector": connector.name, "host": connector.host, "status": answer.status}
    if answer.status in connector.errors:
        raise BpmnError(connector.errors[answer.status])
    if 300 <= answer.status < 500 and answer.status not in _PASSING:
        raise ConnectorRefusedError(**told)
    raise ConnectorFailedError(**told)


def _request(connector: Connector, call: ServiceCall) -> Request:
    secrets = {name: secret.read() for name, secret in connector.secrets.items()}
    headers = {**connector.headers, **secrets, KEY_HEADER: call.key, "Accept": "application/json"}
    body = b""
    if connector.send:
        sent: Context = {name: call.variables.get(name) for name in connector.send}
        body = plain_json(sent).encode()
        headers["Content-Type"] = "application/json"
    return Request(
        called=connector.name,
        method=connector.method,
        url=_address(connector, call.variables),
        headers=headers,
        body=body,
        seconds=connector.seconds,
        largest=connector.largest,
        authority=connector.authority,
        host=connector.host,
    )


def _address(connector: Connector, variables: Context) -> str:
    path = connector.path
    for name in connector.variables:
        written = plain_text(variables.get(name))
        if written is None or written in ("", ".", ".."):  # a segment that would lead elsewhere
            raise ConnectorDataError(connector=connector.name, variable=name)
        path = path.replace(f"{{{name}}}", quote(written, safe=""))
    asked: list[tuple[str, str]] = []
    for name in connector.query:
        value = variables.get(name)
        written = plain_text(value)
        if written is None and value is not None:
            raise ConnectorDataError(connector=connector.name, variable=name)
        if written is not None:
            asked.append((name, written))
    return connector.url + path + (f"?{urlencode(asked)}" if asked else "")


def _taken(connector: Connector, answer: Answer) -> Value:
    """Return what is taken in of an answer."""
    told = {"connector": connector.name, "host": connector.host}
    if not answer.body.strip():
        value: Value = None
    else:
        try:
            value = from_json(answer.body.decode("utf-8"))
        except (JsonTextError, UnicodeDecodeError):
            # What is wrong with it would quote it.
            raise ConnectorAnswerError(**told) from None
    if not connector.take:
        return value
    if not isinstance(value, dict):
        raise ConnectorShapeError(**told)
    return {name: value.get(name) for name in connector.take}
