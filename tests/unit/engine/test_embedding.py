"""Commands inside a host's own transaction: they are committed and rolled back with its rows, or not at all."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from between import definition as permit_definition
from examples import examples
from hosting import WAYS, break_steps, cases
from hypothesis import given
from hypothesis import strategies as st
from running import TWO_TASKS, definition

from ironcage.engine import CaseExistsError, OpenUnitError
from ironcage.errors import NotFoundError, RefusedError, UsageError
from ironcage.store import ConflictError, MustRollBackError
from ironcage.store.host import HostInsideError

if TYPE_CHECKING:
    from ironcage.engine import Engine

OTHER = ({"s": "start", "t": "user", "e": "end"}, "s -> t", "t -> e")


@pytest.fixture
def running(run):
    return run(definition(*TWO_TASKS))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("commit", [True, False])
def test_a_hosts_rows_and_the_steps_of_cases_share_one_fate(running, apply, way, commit):
    before, application = running.dump(), apply(way)
    application.permit("7")
    with running.engine.within(application.given):
        case = running.engine.start("p", key="7")
        running.engine.complete(running.open_task(case))
        assert [task.element for task in running.engine.tasks()] == ["b"]
        assert running.engine.verify().whole
    assert running.engine.tasks() == []
    (application.commit if commit else application.rollback)()
    assert (application.permits(), cases(running)) == ((["7"], ["p/7"]) if commit else ([], []))
    assert commit or running.dump() == {**before, "permits": []}


@pytest.mark.parametrize("way", WAYS)
def test_a_host_that_has_not_begun_its_transaction_begins_it_with_the_step(running, apply, way):
    application = apply(way)
    with running.engine.within(application.given):
        running.engine.start("p", key="7")
    assert cases(running) == []
    application.commit()
    assert cases(running) == ["p/7"]


@pytest.mark.parametrize("commit", [True, False])
def test_what_a_step_causes_in_other_cases_is_in_the_hosts_transaction_too(run, apply, commit):
    running, application = run(permit_definition("permit"), permit_definition("inspection")), apply()
    running.engine.start("permit", {"number": "1"}, key="1")
    with running.engine.within(application.given):
        running.engine.message("已缴费", key=["1"])
        (task,) = running.engine.tasks()
        assert task.case == "inspection/permit/1/inspect/1"
        running.engine.complete(task.name, {"width": 3})
        assert [task.element for task in running.engine.tasks()] == ["decide"]
    assert running.engine.tasks() == []
    (application.commit if commit else application.rollback)()
    assert [task.element for task in running.engine.tasks()] == (["decide"] if commit else [])
    assert running.engine.verify().whole


def _first_task(engine: Engine, case: str) -> str:
    return engine.case(case).tasks[0].name


REFUSED = {
    "the key is taken": lambda engine: engine.start("p", key="there"),
    "it cannot be a key": lambda engine: engine.start("p", key=" "),
    "nothing is deployed": lambda engine: engine.start("nothing"),
    "the data do not fit": lambda engine: engine.start("p", {"x": "text"}),
    "there is no such task": lambda engine: engine.complete("p/there/99"),
    "the task is somebody else's": lambda engine: engine.complete(
        _first_task(engine, "p/there"), actor="somebody else"
    ),
    "the task is over": lambda engine: engine.complete(_first_task(engine, "p/over")),
    "the case is over": lambda engine: engine.cancel("p/cancelled", "again"),
    "nothing waits for the message": lambda engine: engine.message("nobody"),
    "there is no incident": lambda engine: engine.retry("p/there"),
    "no reason is given": lambda engine: engine.cancel("p/there", ""),
    "jobs are not run in a transaction": lambda engine: engine.run_jobs(),
    "it does not begin there": lambda engine: engine.start("p", at="b"),
}


def test_after_a_refusal_the_hosts_transaction_goes_on(running, application):
    engine = running.engine
    for key in ("there", "over", "cancelled"):
        engine.start("p", key=key)
    engine.claim(running.open_task("p/there"), "ann")
    over = running.open_task("p/over")
    engine.complete(over)
    engine.cancel("p/cancelled", "a reason")
    for number, (what, refused) in enumerate(REFUSED.items()):
        before = running.dump()
        application.permit(str(number))
        with engine.within(application.given):
            with pytest.raises((RefusedError, NotFoundError, UsageError)) as raised:
                refused(engine)
            assert not isinstance(raised.value, ConflictError), what
            engine.start("p", key=f"after {number}")
        assert running.dump() == before, what
        application.commit()
        assert str(number) in application.permits(), what
        assert f"p/after {number}" in cases(running), what


# Savepoints


def test_a_savepoint_of_the_host_takes_back_the_commands_after_it_and_no_others(running, application):
    other = definition(*OTHER)
    with running.engine.within(application.given):
        running.engine.start("p", key="1")
        application.execute("SAVEPOINT hosts")
        running.engine.deploy(other)
        running.engine.start("p", key="2")
        application.execute("ROLLBACK TO SAVEPOINT hosts")
        running.engine.deploy(definition(*TWO_TASKS, said={"a": ""}))
        running.engine.start("p", key="3")
    application.commit()
    assert {(task.case, task.element) for task in running.engine.tasks()} == {("p/1", "a"), ("p/3", "a")}
    assert running.engine.verify().whole


def test_after_an_error_the_host_may_go_back_to_its_savepoint_and_on(running, application, url):
    application.permit("7")
    application.execute("SAVEPOINT hosts")
    break_steps(application, url)
    with pytest.raises(MustRollBackError), running.engine.within(application.given):
        running.engine.start("p", key="1")
    application.execute("ROLLBACK TO SAVEPOINT hosts")
    with running.engine.within(application.given):
        running.engine.start("p", key="2")
    application.commit()
    assert (application.permits(), cases(running)) == (["7"], ["p/2"])


# The host commits, rolls back and goes on


@pytest.mark.parametrize("way", WAYS)
def test_a_host_that_commits_in_the_middle_goes_on_in_its_next_transaction(running, apply, way):
    application = apply(way)
    with running.engine.within(application.given):
        running.engine.start("p", key="1")
        application.commit()
        running.engine.start("p", key="2")
        application.rollback()
        running.engine.start("p", key="3")
    application.commit()
    assert cases(running) == ["p/1", "p/3"]


def test_a_batch_inside_it_is_the_hosts_too(running, application):
    with running.engine.within(application.given), running.engine.batch():
        running.engine.start("p", key="1")
        with pytest.raises(CaseExistsError):
            running.engine.start("p", key="1")
        running.engine.start("p", key="2")
    assert cases(running) == []
    application.commit()
    assert cases(running) == ["p/1", "p/2"]


def _start_twice(engine: Engine) -> None:
    with engine.batch():
        engine.start("p", key="1")
        assert len(engine.tasks()) == 1  # what is read is written first
        engine.start("p", key="1")


def test_a_refusal_that_ends_a_batch_half_way_obliges_the_host_to_roll_back(running, application):
    with running.engine.within(application.given):
        with pytest.raises(MustRollBackError):
            _start_twice(running.engine)
        application.rollback()
        running.engine.start("p", key="2")
    application.commit()
    assert cases(running) == ["p/2"]


def test_it_is_not_begun_inside_a_batch(running, application):
    with running.engine.batch(), pytest.raises(HostInsideError), running.engine.within(application.given):
        pass


def test_what_an_order_erases_in_it_is_gone_from_the_file(run, apply, url, tmp_path):
    if not url.startswith("sqlite"):
        return  # the server's vacuum overwrites it
    running, application = run(definition(*TWO_TASKS)), apply()
    running.engine.start("p", {"name": "somebody unmistakable" * 20}, key="7")
    assert b"unmistakable" in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    application.execute("PRAGMA secure_delete = OFF")
    with running.engine.within(application.given):
        running.engine.erase("p/7", "an order")
    application.commit()
    running.store.sweep()
    assert b"unmistakable" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert application.given.execute("PRAGMA secure_delete").fetchone() == (0,)


def test_jobs_are_not_run_in_it(running, application):
    with running.engine.within(application.given), pytest.raises(OpenUnitError):
        running.engine.run_jobs()


WORDS = st.lists(st.sampled_from(["start", "refused", "broken", "commit", "rollback", "save", "back"]), max_size=14)


class _Kept:
    """What a host has kept, by its own account: what is committed, what is not yet, what was at the savepoint."""

    def __init__(self, running, application, name: str) -> None:
        self.engine, self.application, self.name = running.engine, application, name
        self.committed, self.now, self.saved = set[str](), set[str](), None
        self._numbers = count()

    def start(self) -> None:
        key = f"{self.name}-{next(self._numbers)}"
        self.application.permit(key)
        self.now.add(self.engine.start("p", key=key))

    def refused(self) -> None:
        with pytest.raises(CaseExistsError):
            self.engine.start("p", key="there")

    def broken(self) -> None:
        with pytest.raises(MustRollBackError):
            self.engine.erase("p/there", "an order")
        (self.rollback if self.saved is None else self.back)()

    def commit(self) -> None:
        self.application.commit()
        self.committed, self.now, self.saved = self.committed | self.now, set(), None

    def rollback(self) -> None:
        self.application.rollback()
        self.now, self.saved = set(), None

    def save(self) -> None:
        self.start()
        self.application.execute("SAVEPOINT hosts")
        self.saved = set(self.now)

    def back(self) -> None:
        if self.saved is not None:
            self.application.execute("ROLLBACK TO SAVEPOINT hosts")
            self.now = set(self.saved)


@pytest.mark.hypothesis
def test_what_is_kept_is_what_the_host_committed_whatever_happens(running, application, monkeypatch):
    running.engine.start("p", key="there")
    monkeypatch.setattr("ironcage.hooks.Plugins.case_erased", lambda *_: 1 // 0)
    runs = count()

    @examples(30)
    @given(WORDS)
    def law(words):
        kept = _Kept(running, application, f"example {next(runs)}")
        with running.engine.within(application.given):
            for word in words:
                getattr(kept, word)()
        application.rollback()
        found = {case for case in cases(running) if case.startswith(f"p/{kept.name}-")}
        assert found == kept.committed
        assert {f"p/{number}" for number in application.permits() if number.startswith(f"{kept.name}-")} == found

    law()
    assert running.engine.verify().whole
