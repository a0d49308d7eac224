"""Ways to a PostgreSQL server that can be cut without a word: nobody is told, nothing comes through any more.

``Link`` is a network of its own with two ends, in which packets get lost; it needs root and network namespaces.
``Proxy`` is a program in between that stops passing on, while the system goes on confirming what it is sent.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from servers import OwnServer
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOBODY = "02:00:00:00:00:fe"
"""The address of a network card that does not exist."""


class Proxy:
    """Passes on between clients at ``url`` and the server at *target* until it is cut."""

    name = "proxy"
    words: Sequence[str] = ()

    def __init__(self, target: str) -> None:
        self._target = make_url(target)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.url = self._target.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        self._others: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._passes = threading.Event()
        self._passes.set()
        self._is_closed = False
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Pass nothing on and take in nobody; what is sent is confirmed, as long as the system has room for it."""
        self._passes.clear()

    def mend(self) -> None:
        """Pass on again, and what has gathered first."""
        self._passes.set()

    def close(self) -> None:
        """Stop for good."""
        self._is_closed = True
        self._passes.set()
        self._thread.join(10)
        for each in (self._listening, *self._others):
            each.close()

    def _pass_on(self) -> None:
        while not self._is_closed:
            for key, _ in self._selector.select(0.05):
                self._passes.wait()
                one = key.fileobj
                assert isinstance(one, socket.socket)
                if one is self._listening:
                    self._take_in()
                else:
                    self._move(one)
            self._passes.wait()

    def _take_in(self) -> None:
        client, _ = self._listening.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self._target.query['host']}/.s.PGSQL.{self._target.port or 5432}")
        for one, other in ((client, server), (server, client)):
            self._others[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _move(self, one: socket.socket) -> None:
        other = self._others.get(one)
        if other is None:
            return  # it went with the other one in this round
        data = b""
        with contextlib.suppress(OSError):
            data = one.recv(65536)
            other.sendall(data)
        if not data:
            for each in (one, other):
                self._selector.unregister(each)
                del self._others[each]
                each.close()


class Link:
    """A server of its own at one end of a link, and at the other end a namespace in which programs run."""

    name = "link"

    def __init__(self) -> None:
        number = os.getpid()
        self._space, self._near, self._far = f"ironcage-{number}", f"ic{number}n", f"ic{number}f"
        block = number % 32768  # of 198.18.0.0/15, the networks that are for tests
        second, third, fourth = 18 + (block >> 14), (block >> 6) & 255, (block & 63) * 4
        self._host, self._guest = (f"198.{second}.{third}.{fourth + end}" for end in (1, 2))
        self.words = ("ip", "netns", "exec", self._space)
        self._lay()
        self.server = OwnServer()
        self.server.listen(self._host, f"{self._guest}/32")
        self.url = make_url(self.server.url).set(host=self._host, query={}).render_as_string(hide_password=False)

    @staticmethod
    def why_not() -> str | None:
        """Return why no link can be laid on this machine, or None where it can."""
        if os.name != "posix" or os.geteuid() != 0:
            return "it needs root"
        name = f"ironcage-try-{os.getpid()}"
        try:
            _ip("netns", "add", name)
            try:
                _ip("-n", name, "link", "add", "ictry0", "type", "veth", "peer", "name", "ictry1")
            finally:
                _ip("netns", "delete", name)
        except (OSError, subprocess.CalledProcessError) as error:
            return f"it needs network namespaces: {error}"
        return None

    def _lay(self) -> None:
        _ip("netns", "add", self._space)
        _ip("link", "add", self._near, "type", "veth", "peer", "name", self._far, "netns", self._space)
        _ip("address", "add", f"{self._host}/30", "dev", self._near)
        _ip("-n", self._space, "address", "add", f"{self._guest}/30", "dev", self._far)
        _ip("link", "set", self._near, "up")
        for each in ("lo", self._far):
            _ip("-n", self._space, "link", "set", each, "up")

    def cut(self) -> None:
        """Lose every packet, at both ends: each sends to a network card that nobody has."""
        time.sleep(0.3)  # all that was sent is confirmed: nothing is under way that would be missed
        _ip("neighbour", "replace", self._guest, "lladdr", _NOBODY, "dev", self._near, "nud", "permanent")
        self._there("replace", self._host, "lladdr", _NOBODY, "dev", self._far, "nud", "permanent")

    def mend(self) -> None:
        """Let packets through again."""
        _ip("neighbour", "delete", self._guest, "dev", self._near)
        self._there("delete", self._host, "dev", self._far)

    def _there(self, *words: str) -> None:
        _ip("-n", self._space, "neighbour", *words)

    def close(self) -> None:
        """Take everything away."""
        self.server.close()
        _ip("link", "delete", self._near)
        _ip("netns", "delete", self._space)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
