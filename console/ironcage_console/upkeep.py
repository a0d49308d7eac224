"""What the worker does now and then for the REST API: answers that are remembered long enough are forgotten."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ironcage_console import store as rows

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.engine import Engine
    from ironcage.store import Work

REMEMBERED_FOR = 86_400_000_000
"""How long the answer to a request with an ``Idempotency-Key`` is remembered at least."""
AT_A_TIME = 1000


def forget_old_answers(engine: Engine) -> int:
    """Forget what was answered a day ago and earlier, some in each unit of work; return how many answers there were."""
    forgotten, before = 0, engine.clock.now() - REMEMBERED_FOR
    while some := engine.store.run(partial(_forget, before=before)):
        forgotten += some
    return forgotten


def _forget(work: Work, before: Micros) -> int:
    return rows.forget_answers(work.connection, before, AT_A_TIME)
