"""Many cases moved to another version: in batches, taken up again, moved back, while others work on them."""

from __future__ import annotations

import json
from threading import Thread

import pytest
from moved import case_of, told
from running import CHECKED, LONGER, TWO_TASKS, Running, definition

from ironcage.engine import migrating as commands
from ironcage.engine.naming import find_case
from ironcage.engine.stepping import state_of
from ironcage.migration import remarks
from ironcage.store import ConflictError


def test_an_element_that_was_gone_for_a_version_is_counted_on(run):
    running = run(definition(*CHECKED))
    case = running.engine.start("p")
    for _ in range(2):
        running.engine.complete(running.open_task(case))
    running.engine.deploy(definition(*TWO_TASKS))
    running.engine.migrate("p", 1, 2, reason="out")
    again = (
        {"s": "start", "a": "user", "b": "user", "check": "user", "e": "end"},
        "s -> a",
        "a -> b",
        "b -> check",
        "check -> e",
    )
    running.engine.deploy(definition(*again))
    running.engine.migrate("p", 2, 3, reason="in again")
    running.engine.complete(running.open_task(case))
    events = [event for event in running.engine.case(case).events if event.element == "check"]
    assert [(event.transition, event.execution) for event in events] == [
        ("schedule", 1), ("complete", 1), ("schedule", 2)
    ]  # fmt: skip


def test_cases_that_go_on_meanwhile_are_moved_or_done_but_never_both_at_once(run):
    running = run(definition(*TWO_TASKS))
    names = [running.engine.start("p", key=str(key)) for key in range(30)]
    running.engine.deploy(definition(*LONGER))
    refused = []

    def work() -> None:
        for name in names:
            try:
                running.engine.complete(running.open_task(name))
            except ConflictError as error:
                refused.append(error)

    thread = Thread(target=work)
    thread.start()
    done = running.engine.migrate("p", 1, 2, reason="order 7")
    thread.join()
    assert done.counts == {"migrated": 30}
    assert refused == []
    for name in names:
        case = running.engine.case(name)
        assert case.version == 2
        assert [task.element for task in case.tasks if task.closed_at is None] == ["b"]
    assert running.engine.verify().whole


