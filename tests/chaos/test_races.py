"""Two who want to take one case further at the same instant: exactly one does, and the other is told so."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from chains import HEAR, TASK, chain
from running import BEGIN, HOUR, LIMITED, Running, definition

from ironcage.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 25, 1000


def _race(url: str, rounds: int, *sides: Callable[[Running, int], object]) -> list[tuple[object, ...]]:
    """Let *sides*, each with a store of its own, act at the same instant, again and again."""
    engines = [Running(url) for _ in sides]
    together = Barrier(len(sides))

    def run(side: Callable[[Running, int], object], running: Running) -> list[object]:
        outcomes: list[object] = []
        running.clock.move_to(BEGIN + 2 * HOUR)
        for nth in range(rounds):
            together.wait(timeout=60)
            try:
                outcomes.append(side(running, nth))
            except (RefusedError, NotFoundError) as refused:
                outcomes.append(type(refused).__name__)
        return outcomes

    with ThreadPoolExecutor(len(sides)) as threads:
        told = list(threads.map(run, sides, engines))
    for running in engines:
        running.close()
    return list(zip(*told, strict=True))


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_a_person_and_the_timer_at_one_instant_take_the_task_once(empty, rounds):
    running = Running(empty)
    running.engine.deploy(definition(*LIMITED))
    for nth in range(rounds):
        running.engine.start("p", key=str(nth))
    names = [running.open_task(f"p/{nth}") for nth in range(rounds)]

    def person(side: Running, nth: int) -> str:
        side.engine.complete(names[nth], actor="amy")
        return "completed"

    def timer(side: Running, _: int) -> int:
        return side.engine.wake(1).steps

    _race(empty, rounds, person, timer)
    running.clock.move_to(BEGIN + 2 * HOUR)
    while running.engine.wake().steps:
        pass
    came = Counter()
    for nth in range(rounds):
        facts = running.facts(f"p/{nth}")
        completed = ("activity", "complete", "a") in facts
        late = ("event", "complete", "l") in facts
        assert completed != late, facts
        came[completed] += 1
        (task,) = running.engine.tasks(case=f"p/{nth}")
        assert task.element == ("b" if completed else "c")
    assert running.engine.verify().whole
    running.close()
    assert sum(came.values()) == rounds


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_a_message_delivered_twice_at_one_instant_is_received_once(empty, rounds):
    running = Running(empty)
    running.engine.deploy(chain("p", HEAR, TASK))
    for nth in range(rounds):
        running.engine.start("p", key=str(nth))

    def give(side: Running, nth: int) -> str:
        return side.engine.message("done", to=f"p/{nth}").outcome

    outcomes = _race(empty, rounds, give, give)
    for nth, (first, second) in enumerate(outcomes):
        assert sorted((first, second)) == ["NotAwaitedError", "received"], outcomes[nth]
        facts = running.facts(f"p/{nth}")
        assert facts.count(("activity", "schedule", "a")) == 1
    assert running.engine.verify().whole
    running.close()
