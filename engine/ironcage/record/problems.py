"""What may be wrong with a record: each problem with its place and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ironcage.messages import mark, text


class ProblemKind(StrEnum):
    """What is wrong; the names are stable and the same in the stand-alone verifier."""

    ALTERED_EVENT = "altered-event"
    REORDERED_EVENT = "reordered-event"
    MISSING_EVENT = "missing-event"
    INSERTED_EVENT = "inserted-event"
    BROKEN_LINK = "broken-link"
    UNKNOWN_ALGORITHM = "unknown-algorithm"
    UNAVAILABLE_ALGORITHM = "unavailable-algorithm"
    ALTERED_PAYLOAD = "altered-payload"
    MISSING_PAYLOAD = "missing-payload"
    INSERTED_PAYLOAD = "inserted-payload"
    UNERASED_PAYLOAD = "unerased-payload"
    ALTERED_CASE = "altered-case"
    WRONG_HEAD = "wrong-head"
    ORPHAN_EVENT = "orphan-event"
    MISPLACED_EVENT = "misplaced-event"
    ORPHAN_PAYLOAD = "orphan-payload"
    MISPLACED_PAYLOAD = "misplaced-payload"
    WRONG_SIGNATURE = "wrong-signature"
    WRONG_ROOT = "wrong-root"
    UNEXPECTED_KEY = "unexpected-key"
    BROKEN_SEAL_CHAIN = "broken-seal-chain"
    REWRITTEN_CHAIN = "rewritten-chain"
    CUT_TAIL = "cut-tail"
    DROPPED_CASE = "dropped-case"
    MISSING_FILE = "missing-file"
    ALTERED_FILE = "altered-file"
    STRAY_FILE = "stray-file"
    STRAY_COPY = "stray-copy"


_SENTENCES = {
    ProblemKind.ALTERED_EVENT: mark("{case}, event {seq}: altered; its digest does not match its columns."),
    ProblemKind.REORDERED_EVENT: mark("{case}, event {seq}: reordered; it was recorded as number {recorded_as}."),
    ProblemKind.MISSING_EVENT: mark("{case}, event {seq}: missing, up to number {last}."),
    ProblemKind.INSERTED_EVENT: mark("{case}, event {seq}: inserted; the chain of the case does not lead through it."),
    ProblemKind.BROKEN_LINK: mark(
        "{case}, event {seq}: does not follow from the event before it; one of the two was rewritten."
    ),
    ProblemKind.UNKNOWN_ALGORITHM: mark("{case}, event {seq}: names algorithm {algorithm}, which does not exist."),
    ProblemKind.UNAVAILABLE_ALGORITHM: mark(
        "{case}, event {seq}: not examined, because Python's hashlib on this machine lacks algorithm {algorithm}."
    ),
    ProblemKind.ALTERED_PAYLOAD: mark("{case}, event {seq}: its payload was altered."),
    ProblemKind.MISSING_PAYLOAD: mark("{case}, event {seq}: its payload is missing, and no order erased it."),
    ProblemKind.INSERTED_PAYLOAD: mark("{case}, event {seq}: has a payload that it was not recorded with."),
    ProblemKind.UNERASED_PAYLOAD: mark("{case}, event {seq}: its payload is still there though an order erased it."),
    ProblemKind.ALTERED_CASE: mark(
        "{case}: the case row does not belong to its events; its process, key, part, id or origin was altered."
    ),
    ProblemKind.WRONG_HEAD: mark("{case}, event {seq}: the case row holds another digest for this last event."),
    ProblemKind.ORPHAN_EVENT: mark("{case}, event {seq}: belongs to no case."),
    ProblemKind.MISPLACED_EVENT: mark("{case}, event {seq}: its part does not belong to its case."),
    ProblemKind.ORPHAN_PAYLOAD: mark("{case}, payload {seq}: belongs to no event."),
    ProblemKind.MISPLACED_PAYLOAD: mark("{case}, payload {seq}: its part does not belong to its case."),
    ProblemKind.WRONG_SIGNATURE: mark("Seal {seal}: its signature is wrong; it was altered or is a forgery."),
    ProblemKind.WRONG_ROOT: mark("Seal {seal}: its root does not match the cases it lists; the list was altered."),
    ProblemKind.UNEXPECTED_KEY: mark("Seal {seal}: signed by {fingerprint}, not by the key that was expected."),
    ProblemKind.BROKEN_SEAL_CHAIN: mark("Seal {seal}: does not follow from the seal before it."),
    ProblemKind.REWRITTEN_CHAIN: mark("{case}, event {seq}: not the event that seal {seal} holds; rewritten."),
    ProblemKind.CUT_TAIL: mark("{case}: the events up to number {seq} were there when seal {seal} was made; cut off."),
    ProblemKind.DROPPED_CASE: mark("{case}: was there when seal {seal} was made, with {events} events; dropped."),
    ProblemKind.MISSING_FILE: mark("Archive, {file}: missing; put it back from a copy of the archive."),
    ProblemKind.ALTERED_FILE: mark(
        "Archive, {file}: not the file that was archived; put it back from a copy of the archive."
    ),
    ProblemKind.STRAY_FILE: mark(
        "Archive, {file}: named by no manifest, as where a run was killed. Archive into this folder again and it goes."
    ),
    ProblemKind.STRAY_COPY: mark(
        "{case}: lies in bundle {bundle} of the archive, but the database does not say that it is archived there, as "
        "where a run was killed. Archive into this folder again and the copy goes."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a record or a seal."""

    kind: ProblemKind
    case: str = ""
    """``PROCESS/KEY``; the internal id in hexadecimal for rows of no case; empty for a seal or a file."""
    seq: int | None = None
    """The number of the event or payload; None for the case as a whole or a seal."""
    details: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return text(_SENTENCES[self.kind], case=self.case, seq=self.seq, **self.details)

    def to_json(self) -> dict[str, str | int | None]:
        """Return the problem for programs; the keys are stable."""
        return {"kind": self.kind.value, "case": self.case, "seq": self.seq, **self.details, "message": str(self)}
