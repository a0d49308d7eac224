from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from boston import AS_OF_US, PROCESS, QUARTER, SAMPLE, missed, needs_quarter, overdue, overdue_by_events, rows

from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.faults import FaultyError
from ironcage.importing import (
    ForeignCaseError,
    Mapping,
    NotReplayableError,
    OtherWayError,
    Replayed,
    import_log,
    parse,
    replay,
)
from ironcage.store import Store, queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ironcage.record import RecordedCase

    Log = Callable[..., Path]

HEADER = "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,type,queue,department,source"
KNOWN = (
    "1,2011-07-01 09:00:00,2011-07-03 09:00:00,2011-07-02 09:00:00,,Bed Bugs,ISD_Housing (INTERNAL),ISD,Self Service"
)
LATE = "2,2011-07-01 10:00:00,2011-07-03 09:00:00,2011-07-05 09:00:00,,Bed Bugs,ISD_Housing (INTERNAL),ISD,Twitter"
NEVER = "3,2011-07-01 10:00:00,2011-07-03 09:00:00,,,Bed Bugs,ISD_Housing (INTERNAL),ISD,Twitter"
NO_TARGET = "4,2011-07-01 11:00:00,,2011-07-09 09:00:00,,Bed Bugs,ISD_Housing (INTERNAL),ISD,Twitter"
AFTER = "5,2011-12-30 11:00:00,,2012-07-09 09:00:00,,Bed Bugs,ISD_Housing (INTERNAL),ISD,Twitter"
FUTURE = "6,2012-01-30 11:00:00,,,,Bed Bugs,ISD_Housing (INTERNAL),ISD,Twitter"
NEW_QUEUE = "7,2011-07-01 09:00:00,2011-07-03 09:00:00,2011-07-04 09:00:00,,Bed Bugs,新队列,ISD,Twitter"
NEW_QUEUE_OPEN = "8,2011-07-01 09:00:00,2011-07-03 09:00:00,,,Bed Bugs,新队列,ISD,Twitter"


class Runs:
    """An engine with the shipped process in a database, and its record."""

    def __init__(self, url: str) -> None:
        self.store = Store.open(url)
        self.clock = VirtualClock()
        self.engine = Engine(self.store, self.clock)
        self.engine.deploy(load(PROCESS))

    def replay(self, log: Path, mapping: Mapping, batch: int = 100) -> Replayed:
        return replay(self.engine, self.clock, log, mapping, AS_OF_US, batch)

    def record(self) -> dict[str, RecordedCase]:
        with self.store.reading() as connection:
            return {case.row.key: case for case in queries.record(connection) if case.row}

    def close(self) -> None:
        self.store.close()


@pytest.fixture
def runs() -> Iterator[Runs]:
    made = Runs(":memory:")
    yield made
    made.close()


@pytest.fixture
def requests(log: Log) -> Log:
    def write(*lines: str) -> Path:
        return log(source=("\n".join((HEADER, *lines)) + "\n").encode())

    return write


def told(case: RecordedCase) -> list[tuple[str, str, str]]:
    return [(event.kind, event.transition, event.element) for event in case.events]


def facts(case: RecordedCase) -> dict[str, object]:
    known: dict[str, object] = {}
    for event in case.events:
        known.update(json.loads(event.facts or "{}"))
    return known


def test_a_closed_request_is_started_and_completed_when_its_record_says(
    runs: Runs, requests: Log, boston: Mapping
) -> None:
    assert runs.replay(requests(KNOWN), boston) == Replayed(cases=1, completed=1, bridged=0, waiting=0)
    case = runs.record()["1"]
    assert told(case)[-2:] == [("event", "complete", "closed"), ("case", "complete", "service_request")]
    start, done = case.events[0], next(e for e in case.events if (e.element, e.transition) == ("handle", "complete"))
    assert (start.happened, start.recorded, start.channel) == (
        1_309_525_200_000_000,
        1_309_525_200_000_000,
        "Self Service",
    )
    assert (done.happened, done.actor, done.unit) == (1_309_611_600_000_000, None, "ISD")


