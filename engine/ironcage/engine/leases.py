"""How long one who took a job or a notice has for it, and how long it rests after a failure."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.clock import Micros

_SECOND = 1_000_000
LEASE = 300 * _SECOND
"""How long one who took a job has for it; while it runs here, that is extended."""
LONGEST_LEASE = 24 * 3600 * _SECOND
"""However often a lease is extended by those who run a job: one that hangs must come to light."""
PAUSES = tuple(seconds * _SECOND for seconds in (1, 10, 60, 600, 3600))
"""How long to wait after the first failure, the second, ...; after one more, it is an incident."""
MOST_RETRIES = 1000
"""A model that asks for more retries gets so many."""


def pause(key: str, failures: int) -> Micros:
    """Return how long what is known by *key* rests after so many failures, at least one.

    A pause is up to a fifth shorter, by the key: what failed together is not tried again together.
    """
    whole = PAUSES[min(failures, len(PAUSES)) - 1]
    chance = sha256(f"{key}/{failures}".encode()).digest()[0]
    return whole - whole * chance // 1280
