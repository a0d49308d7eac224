"""What an event says happened, in the reader's language."""

from __future__ import annotations

from ironcage.messages import mark, text

_HAPPENED = {
    ("case", "start"): mark("case opened"),
    ("case", "complete"): mark("case closed"),
    ("case", "pi_abort"): mark("case terminated"),
    ("case", "migrate"): mark("case migrated to another version"),
    ("activity", "schedule"): mark("work offered"),
    ("activity", "start"): mark("work begun"),
    ("activity", "assign"): mark("work claimed"),
    ("activity", "release"): mark("work released"),
    ("activity", "resolve"): mark("stopped work done by hand"),
    ("activity", "complete"): mark("work completed"),
    ("activity", "withdraw"): mark("work withdrawn"),
    ("event", "complete"): mark("event occurred"),
    ("deadline", "missed"): mark("deadline missed"),
    ("record", "erase"): mark("payload erased by order"),
}


def happened(kind: str, transition: str) -> str:
    """Return what an event of *kind* and *transition* says happened."""
    known = _HAPPENED.get((kind, transition))
    return text(known) if known else f"{kind} {transition}"