def test_a_migration_inside_the_transaction_of_another_goes_with_it(run):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p")
    running.engine.deploy(definition(*LONGER))
    before = running.dump()

    def migrate_and_fail() -> None:
        with running.engine.batch():
            running.engine.migrate("p", 1, 2, reason="order 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        migrate_and_fail()
    assert running.dump() == before
    assert running.engine.case(case).version == 1


def test_a_case_that_went_on_is_not_moved_back_and_the_others_are(run):
    running = run(definition(*TWO_TASKS))
    gone, still = (running.engine.start("p", key=key) for key in ("1", "2"))
    running.engine.deploy(definition(*LONGER))
    done = running.engine.migrate("p", 1, 2, reason="order 7")
    running.engine.claim(running.open_task(gone), "li")
    cases = {}
    undone = running.engine.undo_migration(
        done.id, reason="order 8", actor="chief", told=lambda case: cases.update({case.case: case})
    )
    assert undone.counts == {"left": 1, "undone": 1}
    assert [each.what for each in cases[gone].reasons] == [remarks.HAS_MOVED]
    assert [running.engine.case(case).version for case in (gone, still)] == [2, 1]
    facts = json.loads(running.engine.case(still).events[-1].facts)
    assert (facts["from"], facts["to"], facts["undone"], facts["reason"]) == (2, 1, True, "order 8")
    again = running.engine.undo_migration(done.id, reason="order 8")
    assert again.counts == {"left": 1}


def test_a_run_that_was_killed_is_taken_up_by_the_same_command(run, monkeypatch):
    monkeypatch.setattr(commands, "BATCH", 2)
    running = run(definition(*TWO_TASKS))
    names = [running.engine.start("p", key=str(key)) for key in range(7)]
    running.engine.deploy(definition(*LONGER))
    seen = []

    def killed(case):
        seen.append(case.case)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.engine.migrate("p", 1, 2, reason="order 7", told=killed)
    assert sum(running.engine.case(name).version == 2 for name in names) == 4, "two batches were committed"
    done, cases = told(running, "p", 1, 2, reason="another")
    assert done.counts == {"migrated": 7}
    assert len(cases) == 3
    reasons = {json.loads(running.engine.case(name).events[-1].facts)["reason"] for name in names}
    assert reasons == {"order 7"}, "it is the same migration"
    assert {len(running.engine.case(name).events) for name in names} == {4}, "none was moved twice"


def test_a_batch_that_fails_leaves_nothing_of_it(run, monkeypatch):
    running = run(definition(*TWO_TASKS))
    running.engine.start("p")
    running.engine.deploy(definition(*LONGER))
    before = running.dump()

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(commands.migrations, "note", fail)
    with pytest.raises(ZeroDivisionError):
        running.engine.migrate("p", 1, 2, reason="order 7")
    after = running.dump()
    assert [table for table in before if before[table] != after[table]] == ["migrations"]


def _fail_at(monkeypatch, *names):
    """Let something that nobody foresaw go wrong with the cases of these names; the database may be where it does."""
    real = commands.Writer.put

    def put(self, case, *rest):
        if f"{case.process}/{case.key}" in names:
            (self._work.connection.exec_driver_sql if case.key == "5" else int)("UPDATE cases SET part = 5000")
        return real(self, case, *rest)

    monkeypatch.setattr(commands.Writer, "put", put)


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_a_case_that_fails_unforeseen_is_named_and_the_others_are_moved_and_moved_back(run, monkeypatch, batch):
    monkeypatch.setattr(commands, "BATCH", batch)
    running = run(definition(*TWO_TASKS))
    names = {running.engine.start("p", key=str(key)) for key in range(12)}
    running.engine.deploy(definition(*LONGER))
    with monkeypatch.context() as patch:
        _fail_at(patch, "p/2", "p/5")
        done, cases = told(running, "p", 1, 2, reason="order 7")
    assert done.counts == {"migrated": 10, "refused": 2}
    assert {name: case.outcome for name, case in cases.items()} == {
        name: "refused" if name in ("p/2", "p/5") else "migrated" for name in names
    }
    assert all("nobody foresaw" in str(cases[name].reasons[0]) for name in ("p/2", "p/5"))
    assert "ValueError: invalid literal for int()" in str(cases["p/2"].reasons[0])
    assert "ck_cases_part" in str(cases["p/5"].reasons[0])
    assert {running.engine.case(name).version for name in names - {"p/2", "p/5"}} == {2}
    with monkeypatch.context() as patch:
        _fail_at(patch, "p/7")
        back = running.engine.undo_migration(done.id, reason="order 8")
    assert back.counts == {"undone": 9, "left": 1}
    again, _ = told(running, "p", 1, 2, reason="mended")
    assert again.counts == {"migrated": 11}, "all but the one that was left"
    assert running.engine.verify().whole


def _fail_first(monkeypatch):
    """Let something go wrong with the case that comes first; return where its name is put."""
    real, failed = commands.Writer.put, []

    def put(self, case, *rest):
        if not failed:
            failed.append(f"{case.process}/{case.key}")
            raise ZeroDivisionError
        return real(self, case, *rest)

    monkeypatch.setattr(commands.Writer, "put", put)
    return failed


def _before(monkeypatch, name, act):
    """Let somebody do something before the method of that name does what it does."""
    real = getattr(commands.MigrationCommands, name)

    def interrupted(*arguments, **named):
        act()
        return real(*arguments, **named)

    monkeypatch.setattr(commands.MigrationCommands, name, interrupted)


@pytest.mark.parametrize("others", [0, 3])
def test_where_a_case_that_failed_is_closed_meanwhile_no_other_is_blamed(run, monkeypatch, others):
    monkeypatch.setattr(commands, "BATCH", 1)
    running = run(definition(*TWO_TASKS))
    names = {running.engine.start("p", key=str(key)) for key in range(1 + others)}
    running.engine.deploy(definition(*LONGER))
    failed = _fail_first(monkeypatch)
    _before(monkeypatch, "_pass_over", lambda: running.engine.cancel(failed[0], "over"))
    done, cases = told(running, "p", 1, 2, reason="order 7")
    assert done.counts == ({"migrated": others} if others else {})
    assert cases.keys() == names - set(failed)
    assert {name: running.engine.case(name).version for name in names} == {
        name: 1 if name in failed else 2 for name in names
    }


@pytest.mark.parametrize("left", [0, 3])
def test_where_a_case_that_failed_was_moved_back_meanwhile_no_other_is_blamed(run, monkeypatch, left):
    monkeypatch.setattr(commands, "BATCH", 1)
    running = run(definition(*TWO_TASKS))
    names = {running.engine.start("p", key=str(key)) for key in range(1 + left)}
    running.engine.deploy(definition(*LONGER))
    done = running.engine.migrate("p", 1, 2, reason="order 7")
    failed = _fail_first(monkeypatch)

    def move_back():
        with running.store.writing() as work:
            found, connection = find_case(work, failed[0]), work.connection
            (row,) = commands.migrations.migrated(connection, done.id, found.part, found.id[:-1], 1)
            commands.migrations.undone(connection, row, running.clock.now())
            commands.migrations.set_version(connection, [(found.part, found.id)], 1)

    _before(monkeypatch, "_leave", move_back)
    back = running.engine.undo_migration(done.id, reason="order 8")
    assert back.counts == ({"undone": left} if left else {})
    assert {running.engine.case(name).version for name in names} == {1}


def test_what_is_the_fault_of_no_case_is_raised(run, monkeypatch):
    running = run(definition(*TWO_TASKS))
    running.engine.start("p")
    running.engine.deploy(definition(*LONGER))

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(commands.migrations, "candidates", fail)
    with pytest.raises(ZeroDivisionError):
        running.engine.migrate("p", 1, 2, reason="order 7")


def test_a_case_that_fails_unforeseen_is_named_by_the_plan_too(run, monkeypatch):
    running = run(definition(*TWO_TASKS))
    for key in "12":
        running.engine.start("p", key=key)
    running.engine.deploy(definition(*LONGER))
    real = commands.look

    def look(work, route, case, now):
        return real(work, route, case, now if case.key == "1" else int("!"))

    monkeypatch.setattr(commands, "look", look)
    planned, cases = told(running, "p", 1, 2)
    assert planned.counts == {"migrates": 1, "refused": 1}
    assert "invalid literal for int()" in str(cases["p/2"].reasons[0])


def test_what_goes_wrong_inside_the_transaction_of_another_is_the_others_to_undo(run, monkeypatch):
    running = run(definition(*TWO_TASKS))
    running.engine.start("p", key="2")
    running.engine.deploy(definition(*LONGER))
    before = running.dump()
    _fail_at(monkeypatch, "p/2")
    with pytest.raises(ValueError, match="invalid literal"), running.engine.batch():
        running.engine.migrate("p", 1, 2, reason="order 7")
    assert running.dump() == before


def test_two_who_run_the_same_migration_do_not_move_a_case_twice(run, monkeypatch):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p")
    running.engine.deploy(definition(*LONGER))
    real = commands.migrations.candidates

    def overtaken(connection, *arguments):
        found = real(connection, *arguments)
        connection.exec_driver_sql("UPDATE migrations SET after_part = 1023")
        return found

    monkeypatch.setattr(commands.migrations, "candidates", overtaken)
    with pytest.raises(ConflictError):
        running.engine.migrate("p", 1, 2, reason="order 7")
    assert running.engine.case(case).version == 1


def test_a_state_that_cannot_be_read_is_told_and_the_others_are_moved(run):
    running = run(definition(*TWO_TASKS))
    broken, sound = (running.engine.start("p", key=key) for key in ("1", "2"))
    running.engine.deploy(definition(*LONGER))
    with running.store.writing() as work:
        case = find_case(work, broken)
        work.move_case(case._replace(state=case.state[:-1]), case.seq)
    done, cases = told(running, "p", 1, 2, reason="order 7")
    assert (cases[broken].outcome, cases[sound].outcome) == ("refused", "migrated")
    assert done.counts == {"migrated": 1, "refused": 1}


def test_a_case_migrated_twice_and_back_is_on_its_first_version_again(run):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p")
    running.engine.deploy(definition(*LONGER))
    running.engine.migrate("p", 1, 2, reason="there")
    running.engine.migrate("p", 2, 1, reason="and back")
    assert running.engine.case(case).version == 1
    state = state_of(case_of(running, case))
    other = Running()
    other.engine.deploy(definition(*TWO_TASKS))
    twin = other.engine.start("p")
    assert state == state_of(case_of(other, twin))
    other.close()
