"""The seal: a signed root over the ends of all chains, kept outside the database that it vouches for.

A chain alone can be recomputed by whoever owns the database. A seal holds, for every case that changed since the seal
before it, how many events it had and the digest of the last one. Its leaves and nodes are hashed as in RFC 6962, its
statement is signed with Ed25519, and it names the digest of the seal before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple, cast

from ironcage.clock import instant
from ironcage.errors import RefusedError, UsageError
from ironcage.messages import mark
from ironcage.record.digests import SHA256, algorithm, hasher
from ironcage.record.encoding import canonical
from ironcage.record.keys import PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ironcage.clock import Micros
    from ironcage.record.keys import SigningKey
    from ironcage.record.rows import CaseRow

SEAL_TAG = "ironcage-seal-1"


class SealFileMissingError(UsageError):
    """There is no seal file."""

    message = mark("There is no seal file {file}.")


class BrokenSealFileError(RefusedError):
    """A file is not a seal."""

    message = mark("{file} is not a seal, or it was damaged.")


class UnsupportedSignatureError(RefusedError):
    """A seal is signed in a way that cannot be checked here."""

    message = mark("{file} is signed with {signature}, which is not supported; only Ed25519 (algorithm 1) is.")


class Head(NamedTuple):
    """The end of a case's chain."""

    case: str
    """``PROCESS/KEY``."""
    seq: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """A signed statement that these cases ended so at this instant; nothing about it is checked yet."""

    number: int
    """1, 2, 3, ... along the chain of seals."""
    sealed_at: str
    """ISO 8601, UTC, to the microsecond."""
    algorithm: int
    public_key: PublicKey
    previous: bytes | None
    """The digest of the seal before; None for the first."""
    count: int
    root: bytes
    signature: bytes
    heads: tuple[Head, ...]

    def statement(self) -> bytes:
        """Return the canonical bytes that are signed."""
        previous = None if self.previous is None else self.previous.hex()
        return canonical([
            SEAL_TAG, self.number, self.sealed_at, self.algorithm, self.public_key.raw.hex(), previous, self.count,
            self.root.hex(),
        ])  # fmt: skip

    def digest(self) -> bytes:
        """Return the digest by which the next seal names this one."""
        return hasher(self.algorithm)(self.statement() + self.signature).digest()

    def is_signed(self) -> bool:
        """Return whether the signature is that of the public key the seal names."""
        return self.public_key.signed(self.statement(), self.signature)

    def has_its_root(self) -> bool:
        """Return whether the root is that of the listed heads."""
        return self.count == len(self.heads) and self.root == root_of(self.heads, self.algorithm)

    def to_json(self) -> str:
        """Return the document that is kept: JSON, a head a line."""
        document = {
            "format": SEAL_TAG,
            "number": self.number,
            "sealed_at": self.sealed_at,
            "algorithm": self.algorithm,
            "public_key": self.public_key.raw.hex(),
            "previous": None if self.previous is None else self.previous.hex(),
            "count": self.count,
            "root": self.root.hex(),
            "signature": self.signature.hex(),
        }
        top = json.dumps(document, indent=1).removesuffix("\n}")
        heads = ",\n  ".join(json.dumps([case, seq, digest.hex()]) for case, seq, digest in self.heads)
        return f'{top},\n "heads": [\n  {heads}\n ]\n}}\n'


def unsealed(cases: Iterable[CaseRow], seals: Sequence[Seal]) -> list[Head]:
    """Return the heads of the *cases* that have changed since *seals*, all the seals made so far, in order."""
    known = {head.case: head for seal in seals for head in seal.heads}
    heads = (Head(row.subject, row.seq, row.head) for row in cases)
    return [head for head in heads if known.get(head.case) != head]


def seal(heads: Iterable[Head], previous: Seal | None, key: SigningKey, sealed_at: Micros) -> Seal:
    """Return a signed seal of *heads* that follows *previous*."""
    ordered = tuple(sorted(heads))
    unsigned = Seal(
        number=1 if previous is None else previous.number + 1,
        sealed_at=instant(sealed_at).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        algorithm=SHA256.id,
        public_key=key.public,
        previous=None if previous is None else previous.digest(),
        count=len(ordered),
        root=root_of(ordered, SHA256.id),
        signature=b"",
        heads=ordered,
    )
    return replace(unsigned, signature=key.sign(unsigned.statement()))


def root_of(heads: Sequence[Head], number: int) -> bytes:
    """Return the Merkle tree hash of *heads* by algorithm *number*.

    Source: RFC 6962, 2.1. Pairing level by level and carrying an odd node up gives the tree defined there.
    """
    hashed = hasher(number)
    level = [hashed(b"\x00" + canonical([case, seq, digest.hex()])).digest() for case, seq, digest in heads]
    while len(level) > 1:
        pairs = zip_longest(level[::2], level[1::2])
        level = [left if right is None else hashed(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0] if level else hashed(b"").digest()


def read_seal(file: Path) -> Seal:
    """Return the seal in *file*; whether it is genuine is for ``check_seals`` to say.

    Raises:
        SealFileMissingError: there is no such file.
        BrokenSealFileError: it is not a seal.
        UnsupportedSignatureError: it is signed by another algorithm than Ed25519.
    """
    try:
        found = _seal_of(json.loads(file.read_bytes()))
    except FileNotFoundError as error:
        raise SealFileMissingError(file=file) from error
    except (ValueError, RecursionError) as error:
        raise BrokenSealFileError(file=file) from error
    if found.algorithm != SHA256.id:
        raise UnsupportedSignatureError(file=file, signature=algorithm(found.algorithm).signature)
    return found


def _seal_of(document: object) -> Seal:
    match document:
        case {
            "format": "ironcage-seal-1",
            "number": int(position),
            "sealed_at": str(sealed_at),
            "algorithm": int(number),
            "public_key": str(key),
            "previous": (str() | None) as previous,
            "count": int(count),
            "root": str(root),
            "signature": str(signature),
            "heads": list(heads),
        }:
            return Seal(
                position,
                sealed_at,
                number,
                PublicKey(bytes.fromhex(key)),
                None if previous is None else bytes.fromhex(previous),
                count,
                bytes.fromhex(root),
                bytes.fromhex(signature),
                tuple(_head_of(head) for head in cast("list[object]", heads)),
            )
        case _:
            raise ValueError("not the document of a seal")


def _head_of(item: object) -> Head:
    match item:
        case [str(case), int(seq), str(digest)]:
            return Head(case, seq, bytes.fromhex(digest))
        case _:
            raise ValueError("not the head of a chain")
