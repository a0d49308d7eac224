"""Where a suite and the standard disagree: reviewed one by one, each with the clause that decides it.

A dispute changes nothing that the engine does. It lets a run that a suite calls wrong count as passed where the trace
is exactly what the clause asks for, and it is shown with the result. It holds for one file, known by its digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.faults import FaultyError
from ironcage.messages import Text
from ironcage.toml import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage.toml import Settings

REVIEWED = Path(__file__).parent / "disputes.toml"
"""The disputes that come with this release."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A run of one file of a suite, the trace the standard asks for instead, and why."""

    id: str
    sha256: str
    trace: tuple[str, ...]
    clause: str
    reason: str | Text
    by: str = "review"
    """``review``, or ``model`` where the model itself contradicts what is expected."""

    def settles(self, test: str, sha256: str, trace: Sequence[str]) -> bool:
        """Return whether it is about this file and asks for *trace*, in whatever order."""
        return (self.id, self.sha256) == (test, sha256) and sorted(self.trace) == sorted(trace)

    def as_json(self) -> dict[str, object]:
        """Return it as the command writes it."""
        return {"clause": self.clause, "reason": str(self.reason), "trace": list(self.trace), "by": self.by}


def read_disputes(file: Path = REVIEWED) -> list[Dispute]:
    """Return the disputes in *file*.

    Raises:
        OSError: it cannot be read.
        FaultyError: it does not say what it must; every fault is named.
    """
    top, faults = settings(file.read_bytes(), str(file))
    found = [_dispute(said) for said in top.tables("dispute")]
    top.finish()
    if faults:
        raise FaultyError(faults)
    return found


def _dispute(said: Settings) -> Dispute:
    reason = said.table("reason")
    dispute = Dispute(
        id=said.needed("id"),
        sha256=said.needed("sha256"),
        trace=said.texts("trace"),
        clause=said.needed("clause"),
        reason=Text(reason.needed("zh"), reason.needed("en")),
    )
    reason.finish()
    said.finish()
    return dispute
