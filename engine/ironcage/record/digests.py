"""How digests are made: the algorithms a record may name, and what is digested.

An event says by which algorithm it was digested, so that a record may begin under one and go on under another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

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


@cache
def digester(number: int) -> Callable[[bytes], bytes]:
    """Return the function that digests bytes by algorithm *number*.

    Raises:
        UnknownAlgorithmError: there is no such algorithm.
        AlgorithmUnavailableError: this machine cannot compute it.
    """
    name = algorithm(number).digest
    if number == SHA256.id:
        sha256 = hashlib.sha256  # a direct call is faster than one by name
        return lambda data: sha256(data).digest()
    if name not in hashlib.algorithms_available:
        raise AlgorithmUnavailableError(name=name.upper())
    return lambda data: hashlib.new(name, data).digest()


def payload_digest(number: int, salt: bytes, body: bytes) -> bytes:
    """Return the digest that binds a payload to its event; without the salt nobody can test a guess of the body."""
    return digester(number)(PAYLOAD_TAG + salt + body)
