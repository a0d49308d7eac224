"""What seals vouch for: their own soundness, and the ends of chains a record is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.record.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage.record.keys import PublicKey
    from ironcage.record.seal import Seal


class SealedHead(NamedTuple):
    """What a seal says of a case: the event number *seq* had this digest."""

    seq: int
    digest: bytes
    seal: int
    """The number of the seal."""


class Seals:
    """Seals that follow each other, checked by themselves."""

    def __init__(self, seals: Sequence[Seal], expected: PublicKey | None = None) -> None:
        """Check *seals*: signature, root, key (if one is *expected*), and that each follows the one before it."""
        self.seals = sorted(seals, key=lambda seal: seal.number)
        self.expected = expected
        self.problems: list[Problem] = []
        self.heads: dict[str, list[SealedHead]] = {}
        previous: Seal | None = None
        for seal in self.seals:
            self._check(seal, previous)
            for case, seq, digest in seal.heads:
                self.heads.setdefault(case, []).append(SealedHead(seq, digest, seal.number))
            previous = seal

    def _check(self, seal: Seal, previous: Seal | None) -> None:
        if self.expected not in (None, seal.public_key):
            self._report(ProblemKind.UNEXPECTED_KEY, seal, fingerprint=seal.public_key.fingerprint())
        if not seal.is_signed():
            self._report(ProblemKind.WRONG_SIGNATURE, seal)
        if not seal.has_its_root():
            self._report(ProblemKind.WRONG_ROOT, seal)
        if previous is None:
            follows = (seal.number == 1) == (seal.previous is None)
        else:
            follows = seal.number == previous.number + 1 and seal.previous == previous.digest()
        if not follows:
            self._report(ProblemKind.BROKEN_SEAL_CHAIN, seal)

    def _report(self, kind: ProblemKind, seal: Seal, **details: str) -> None:
        self.problems.append(Problem(kind, details={"seal": seal.number, **details}))
