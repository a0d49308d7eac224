"""What the end of a called case is to the wait of the one that called it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine.state import Status
from ironcage.machine.step import Complete, Throw

if TYPE_CHECKING:
    from ironcage.values import Context

CANCELLED = "cancelled"
"""The code of the error that a call ends in when somebody cancels the called case."""


def answered(wait: int, status: Status, code: str, data: Context) -> Complete | Throw:
    """Return what the end of a called case with *data* means to *wait*; *code* is that of its error, if it failed."""
    match status:
        case Status.FAILED:
            return Throw(wait, code, data)
        case Status.CANCELLED:
            return Throw(wait, CANCELLED, data)
        case _:
            return Complete(wait, data)
