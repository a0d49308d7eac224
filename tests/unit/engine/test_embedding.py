"""Commands inside a host's own transaction: they are committed and rolled back with its rows, or not at all."""

from __future__ import annotations

import asyncio
import threading
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

import pytest
from between import definition as permit_definition
from hosting import WAYS, Application
from running import TWO_TASKS, definition

from ironcage.engine import CaseExistsError, OpenUnitError, TaskCompletedError, UnknownTaskError
from ironcage.errors import NotFoundError, RefusedError, UsageError
from ironcage.store import ConflictError, MustRetryError, MustRollBackError
from ironcage.store.host import FailedBeforeError, HostInsideError, LeftElsewhereError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.engine import Engine

OTHER = ({"s": "start", "t": "user", "e": "end"}, "s -> t", "t -> e")


@pytest.fixture
def running(run):
    return run(definition(*TWO_TASKS))


@pytest.fixture
def apply(url) -> Iterator[Callable[..., Application]]:
    made: list[Application] = []

    def make(*words, **options):
        made.append(Application(url, *words, **options))
        return made[-1]

    yield make
    for application in made:
        application.close()
    if made:
        made[0].drop()


@pytest.fixture
def application(apply) -> Application:
    return apply()


def _breaks(application: Application, url: str) -> None:
    """Let every step fail in its middle, when its case is written and its events are not."""
    if url.startswith("sqlite"):
        application.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    else:
        application.execute("ALTER TABLE events ADD CONSTRAINT broken CHECK (seq < 0) NOT VALID")


def _keys(running) -> list[str]:
    return sorted({task.case for task in running.engine.tasks()})


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
    assert (application.permits(), _keys(running)) == ((["7"], ["p/7"]) if commit else ([], []))
    assert commit or running.dump() == {**before, "permits": []}


@pytest.mark.parametrize("way", WAYS)
def test_a_host_that_has_not_begun_its_transaction_begins_it_with_the_step(running, apply, way):
    application = apply(way)
    with running.engine.within(application.given):
        running.engine.start("p", key="7")
    assert _keys(running) == []
    application.commit()
    assert _keys(running) == ["p/7"]


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
        assert f"p/after {number}" in _keys(running), what


@pytest.mark.parametrize("way", WAYS)
def test_an_error_half_way_obliges_the_host_to_roll_back(running, apply, url, way):
    application = apply(way)
    _breaks(application, url)
    application.permit("7")
    raises = pytest.raises(MustRollBackError, match="Roll the transaction back")
    with raises as raised, running.engine.within(application.given):
        running.engine.start("p", key="7")
    assert not isinstance(raised.value, MustRetryError)
    application.rollback()
    assert (application.permits(), _keys(running)) == ([], [])


def test_half_a_step_is_never_committed_whatever_the_host_does(running, application, url):
    before = running.dump()
    application.commit()
    _breaks(application, url)
    with suppress(MustRollBackError), running.engine.within(application.given):
        running.engine.start("p", key="7")
    application.commit()
    assert {name: rows for name, rows in running.dump().items() if name != "permits"} == {
        name: rows for name, rows in before.items() if name != "permits"
    }


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_nor_is_a_step_that_broke_off_between_two_writes(running, application, monkeypatch, error):
    def erase_and_break(*_):
        raise error

    case = running.engine.start("p", {"name": "Ann"}, key="7")
    monkeypatch.setattr("ironcage.hooks.Plugins.case_erased", erase_and_break)
    before = running.dump()
    raised = pytest.raises(MustRollBackError if error is ZeroDivisionError else error)
    with suppress(FailedBeforeError), running.engine.within(application.given), raised:
        running.engine.erase(case, "an order")
    application.commit()
    assert running.dump() == before


def test_a_host_that_swallows_the_error_is_told_again(running, application, url):
    _breaks(application, url)
    goes_on = url.startswith("sqlite")  # it has undone the step and nothing else, so that nothing is left to tell
    with nullcontext() if goes_on else pytest.raises(FailedBeforeError), running.engine.within(application.given):
        for key in ("7", "8"):
            with pytest.raises(FailedBeforeError if key == "8" and not goes_on else MustRollBackError):
                running.engine.start("p", key=key)


def test_a_statement_of_the_host_that_failed_is_told_of_before_a_step(running, application, url):
    with suppress(Exception):
        application.execute("SELECT * FROM nothing")
    goes_on = url.startswith("sqlite")
    with nullcontext() if goes_on else pytest.raises(FailedBeforeError), running.engine.within(application.given):
        running.engine.start("p", key="7")


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
    _breaks(application, url)
    with pytest.raises(MustRollBackError), running.engine.within(application.given):
        running.engine.start("p", key="1")
    application.execute("ROLLBACK TO SAVEPOINT hosts")
    with running.engine.within(application.given):
        running.engine.start("p", key="2")
    application.commit()
    assert (application.permits(), _keys(running)) == (["7"], ["p/2"])


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
    assert _keys(running) == ["p/1", "p/3"]


