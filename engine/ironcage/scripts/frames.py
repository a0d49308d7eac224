"""What goes through the pipes to a child and back: frames of four bytes of length and so many of MessagePack.

Nothing that a child writes is trusted: a frame is bounded, and MessagePack makes data and nothing else.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING

from ironcage.values import from_bytes, to_bytes

if TYPE_CHECKING:
    from ironcage.values import Value

HEAD = 4


class Reply(StrEnum):
    """What became of a script."""

    DONE = "done"
    """``variables``, ``value``, and whether the script ``answers`` with that value."""
    FAILED = "failed"
    """``fields``, among them ``reason``, ``line`` and ``column``."""
    THROWN = "thrown"
    """``code``, ``data``."""
    UNREADABLE = "unreadable"
    """As *failed*; it is not Starlark."""
    TOO_LARGE = "too large"
    """What the script brings is."""
    OUT_OF_MEMORY = "out of memory"
    OUT_OF_TIME = "out of time"
    DIED = "died"
    """The process ended, and nothing says why."""


def frame(content: Value) -> bytes:
    """Return *content* as a frame."""
    body = to_bytes(content)
    return len(body).to_bytes(HEAD, "big") + body


def read_frame(descriptor: int) -> Value:
    """Return the next frame from *descriptor*, waiting for it; None at the end."""
    head = _exactly(descriptor, HEAD)
    if len(head) < HEAD:
        return None
    return from_bytes(_exactly(descriptor, int.from_bytes(head, "big")))


def write_frame(descriptor: int, content: bytes) -> None:
    """Write a frame to *descriptor*, waiting until it is taken."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _exactly(descriptor: int, count: int) -> bytes:
    pieces = []
    while count and (piece := os.read(descriptor, min(count, 1 << 20))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
