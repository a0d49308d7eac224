"""A pooler between clients and a PostgreSQL server that lends a server's connection for one transaction, as many do.

Whatever a client leaves in a connection, another client finds there: who relies on such things fails here.
"""

from __future__ import annotations

import contextlib
import queue
import select
import socket
import struct
import threading
from typing import TYPE_CHECKING

from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASKS_FOR_ENCRYPTION = (80877103, 80877104)
_PROTOCOL = 196608


def _exactly(stream: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = stream.recv(size - len(found))
        if not more:
            raise ConnectionError
        found += more
    return found


def _message(stream: socket.socket) -> bytes:
    """Read one message with its type."""
    head = _exactly(stream, 5)
    return head + _exactly(stream, struct.unpack("!I", head[1:])[0] - 4)


def _without_waiting(stream: socket.socket) -> None:
    """Send at once what is sent in pieces; else each piece waits 40 ms for the one before to be acknowledged."""
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Pooler:
    """Lends *size* connections of the server at *url* to any number of clients, at ``url``."""

    def __init__(self, url: str, size: int) -> None:
        self._target = make_url(url)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.url = self._target.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        self.lent: dict[int, set[int]] = {}
        """By client, the server's connections it has had."""
        self._greeting = b""
        self._free: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
        self._sockets: list[socket.socket] = [self._listening]
        for _ in range(size):
            self._free.put(self._connect())
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _connect(self) -> socket.socket:
        folder = str(self._target.query.get("host", ""))
        if folder:
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{folder}/.s.PGSQL.{self._target.port or 5432}")
        else:
            server = socket.create_connection((self._target.host or "127.0.0.1", self._target.port or 5432))
            _without_waiting(server)
        self._sockets.append(server)
        words = f"user\0{self._target.username or 'postgres'}\0database\0{self._target.database}\0\0".encode()
        server.sendall(struct.pack("!II", len(words) + 8, _PROTOCOL) + words)
        greeting = message = b""
        while message[:1] != b"Z":
            message = _message(server)
            greeting += message
        self._greeting = greeting
        return server

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                _without_waiting(client)
                self._sockets.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            while True:
                size, code = struct.unpack("!II", _exactly(client, 8))
                _exactly(client, size - 8)
                if code not in _ASKS_FOR_ENCRYPTION:
                    break
                client.sendall(b"N")
            client.sendall(self._greeting)
            while True:
                first = _message(client)
                if first[:1] == b"X":
                    return
                self._transaction(client, first)

    def _transaction(self, client: socket.socket, message: bytes) -> None:
        """Lend a connection from the first message of a transaction to the answer that says it is over."""
        server = self._free.get(timeout=30)
        self.lent.setdefault(id(client), set()).add(id(server))
        expected, is_open = 0, True
        while True:
            if message:
                server.sendall(message)
                expected += message[:1] in b"QS"
                is_open = message[:1] not in b"QS"
            ready, _, _ = select.select([client, server], [], [], 60)
            message = b""
            if server in ready:
                answer = _message(server)
                client.sendall(answer)
                if answer[:1] == b"Z":
                    expected -= 1
                    if answer[5:6] == b"I" and not expected and not is_open:
                        self._free.put(server)
                        return
            elif client in ready:
                message = _message(client)

    def close(self) -> None:
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def pooled(url: str, size: int) -> Iterator[Pooler]:
    """Put a pooler before the server at *url* inside the block."""
    pooler = Pooler(url, size)
    try:
        yield pooler
    finally:
        pooler.close()
