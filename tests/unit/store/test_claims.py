"""Who claims what is due finds it by an index: however much is due, and whatever the database knows of its tables."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from crowds import FEW_CASE, HOT, NOW, cases_due, effort, jobs_due, jobs_of_a_topic_due, sent_at_once, tidy
from databases import emptied

from ironcage.engine.marking import mark_due, mark_sendings, new_attempt
from ironcage.store import Store, Work, new_id, statements
from ironcage.store.marking import Place
from ironcage.store.postgres import _numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FEW, MANY = 100, 2_000
FILLED = ("cases", "jobs", "outbox")
SOUGHT = sorted(name for name, each in vars(statements).items() if isinstance(each, str) and each in statements.SOUGHT)
SORTED = {"MARKED_CASES", "MARKED_SENDINGS"}
"""What reads all that it yields anyway, and sorts it."""


def wake(work: Work) -> object:
    assert mark_due(work, new_attempt(NOW), NOW, NOW, 10)
    return None


def wake_marked(work: Work) -> object:
    attempt = new_attempt(NOW)
    mark_due(work, attempt, NOW, NOW, 10)
    return len(work.marks.cases(attempt, NOW))


def take_a_job(work: Work) -> object:
    (job,) = work.labour.due(NOW, 1)
    return job.wait


def take_a_job_of_a_process(work: Work) -> object:
    (job,) = work.labour.due_topic("ask", NOW, 1, ("few",))
    return job.case == FEW_CASE


def deliver(work: Work) -> object:
    """Deliver while somebody else is delivering what came first from the one who has sent much."""
    work.marks.set(new_attempt(NOW), NOW, [(Place(7, "delivery", HOT, 1, number), 1) for number in range(50)])
    attempt = new_attempt(NOW)
    assert mark_sendings(work, attempt, NOW, NOW, 10)
    return sorted(each.row.part for each in work.marks.sendings(attempt, NOW))


def command(work: Work) -> object:
    work.marks.set(new_attempt(NOW), NOW, [(Place(7, "delivery", HOT, 1, 0), 1)])
    found = (work.marks.first_sending(part, sender, NOW) for part, sender in work.marks.senders(NOW))
    return next(each.row.sender != HOT for each in found if each)


CROWDS: dict[str, tuple[Callable[[Work, int], None], Callable[[Work], object], object]] = {
    "a case to wake": (cases_due, wake, None),
    "the cases that were marked": (cases_due, wake_marked, 10),
    "a job": (jobs_due, take_a_job, 1),
    "a job of a process on a topic": (jobs_of_a_topic_due, take_a_job_of_a_process, True),
    "what was sent, for a worker": (sent_at_once, deliver, [8, 9, 10]),
    "what was sent, for a command": (sent_at_once, command, True),
}


@pytest.fixture(params=["sqlite", "postgres, unknown", "postgres, planned while small"])
def measured(request, tmp_path):
    """Return a function that claims from a crowd of a size, and says how much it went through."""

    def measure(name: str, count: int) -> int:
        fill, claim, expected = CROWDS[name]
        on_sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / str(count)}.db" if on_sqlite else emptied()
        store = Store.open(url)
        try:
            if request.param.endswith("small"):
                _plan_while_small(store, url, fill, claim)
            store.run(lambda work: fill(work, count))
            return store.run(lambda work: _measured(work, claim, expected))
        finally:
            store.close()

    return measure


def _plan_while_small(
    store: Store, url: str, fill: Callable[[Work, int], None], claim: Callable[[Work], object]
) -> None:
    """Let the database plan the claim often enough to keep the plan, while it knows that there is next to nothing."""
    tidy(url)
    store.run(lambda work: fill(work, 10))
    for _ in range(15):
        with store.writing() as work:  # what is rolled back is not kept prepared
            claim(work)
            work.connection.exec_driver_sql("DELETE FROM marks")
    store.run(lambda work: [work.connection.exec_driver_sql(f"DELETE FROM {name}") for name in FILLED])


def _measured(work: Work, claim: Callable[[Work], object], expected: object) -> int:
    with effort(work) as spent:
        assert claim(work) == expected
    return spent.amount


@pytest.mark.parametrize("name", CROWDS)
def test_a_claim_costs_the_same_however_much_is_due(measured, name):
    few, many = measured(name, FEW), measured(name, MANY)
    assert 0 < many <= 1.1 * few + 5


@pytest.fixture(scope="module")
def planning() -> Iterator[Work]:
    """A unit of work that claims, on a PostgreSQL that knows nothing of its tables."""
    store = Store.open(emptied())
    store.run(lambda work: cases_due(work, MANY))
    with store.writing() as work:
        work.marks.due(NOW, NOW, 1)
        yield work
    store.close()


@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize("name", SOUGHT)
def test_postgresql_looks_for_what_is_due_in_the_order_of_an_index(planning, name, mode):
    steps = list(_steps(_plan(planning, getattr(statements, name), mode)))
    kinds = {step["Node Type"] for step in steps}
    assert kinds.isdisjoint({"Seq Scan", "BitmapAnd", "BitmapOr", "Hash", "Materialize"}), kinds
    if name not in SORTED:
        assert "Sort" not in kinds
    assert all("Index Cond" in step or name.startswith("NEXT_") for step in steps if "Index Name" in step), steps


def _plan(work: Work, statement: str, mode: str) -> dict[str, Any]:
    asked = _numbered(statement, True).decode()
    ask = work.connection.exec_driver_sql
    ask(f"SET LOCAL plan_cache_mode = force_{mode}_plan")
    ask(f"PREPARE claim AS {asked}")
    values = ", ".join(["NULL" if mode == "generic" else "'1'"] * len(re.findall(r"\$\d+", asked)))
    text = ask(f"EXPLAIN (FORMAT JSON) EXECUTE claim{f'({values})' if values else ''}").scalar_one()
    ask("DEALLOCATE claim")
    return (json.loads(text) if isinstance(text, str) else text)[0]["Plan"]


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)


def test_there_is_something_sought():
    assert len(SOUGHT) == len(statements.SOUGHT) >= 15
    assert new_id(7, 1) != HOT
