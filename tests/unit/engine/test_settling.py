"""What is committed is done: an error while what it sent is delivered is not its failure, and left to the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from made import Made, catch, end, program, start, task, throw

from ironcage.engine import basis
from ironcage.hooks import hookimpl
from ironcage.program import Kind, Signal
from ironcage.store import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAITING = program({"s": start(), "c": catch(Signal("rain")), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
SERVED = program(
    {"s": start(), "a": task(Kind.SERVICE_TASK, service="ask"), "r": throw(Signal("rain")), "e": end()},
    "s -> a", "a -> r", "r -> e",
)  # fmt: skip


class Answering:
    @hookimpl
    def services(self) -> dict[str, Callable[[object], None]]:
        return {"ask": lambda _: None}


@pytest.fixture
def made(url) -> Iterator[Made]:
    running = Made(url, Answering())
    running.put(WAITING)
    running.put(SERVED, key="q")
    running.engine.start("p", key="waiting")
    running.engine.start("q", key="raining")
    yield running
    running.close()


@pytest.fixture(params=[ConflictError(case="p/waiting"), ZeroDivisionError()], ids=["conflict", "other"])
def error(request, monkeypatch) -> Exception:
    """What every delivery by a command fails with."""

    def deliver(*_: object) -> None:
        raise request.param

    monkeypatch.setattr(basis, "deliver_some", deliver)
    return request.param


def rain(made: Made) -> None:
    assert made.engine.signal("rain") == 1


def run_the_job(made: Made) -> None:
    assert made.engine.run_jobs() == 1
    assert made.engine.case("q/raining").status == "completed"
    assert [row[-2:] for row in made.dump()["attempts"]] == [("done", None)]


@pytest.mark.parametrize("act", [rain, run_the_job])
def test_a_step_whose_deliveries_fail_is_done_and_the_worker_delivers(made, error, caplog, act):
    act(made)
    said = [(each.getMessage(), each.ironcage["error"]) for each in caplog.records]
    assert said == [("delivery.failed", type(error).__name__)]
    assert not made.engine.tasks()
    assert made.engine.wake().delivered == 1
    assert [each.case for each in made.engine.tasks()] == ["p/waiting"]


def rain_together(made: Made) -> None:
    with made.engine.batch():
        made.engine.signal("rain")


def test_in_a_transaction_of_others_it_is_theirs_to_undo(made, error):
    before = made.dump()
    with pytest.raises(type(error)):
        rain_together(made)
    assert made.dump() == before
