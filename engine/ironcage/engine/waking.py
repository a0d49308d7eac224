"""Wake-ups: timers and deadlines that have come, each fired exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.engine.stepping import prepare, state_of
from ironcage.machine import Fire
from ironcage.record import NOBODY, subject_of

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue
    from ironcage.machine import State
    from ironcage.store import StoredCase, Work


def wake_one(work: Work, catalogue: Catalogue, now: Micros) -> tuple[str, bool] | None:
    """Fire the earliest wait of the case that is longest due; return its name and whether the step could be taken.

    A step that fails stops the wake-ups of its case, and of no other, until somebody retries. Returns None where
    nothing is due at *now*.
    """
    due = work.due_cases(now, 1)
    if not due:
        return None
    case = due[0]
    name = subject_of(case.process, case.key)
    try:
        runnable = catalogue.of(work, case)
        prepared = prepare(case, runnable, Fire(_earliest(state_of(case))), now, NOBODY)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one case must not stop the others
        stop(work, case, error)
        return name, False
    prepared.save(work, runnable, now, None)
    return name, True


def stop(work: Work, case: StoredCase, error: Exception) -> None:
    """Note why the wake-ups of *case* are stopped."""
    work.move_case(case._replace(incident=described(error)), case.seq)


def described(error: Exception) -> str:
    """Return what an incident says about *error*: its kind, then its sentence."""
    return f"{type(error).__name__}: {error}"


def kind_of(incident: str) -> str:
    """Return the kind of error that *incident* says, without the sentence: that may quote the data of the case."""
    return incident.partition(":")[0]


def _earliest(state: State) -> int:
    _, number = min((wait.at, number) for number, wait in state.waits.items() if wait.at is not None)
    return number
