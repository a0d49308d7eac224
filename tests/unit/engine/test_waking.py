from __future__ import annotations

from running import BEGIN, HOUR, LIMITED, TWO_TASKS, definition, within
from sqlalchemy import update

from ironcage.engine.naming import find_case
from ironcage.engine.stepping import state_of
from ironcage.machine import WaitKind, encode
from ironcage.messages import speaking
from ironcage.store import tables
from ironcage.store.marking import place_of_case

MINUTE = HOUR // 60
BAD_LATER = (
    {"s": "start", "w": "timer PT1H", "g": "xor", "a": "user", "e": "end"},
    "s -> w", "w -> g", "g -> a if x = 1", "g -> e if x = 2", "a -> e",
)  # fmt: skip
"""After an hour the model does not know how to go on unless x is 1 or 2."""

BAD_BESIDE = (
    {"s": "start", "f": "and", "t": "user", "w": "timer PT1H", "g": "xor", "a": "user", "e": "end"},
    "s -> f", "f -> t", "f -> w", "w -> g", "g -> a if x = 1", "g -> e if x = 2", "a -> e", "t -> e",
)  # fmt: skip
"""The same beside a task."""


def test_a_timer_fires_once_at_its_instant(run):
    running = run(definition(*LIMITED))
    case = running.engine.start("p")
    assert running.engine.next_wake() == BEGIN + 2 * HOUR
    running.clock.move_to(BEGIN + 2 * HOUR - 1)
    assert running.engine.wake().steps == 0
    running.clock.move_to(BEGIN + 2 * HOUR)
    assert running.engine.wake().steps == 1
    assert running.engine.wake().steps == 0
    assert running.facts(case)[3:] == [
        ("activity", "withdraw", "a"),
        ("event", "complete", "l"),
        ("activity", "schedule", "c"),
    ]


def test_a_deadline_met_at_its_last_microsecond_is_not_missed(run):
    running = run(definition(*TWO_TASKS, said={"a": within(2)}))
    case = running.engine.start("p")
    assert running.engine.wake_until(BEGIN + 2 * HOUR, running.clock) == 0
    running.engine.complete(running.open_task(case))
    assert running.engine.next_wake() is None
    assert running.dump()["timers"] == []


def test_a_missed_deadline_is_recorded_once_and_happened_when_it_was_due(run):
    running = run(definition(*TWO_TASKS, said={"a": within(2)}))
    case = running.engine.start("p")
    running.clock.move_to(BEGIN + 5 * HOUR)
    assert running.engine.wake().steps == 1
    assert running.engine.wake().steps == 0
    missed = running.engine.case(case).events[-1]
    assert (missed.kind, missed.transition, missed.element) == ("deadline", "missed", "a")
    assert (missed.happened, missed.recorded, missed.due) == (BEGIN + 2 * HOUR, BEGIN + 5 * HOUR, BEGIN + 2 * HOUR)
    assert running.open_task(case)
    assert running.engine.verify().whole


def test_what_is_due_is_fired_in_order_and_each_at_its_own_instant(run):
    running = run(definition(*LIMITED, said={"a": within(1), "c": within(1)}))
    for key in ("first", "second"):
        running.engine.start("p", key=key)
        running.clock.move_to(running.clock.now() + 10 * MINUTE)
    assert running.engine.wake_until(BEGIN + 4 * HOUR, running.clock) == 6
    assert running.clock.now() == BEGIN + 4 * HOUR
    with running.store.reading() as connection:
        rows = connection.exec_driver_sql(
            'SELECT "key", element, recorded_us FROM events JOIN cases ON case_id = id '
            "WHERE kind = 'deadline' OR element = 'l' ORDER BY recorded_us"
        ).all()
    assert [(key, element, (at - BEGIN) // MINUTE) for key, element, at in rows] == [
        ("first", "a", 60),
        ("second", "a", 70),
        ("first", "l", 120),
        ("second", "l", 130),
        ("first", "c", 180),
        ("second", "c", 190),
    ]


def test_a_step_that_fails_stops_its_case_and_no_other(run):
    running = run(definition(*BAD_LATER))
    bad, good = running.engine.start("p", {"x": 3}, key="bad"), running.engine.start("p", {"x": 1}, key="good")
    before = running.engine.case(bad).events
    running.clock.move_to(BEGIN + HOUR)
    woken = running.engine.wake()
    assert (woken.steps, woken.incidents) == (1, (bad,))
    assert running.open_task(good)
    assert running.engine.case(bad).events == before
    (incident,) = running.engine.incidents()
    assert incident.case == bad
    assert incident.kind == "NoFlowError"
    assert incident.reason.startswith("No condition holds at g")
    with speaking("zh"):
        assert running.engine.incidents()[0].reason.startswith("g 的条件都不成立")
    assert running.engine.next_wake() is None
    running.engine.retry(bad)
    assert running.engine.wake().incidents == (bad,)
    assert running.engine.verify().whole


def test_a_step_of_a_person_clears_the_incident(run):
    running = run(definition(*BAD_BESIDE))
    case = running.engine.start("p", {"x": 3})
    running.clock.move_to(BEGIN + HOUR)
    running.engine.wake()
    running.engine.complete(running.open_task(case), {"x": 2})
    assert running.engine.incidents() == []
    assert running.engine.wake().steps == 1
    assert running.engine.case(case).status == "completed"


def test_a_damaged_state_stops_its_case_and_no_other(run):
    running = run(definition(*LIMITED))
    bad, good = running.engine.start("p", key="bad"), running.engine.start("p", key="good")
    with running.store.writing() as work:
        work.connection.execute(update(tables.cases).where(tables.cases.c.key == "bad").values(state=b"\x01\x91"))
    running.clock.move_to(BEGIN + 2 * HOUR)
    woken = running.engine.wake()
    assert (woken.steps, woken.incidents) == (1, (bad,))
    assert running.open_task(good)


def test_a_round_fires_no_more_than_it_is_told(run):
    running = run(definition(*LIMITED))
    for _ in range(5):
        running.engine.start("p")
    running.clock.move_to(BEGIN + 2 * HOUR)
    assert [running.engine.wake(limit=2).steps for _ in range(4)] == [2, 2, 1, 0]


def test_the_rows_of_waits_are_those_of_the_state(run):
    running = run(definition(*LIMITED, said={"a": within(1)}))
    case = running.engine.start("p", key="k")
    with running.store.writing() as work:
        state = state_of(find_case(work, case))
    rows = running.dump()
    assert encode(state) == rows["cases"][0][9]
    assert {row[2] for row in rows["tasks"]} == {n for n, w in state.waits.items() if w.kind is WaitKind.TASK}
    assert {row[2] for row in rows["timers"]} == {n for n, w in state.waits.items() if w.at is not None}


def test_what_one_worker_has_just_marked_another_that_chose_it_too_does_not_take_from_it(run):
    running = run(definition(*LIMITED))
    running.engine.start("p")
    running.clock.move_to(BEGIN + 2 * HOUR)
    now, at = running.clock.now(), running.store.clock.now()
    with running.store.looking() as work:
        (chosen,) = work.marks.due(now, at, 1)
    for attempt in (b"first", b"second"):
        mark = [(place_of_case(chosen), chosen.attempts + 1)]
        running.store.note(lambda work, attempt=attempt, mark=mark: work.marks.set(attempt, at, mark))
    found = [running.store.run(lambda work, a=a: len(work.marks.cases(a, now))) for a in (b"first", b"second")]
    assert found == [1, 0]
