"""The internal id of a case: a UUIDv7 that carries the part of the case in its last bits."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.clock import Micros

_PART_BITS = 10


def new_id(part: int, at: Micros) -> bytes:
    """Return a fresh case id made at the instant *at*, whose lowest ten bits are *part*.

    Source: RFC 9562, 5.7.
    """
    chance = int.from_bytes(os.urandom(10))
    stamp = (at // 1000) & (1 << 48) - 1
    high = stamp << 16 | 0x7000 | chance >> 68
    low = 0b10 << 62 | (chance & (1 << 62) - 1) >> _PART_BITS << _PART_BITS | part
    return (high << 64 | low).to_bytes(16)