def test_a_deadline_that_passes_in_between_is_missed_at_its_due_instant(
    runs: Runs, requests: Log, boston: Mapping
) -> None:
    runs.replay(requests(KNOWN, LATE, NEVER), boston)
    record = runs.record()
    assert {key for key, case in record.items() if ("deadline", "missed", "handle") in told(case)} == {"2", "3"}
    passed = next(event for event in record["2"].events if event.transition == "missed")
    assert (passed.happened, passed.recorded, passed.unit) == (1_309_698_000_000_000, 1_309_698_000_000_001, "ISD")


def test_what_closes_after_the_as_of_instant_is_left_open_and_what_opens_after_it_never_was(
    runs: Runs, requests: Log, boston: Mapping
) -> None:
    assert runs.replay(requests(NO_TARGET, AFTER, FUTURE), boston).cases == 2
    assert {key: case.events[-1].transition for key, case in runs.record().items()} == {
        "4": "complete",
        "5": "schedule",
    }
    assert runs.clock.now() == AS_OF_US


def test_a_request_without_a_target_has_no_deadline(runs: Runs, requests: Log, boston: Mapping) -> None:
    runs.replay(requests(NO_TARGET), boston)
    assert all(event.due is None for event in runs.record()["4"].events)


def test_an_unknown_queue_waits_for_manual_routing_until_the_record_goes_on(
    runs: Runs, requests: Log, boston: Mapping
) -> None:
    replayed = runs.replay(requests(NEW_QUEUE, NEW_QUEUE_OPEN), boston)
    assert replayed == Replayed(cases=2, completed=1, bridged=1, waiting=1)
    closed, waiting = runs.record()["7"], runs.record()["8"]
    by_hand = next(e for e in closed.events if (e.element, e.transition) == ("route_by_hand", "complete"))
    handled = next(e for e in closed.events if (e.element, e.transition) == ("handle", "complete"))
    assert by_hand.happened == handled.happened == 1_309_784_400_000_000
    assert handled.unit == "ISD"
    assert ("deadline", "missed", "handle") in told(closed)
    assert told(waiting)[-2:] == [("activity", "schedule", "route_by_hand"), ("deadline", "missed", "route_by_hand")]


def test_a_second_run_changes_nothing(runs: Runs, requests: Log, boston: Mapping) -> None:
    log = requests(KNOWN, LATE, NEVER, NO_TARGET, AFTER, NEW_QUEUE, NEW_QUEUE_OPEN)
    first, record = runs.replay(log, boston), runs.record()
    clock = VirtualClock()
    assert replay(Engine(runs.store, clock), clock, log, boston, AS_OF_US) == first
    assert runs.record() == record


@pytest.mark.parametrize("batch", [1, 3])
def test_the_record_does_not_depend_on_how_many_steps_share_a_commit(
    runs: Runs, requests: Log, boston: Mapping, batch: int
) -> None:
    log = requests(KNOWN, LATE, NEVER, NO_TARGET, NEW_QUEUE)
    other = Runs(":memory:")
    assert other.replay(log, boston, batch) == runs.replay(log, boston)
    assert {k: told(case) for k, case in other.record().items()} == {k: told(case) for k, case in runs.record().items()}
    other.close()


def test_a_faulty_log_is_refused_before_anything_begins(runs: Runs, requests: Log, boston: Mapping) -> None:
    with pytest.raises(FaultyError):
        runs.replay(requests(KNOWN, "9,2011-02-30 09:00:00,,,,a,b,c,d"), boston)
    assert runs.record() == {}


def test_a_case_from_elsewhere_is_not_taken_for_one_of_the_log(runs: Runs, requests: Log, boston: Mapping) -> None:
    import_log(runs.store, requests(KNOWN), boston)
    with pytest.raises(ForeignCaseError, match="service_request/1"):
        runs.replay(requests(KNOWN), boston)


