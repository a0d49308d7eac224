"""Connectors in the settings file: the addresses that models may have called, each by a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ironcage.messages import mark
from ironcage.settings.amounts import seconds
from ironcage.settings.secrets import Secret, is_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.toml import Settings

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WITHOUT_BODY = ("GET", "DELETE")
_SECONDS = 10.0
_LARGEST = 1024 * 1024
_MOST_LARGEST = 16 * 1024 * 1024
_TEMPLATE = re.compile(r"(?:/(?:[\w.~!$&'()*+,;=:@-]|\{\w+\})*)+", re.ASCII)
_VARIABLE = re.compile(r"\{(\w+)\}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = {"host", "connection", "content-length", "content-type", "transfer-encoding", "idempotency-key", "accept"}


@dataclass(frozen=True, slots=True)
class Connector:
    """An address that a service task may have called by the name of the connector."""

    name: str
    url: str
    """What the path is put after: scheme, host, port and perhaps the beginning of a path."""
    method: str
    path: str
    """``/people/{number}``: what stands in braces is a variable of the case, written so that it stays one segment."""
    query: tuple[str, ...] = ()
    """The variables that are told after the question mark."""
    send: tuple[str, ...] = ()
    """The variables that are told in the body, a JSON object; no other leaves the case."""
    take: tuple[str, ...] = ()
    """The entries of the answer, a JSON object, that are taken in; the whole answer where none are named."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, Secret] = field(default_factory=lambda: MappingProxyType({}))
    """The headers whose values are secrets."""
    errors: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """The BPMN error that an answer of a status is."""
    seconds: float = _SECONDS
    """How long it may take, all in all."""
    largest: int = _LARGEST
    """How many bytes an answer may have."""
    authority: str | None = None
    """The file of the certificates that are trusted, instead of the usual ones."""

    @property
    def host(self) -> str:
        """The host and, where it is written, the port."""
        return urlsplit(self.url).netloc

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in the path."""
        return tuple(_VARIABLE.findall(self.path))


def read_connector(name: str, table: Settings) -> Connector:
    """Return the connector that *table* describes; what is wrong with it gathers among the faults."""
    method = table.text("method", "POST") or "POST"
    if method not in METHODS:
        table.fault("method", _NO_METHOD, found=method[:80], methods=", ".join(METHODS))
    send = table.texts("send")
    if send and method in _WITHOUT_BODY:
        table.fault("send", _NO_BODY, method=method)
    connector = Connector(
        name=name,
        url=read_url(table),
        method=method,
        path=_path(table),
        query=table.texts("query"),
        send=send,
        take=table.texts("take"),
        headers=_headers(table.table("headers")),
        secrets=_secrets(table.table("secrets")),
        errors=_errors(table.table("errors")),
        seconds=seconds(table, "timeout", _SECONDS),
        largest=table.whole("largest", _LARGEST, 1, _MOST_LARGEST),
        authority=table.text("authority"),
    )
    table.finish()
    return connector


def read_url(table: Settings) -> str:
    """Return the address in the key ``url``."""
    written = table.needed("url")
    try:
        parts = urlsplit(written)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        table.fault("url", _NO_URL, found=written[:80])
        return written
    odd = parts.query or parts.fragment or "@" in parts.netloc or not written.isascii() or not written.isprintable()
    if written and (not known or odd or " " in written):
        table.fault("url", _NO_URL, found=written[:80])
    return written.rstrip("/")


def read_secret(table: Settings, name: str) -> Secret:
    """Return where the secret called *name* lies."""
    written = table.needed(name)
    if written and not is_reference(written):
        table.fault(name, _NO_REFERENCE)
    return Secret(written)


def _path(table: Settings) -> str:
    path = table.text("path", "/") or "/"
    if not _TEMPLATE.fullmatch(path):
        table.fault("path", _NO_PATH, found=path[:80])
        return "/"
    return path


def _headers(table: Settings) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in table.left():
        found[name] = table.needed(name)
        if found[name] and not (found[name].isascii() and found[name].isprintable()):
            table.fault(name, _BAD_HEADER)
        _check_header(table, name)
    return MappingProxyType(found)


def _secrets(table: Settings) -> Mapping[str, Secret]:
    found: dict[str, Secret] = {}
    for name in table.left():
        found[name] = read_secret(table, name)
        _check_header(table, name)
    return MappingProxyType(found)


def _check_header(table: Settings, name: str) -> None:
    if not _HEADER.fullmatch(name):
        table.fault(name, _BAD_HEADER)
    elif name.lower() in _OURS:
        table.fault(name, _OUR_HEADER)


def _errors(table: Settings) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for name in table.left():
        code = table.needed(name)
        if not re.fullmatch(r"[45]\d\d", name, re.ASCII):
            table.fault(name, _NO_STATUS, found=name[:80])
        else:
            found[int(name)] = code
    return MappingProxyType(found)


_NO_URL = (
    "settings-url",
    mark("{found!r} is no address to call."),
    mark("Write http:// or https://, a host and perhaps a port and a path; no user, no question mark, no #."),
)
_NO_METHOD = (
    "settings-method",
    mark("{found!r} is no method of a connector."),
    mark("The methods are: {methods}."),
)
_NO_BODY = (
    "settings-body",
    mark("{method} sends no body."),
    mark("Name the variables in query or in the path, or take another method."),
)
_NO_PATH = (
    "settings-path",
    mark("{found!r} is no path of a connector."),
    mark("Begin it with /, and write variables in braces: /people/{{number}}."),
)
_NO_REFERENCE = (
    "settings-secret",
    mark("The key {key} must say where the secret lies, not what it is."),
    mark("Write env:NAME or file:PATH, with a word before it if the header needs one: Bearer env:TOKEN."),
)
_BAD_HEADER = (
    "settings-header",
    mark("{key} is no header that can be sent."),
    mark("A header has a name of letters, digits and hyphens and a value of visible ASCII characters."),
)
_OUR_HEADER = (
    "settings-header",
    mark("The header {key} is set by Ironcage itself."),
    mark("Remove it."),
)
_NO_STATUS = (
    "settings-status",
    mark("{found!r} is no status of an error."),
    mark("Write a number from 400 to 599."),
)
