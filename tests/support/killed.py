"""What those leave behind who are killed by chance, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.engine.marking import KillingStepError
from ironcage.engine.refusals import AttemptLostError

if TYPE_CHECKING:
    from ironcage.engine import Engine

BY_KILLS = {KillingStepError.__name__, AttemptLostError.__name__}
"""What is stopped so was tried by one after the other, each of whom was killed."""


def let_go_on(engine: Engine) -> None:
    """Retry, as an operator would, what chance has killed as often as it may be tried; nothing else may be stopped."""
    stopped = engine.incidents()
    assert {incident.kind for incident in stopped} <= BY_KILLS, stopped
    for case in {incident.case for incident in stopped}:
        engine.retry(case)