def test_a_task_the_log_knows_nothing_about_is_named(runs: Runs, requests: Log) -> None:
    source = (PROCESS / "boston311.toml").read_text("utf-8").partition("[[bridge]]")[0]
    with pytest.raises(OtherWayError, match="route_by_hand"):
        runs.replay(requests(NEW_QUEUE), parse(source.encode(), "m.toml"))


def test_a_bridge_that_leads_nowhere_ends(runs: Runs, requests: Log) -> None:
    source = (PROCESS / "boston311.toml").read_text("utf-8").rpartition("data")[0]
    with pytest.raises(OtherWayError, match="route_by_hand"):
        runs.replay(requests(NEW_QUEUE), parse(source.encode(), "m.toml"))


def test_acts_that_a_replay_cannot_repeat_are_refused(runs: Runs, requests: Log) -> None:
    source = (PROCESS / "boston311.toml").read_text("utf-8") + (
        '[[event]]\nelement = "handle"\ntransition = "withdraw"\nat = "closed_dt"\noptional = true\n'
    )
    with pytest.raises(NotReplayableError, match="withdraw"):
        runs.replay(requests(KNOWN), parse(source.encode(), "m.toml"))


def assert_it_is_as_the_csv_says(runs: Runs, log: Path) -> None:
    record = runs.record()
    assert overdue_by_events(record.values()) == missed(record.values()) == overdue(log)
    assert {key: facts(case)["department"] for key, case in record.items()} == {
        row["case_enquiry_id"]: row["department"] for row in rows(log)
    }
    assert runs.engine.verify().whole


def test_the_sample_routes_and_runs_overdue_as_the_csv_says(runs: Runs, boston: Mapping) -> None:
    replayed = runs.replay(SAMPLE, boston)
    assert (replayed.cases, replayed.bridged, replayed.waiting) == (2_000, 0, 0)
    assert_it_is_as_the_csv_says(runs, SAMPLE)


@pytest.mark.long
@needs_quarter
def test_the_quarter_routes_and_runs_overdue_as_the_csv_says(tmp_path: Path, boston: Mapping) -> None:
    runs = Runs(f"sqlite:///{tmp_path / 'quarter.db'}")
    assert runs.replay(QUARTER, boston, 1_000).cases == 31_828
    assert_it_is_as_the_csv_says(runs, QUARTER)
    runs.close()


CHILD = """
import sys
from pathlib import Path
from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.importing import load as mapping, replay
from ironcage.store import Store

url, process, log, as_of, batch = sys.argv[1:]
clock = VirtualClock()
engine = Engine(Store.open(url), clock)
engine.deploy(load(Path(process)))
told = lambda done, total: print(done, flush=True)
replay(engine, clock, Path(log), mapping(Path(process) / "boston311.toml"), int(as_of), int(batch), told)
"""


@pytest.mark.parametrize(("batch", "kills"), [(1, (40, 41)), (64, (1, 320))])
def test_a_replay_killed_at_any_instant_goes_on_where_it_was(
    tmp_path: Path, boston: Mapping, batch: int, kills: tuple[int, ...]
) -> None:
    log = tmp_path / "log.csv"
    log.write_text("\n".join(SAMPLE.read_text("utf-8").split("\n")[:301]) + "\n", "utf-8")
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    for acts in kills:
        arguments = (url, str(PROCESS), str(log), str(AS_OF_US), str(batch))
        with subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            next(line for line in child.stdout if int(line) >= acts)
            os.kill(child.pid, signal.SIGKILL)
        killed = Store.open(url)
        assert Engine(killed, VirtualClock()).verify().whole
        killed.close()
    resumed, whole = Runs(url), Runs(":memory:")
    assert 0 < len(resumed.record()) < 300
    assert resumed.replay(log, boston) == whole.replay(log, boston)
    assert {key: told(case) for key, case in resumed.record().items()} == {
        key: told(case) for key, case in whole.record().items()
    }
    assert resumed.engine.verify().whole
    resumed.close()
    whole.close()
