"""Requests and answers: sent again where that is safe, read exactly, refusals as errors."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from ironcage.client.errors import HttpMissingError, ProblemError, ServiceUnreachableError
from ironcage.errors import IroncageError
from ironcage.messages import language
from ironcage.values import from_json, plain, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from ironcage.values import Context

ROOT = "/api/v1/"
TIMES = 4
"""So often a request is sent, if no answer comes back or the service is not available now."""
LONGEST_PAUSE = 30.0
"""No pause between two of them is longer, in seconds."""
_JSON = "application/json"


class Calling:
    """A service at an address."""

    def __init__(self, url: str, key: str, *, timeout: float = 30.0) -> None:
        """Speak to the service at *url* with *key*.

        Args:
            url: for example ``https://cases.example.org``, without the path.
            key: an API key, as ``ironcage key add`` shows it.
            timeout: how long to wait for an answer, in seconds.

        Raises:
            HttpMissingError: httpx is not installed.
        """
        try:
            import httpx  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise HttpMissingError from error
        self._url, self._timeout = url.rstrip("/"), timeout
        headers = {"Authorization": f"Bearer {key}", "Accept": _JSON, "Accept-Language": language()}
        self._http = httpx.Client(base_url=self._url, headers=headers, timeout=timeout)
        self._failures: tuple[type[Exception], ...] = (httpx.TransportError,)
        self._closed = threading.Event()

    def close(self) -> None:
        """Give the connections back; requests that wait to be sent again are not."""
        self._closed.set()
        self._http.close()

    def get(self, path: str, asked: Mapping[str, str] | None = None) -> Context:
        """Return what the service shows."""
        return self._again(self._http.build_request("GET", f"{ROOT}{path}", params=asked), safe=True)

    def post(self, path: str, body: Mapping[str, object], *, name: str | None = None, patience: float = 0.0) -> Context:
        """Return what the service answers to *body*.

        Args:
            path: below the root.
            body: values, or what ``plain`` makes of them.
            name: what the request is called, so that it may be sent again.
            patience: how long the service may take beyond the usual, in seconds.

        Raises:
            ProblemError: the service refused it.
            ServiceUnreachableError: no answer came back.
        """
        headers = {"Content-Type": _JSON} | ({"Idempotency-Key": name} if name else {})
        content = to_json(plain({each: value for each, value in body.items() if value is not None})).encode()
        request = self._http.build_request(
            "POST", f"{ROOT}{path}", content=content, headers=headers, timeout=self._timeout + patience
        )
        return self._again(request, safe=name is not None)

    def _again(self, request: httpx.Request, *, safe: bool) -> Context:
        """Send *request*, again after a pause if it did not get through and it is *safe* to do so."""
        for nth in range(1, TIMES if safe else 1):
            try:
                response = self._http.send(request)
            except self._failures:
                pause = _pause(nth)
            else:
                if response.status_code != 503:
                    return self._read(response)
                pause = _asked(response, nth)
            if self._closed.wait(pause):
                break
        try:
            return self._read(self._http.send(request))
        except self._failures as error:
            raise ServiceUnreachableError(url=self._url, reason=str(error) or type(error).__name__) from error

    def _read(self, response: httpx.Response) -> Context:
        try:
            said = from_json(response.text)
        except IroncageError as error:
            raise ServiceUnreachableError(url=self._url, reason=f"HTTP {response.status_code}") from error
        if not isinstance(said, dict):
            raise ServiceUnreachableError(url=self._url, reason=f"HTTP {response.status_code}")
        if not response.is_success:
            raise ProblemError(response.status_code, cast("Mapping[str, object]", said))
        return said


def address(name: str) -> str:
    """Return the name of a case, a task or a job as a part of an address."""
    return "/".join(quote(part, safe="").replace(".", "%2E") for part in name.split("/"))


def _pause(nth: int) -> float:
    return float(min(0.1 * 4**nth, LONGEST_PAUSE))


def _asked(response: httpx.Response, nth: int) -> float:
    asked = str(response.headers.get("retry-after", ""))
    return min(float(asked), LONGEST_PAUSE) if asked.isdigit() else _pause(nth)
