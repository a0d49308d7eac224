"""One request and its answer, within a time and a size, to the address that was named and no other."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ironcage import tracing
from ironcage.errors import RefusedError
from ironcage.messages import mark

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    import httpx


class Request(NamedTuple):
    """What is sent, and what is borne of the answer."""

    called: str
    """The name of the connector or the webhook, for errors."""
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    """How long it may take, all in all."""
    largest: int
    """How many bytes the answer may have."""
    authority: str | None
    """The file of the certificates that are trusted, instead of the usual ones."""
    host: str
    """What errors call the other side: the address may hold data of a case."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


Exchange: TypeAlias = "Callable[[Request], Answer]"
"""Sends a request and returns the answer."""


class HttpMissingError(RefusedError):
    """httpx is not installed: what needs it fails, and whoever does it goes on with the rest."""

    message = mark("Connectors and webhooks need the package httpx. Install it with: pip install 'ironcage[http]'")


class AuthorityError(RefusedError):
    """The file of trusted certificates cannot be used."""

    message = mark(
        "{called}: the file of trusted certificates {file} cannot be used. Name one of certificates in PEM that "
        "may be read."
    )


class UnreachableError(RefusedError):
    """The other side cannot be reached, or broke off."""

    message = mark("{called}: {host} could not be reached, or broke off ({kind}).")


class TooSlowError(RefusedError):
    """The answer did not come in time."""

    message = mark("{called}: {host} did not answer within {seconds} seconds.")


class TooLargeError(RefusedError):
    """The answer is too large."""

    message = mark("{called}: {host} answered with more than {largest} bytes.")


def exchange(request: Request) -> Answer:
    """Send *request* and return the answer, whatever its status; a redirection is an answer and is not followed.

    Neither proxies nor passwords of the surroundings are used, and nothing is logged: the address may hold data of a
    case, the headers hold secrets.

    Raises:
        UnreachableError, TooSlowError, TooLargeError: there is no whole answer.
        AuthorityError: the certificates to trust cannot be read.
        HttpMissingError: httpx is not installed.
    """
    try:
        import httpx  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise HttpMissingError from error
    told = {"called": request.called, "host": request.host}
    limits = httpx.Timeout(request.seconds).as_dict()
    try:
        with httpx.HTTPTransport(verify=_trusted(request), trust_env=False) as transport:
            sent = httpx.Request(
                request.method,
                request.url,
                headers={**tracing.headers(), **request.headers, "Accept-Encoding": "identity"},
                content=request.body or None,
                extensions={"timeout": limits},
            )
            return _read(request, transport.handle_request(sent), time.monotonic() + request.seconds)
    except httpx.TimeoutException:
        raise TooSlowError(**told, seconds=request.seconds) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        # What the library says may quote the address or a header.
        raise UnreachableError(**told, kind=type(error).__name__) from None


def _read(request: Request, response: httpx.Response, until: float) -> Answer:
    body = bytearray()
    try:
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > request.largest:
                raise TooLargeError(called=request.called, host=request.host, largest=request.largest)
            if time.monotonic() > until:
                raise TooSlowError(called=request.called, host=request.host, seconds=request.seconds)
    finally:
        response.close()
    return Answer(response.status_code, bytes(body))


def _trusted(request: Request) -> ssl.SSLContext:
    try:
        return _context(request.authority)
    except (OSError, ValueError) as error:
        raise AuthorityError(called=request.called, file=request.authority) from error


@cache
def _context(authority: str | None) -> ssl.SSLContext:
    """Return what checks the other side: made once, for reading the certificates takes longer than a call."""
    import ssl  # noqa: PLC0415 - slow to load, and most engines call nobody

    if authority is not None:
        return ssl.create_default_context(cafile=authority)
    import httpx  # noqa: PLC0415 - an extra

    return httpx.create_ssl_context(trust_env=False)