def test_a_batch_inside_it_is_the_hosts_too(running, application):
    with running.engine.within(application.given), running.engine.batch():
        running.engine.start("p", key="1")
        with pytest.raises(CaseExistsError):
            running.engine.start("p", key="1")
        running.engine.start("p", key="2")
    assert _keys(running) == []
    application.commit()
    assert _keys(running) == ["p/1", "p/2"]


def test_it_is_not_begun_inside_a_batch(running, application):
    with running.engine.batch(), pytest.raises(HostInsideError), running.engine.within(application.given):
        pass


def test_jobs_are_not_run_in_it(running, application):
    with running.engine.within(application.given), pytest.raises(OpenUnitError):
        running.engine.run_jobs()


# Others at the same time


def _in_a_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    came: list[object] = []

    def run() -> None:
        try:
            came.append(act())
        except Exception as error:  # noqa: BLE001
            came.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def _wait_for_a_lock(running) -> None:
    """Return when somebody waits for somebody else's row."""
    waiting = 0
    while not waiting:
        with running.store.reading() as connection:
            waiting = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one()


def test_a_key_that_another_host_takes_first_is_refused_in_the_end(running, apply, url):
    on_postgres = url.startswith("postgres")
    first, second = apply(), apply() if on_postgres else apply(check_same_thread=False)

    def start() -> str:
        with running.engine.within(second.given):
            return running.engine.start("p", key="7")

    with running.engine.within(first.given):
        running.engine.start("p", key="7")
    thread, came = _in_a_thread(start)
    if on_postgres:
        _wait_for_a_lock(running)
    first.commit()
    thread.join()
    if on_postgres:
        assert isinstance(came[0], MustRetryError)
        second.rollback()
        thread, came = _in_a_thread(start)
        thread.join()
    assert isinstance(came[0], CaseExistsError)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_whose_snapshot_is_outdated_is_to_run_again(run, apply, url, level):
    running, application = run(definition(*TWO_TASKS)), apply()
    task = running.open_task(running.engine.start("p", key="7"))

    def complete() -> None:
        application.execute("BEGIN" if url.startswith("sqlite") else f"SET TRANSACTION ISOLATION LEVEL {level}")
        application.given.execute("SELECT * FROM permits").fetchall()
        if not came:
            came.append(running.engine.complete(task))
        with running.engine.within(application.given):
            running.engine.complete(task)

    came: list[object] = []
    with pytest.raises(MustRetryError, match="run all of it again"):
        complete()
    application.rollback()
    with pytest.raises(TaskCompletedError):
        complete()


def test_two_hosts_in_two_threads_have_their_own_fates(running, apply, url):
    options = {"check_same_thread": False} if url.startswith("sqlite") else {}
    first, second = apply(**options), apply(**options)

    def start(application: Application, key: str) -> Callable[[], object]:
        def act() -> None:
            with running.engine.within(application.given):
                running.engine.start("p", key=key)
            (application.commit if key == "1" else application.rollback)()

        return act

    for thread, came in [_in_a_thread(start(first, "1")), _in_a_thread(start(second, "2"))]:
        thread.join()
        assert came == [None]
    assert _keys(running) == ["p/1"]


def test_another_thread_and_another_task_are_not_in_the_hosts_transaction(running, application, url):
    async def meanwhile() -> None:
        running.engine.tasks()
        assert not running.store.is_busy()

    async def host() -> None:
        other = asyncio.create_task(meanwhile())
        with running.engine.within(application.given):
            assert running.store.is_busy()
            await other

    asyncio.run(host())
    with running.engine.within(application.given):
        thread, came = _in_a_thread(running.store.is_busy)
        thread.join()
    assert came == [False]


def test_a_block_that_is_left_in_another_task_says_so(running, application):
    block = running.engine.within(application.given)

    async def enter() -> None:
        block.__enter__()

    asyncio.run(enter())
    with pytest.raises(LeftElsewhereError):
        block.__exit__(None, None, None)


def test_it_is_over_when_the_block_is_left(running, application):
    with running.engine.within(application.given), pytest.raises(UnknownTaskError):
        running.engine.complete("p/7/1")
    application.rollback()
    running.engine.start("p", key="7")
    assert _keys(running) == ["p/7"]
