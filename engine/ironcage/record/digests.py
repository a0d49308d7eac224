"""How digests are made: the algorithms a record may name, and what is digested.

An event says by which algorithm it was digested, so that a record may begin under one and go on under another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Protocol

from ironcage.errors import RefusedError, SurroundingsError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable

PAYLOAD_TAG = b"ironcage-payload-1"
SALT_BYTES = 16
ZERO = bytes(32)
"""What stands for the digest of the event before the first."""


class UnknownAlgorithmError(RefusedError):
    """A record names an algorithm that does not exist."""

    message = mark("Algorithm {algorithm} is unknown; known are {known}.")


class AlgorithmUnavailableError(SurroundingsError):
    """The machine cannot compute a digest that a record names."""

    message = mark("Python's hashlib on this machine offers no {name}; use a Python whose OpenSSL has it.")


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A digest and the signature that goes with it; both digests are 32 bytes long."""

    id: int
    digest: str
    """The name that ``hashlib`` knows it by."""
    signature: str


SHA256 = Algorithm(1, "sha256", "Ed25519")
SM3 = Algorithm(2, "sm3", "SM2")
ALGORITHMS = {algorithm.id: algorithm for algorithm in (SHA256, SM3)}


def algorithm(number: int) -> Algorithm:
    """Return the algorithm with id *number*.

    Raises:
        UnknownAlgorithmError: there is none.
    """
    if number not in ALGORITHMS:
        raise UnknownAlgorithmError(algorithm=number, known=", ".join(map(str, ALGORITHMS)))
    return ALGORITHMS[number]


class Hashed(Protocol):
    """What has been hashed; ``digest()`` is its digest."""

    def digest(self) -> bytes:
        """Return the digest."""
        ...


@cache
def hasher(number: int) -> Callable[[bytes], Hashed]:
    """Return the function that hashes bytes by algorithm *number*: that of ``hashlib``, with nothing around it.

    Raises:
        UnknownAlgorithmError: there is no such algorithm.
        AlgorithmUnavailableError: this machine cannot compute it.
    """
    name = algorithm(number).digest
    if number == SHA256.id:
        return hashlib.sha256  # faster than one by name
    if name not in hashlib.algorithms_available:
        raise AlgorithmUnavailableError(name=name.upper())
    return partial(hashlib.new, name)


def payload_digest(number: int, salt: bytes, body: bytes) -> bytes:
    """Return the digest that binds a payload to its event; without the salt nobody can test a guess of the body."""
    return hasher(number)(PAYLOAD_TAG + salt + body).digest()
