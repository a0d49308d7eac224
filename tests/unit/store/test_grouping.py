"""Units of work that threads bring at the same time share a commit, and nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from gathering import Together

from ironcage.errors import RefusedError
from ironcage.messages import language, speaking
from ironcage.store import Store, StoredCase, Work, new_id
from ironcage.store.grouping import Request

if TYPE_CHECKING:
    from collections.abc import Callable


def _case(key: str) -> StoredCase:
    return StoredCase(7, new_id(7, 0), "p", key, None, "import", "open", 1, bytes(32), None, None, None, 0, None, None)


def _keys(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql('SELECT "key" FROM cases ORDER BY "key"').scalars())


def _transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Work]:
    begun: list[Work] = []
    close = Work.close

    def counted(self: Work) -> None:
        begun.append(self)
        close(self)

    monkeypatch.setattr(Work, "close", counted)
    return begun


def _adding(key: str) -> Callable[[Work], str]:
    def add(work: Work) -> str:
        work.add_cases([_case(key)])
        return key

    return add


def test_units_that_gather_share_a_commit(store, monkeypatch):
    together = Together(store)
    begun = _transactions(store, monkeypatch)
    keys = [f"{n:02}" for n in range(12)]
    assert together.bring(*map(_adding, keys)) == keys
    assert _keys(store) == keys
    assert len(begun) == together._lanes + 1, "those that held the lanes, and one group"


def test_a_refusal_concerns_its_own_unit_only(store):
    def refuse(_: Work) -> None:
        raise RefusedError

    outcomes = Together(store).bring(_adding("a"), refuse, _adding("b"))
    assert isinstance(outcomes[1], RefusedError)
    assert (outcomes[0], outcomes[2]) == ("a", "b")
    assert _keys(store) == ["a", "b"]


def test_a_unit_that_fails_half_way_takes_none_of_its_neighbours_down_and_leaves_nothing(store):
    def fail(work: Work) -> None:
        work.add_cases([_case("half")])
        raise ZeroDivisionError

    outcomes = Together(store).bring(_adding("a"), fail, _adding("b"))
    assert isinstance(outcomes[1], ZeroDivisionError)
    assert (outcomes[0], outcomes[2]) == ("a", "b")
    assert _keys(store) == ["a", "b"]


def test_what_the_database_refuses_of_one_unit_is_kept_of_the_others(store):
    def impossible(work: Work) -> None:
        work.add_cases([_case("bad")._replace(seq=0)])

    outcomes = Together(store).bring(_adding("a"), impossible, _adding("b"))
    assert "ck_cases_seq_positive" in str(outcomes[1])
    assert _keys(store) == ["a", "b"]


def test_a_unit_speaks_the_language_of_the_thread_that_brought_it(store):
    def speak(_: Work) -> str:
        return language()

    def brought_in_english() -> str:
        with speaking("en"):
            return store.run(speak)

    together = Together(store)
    with speaking("zh"), ThreadPoolExecutor(1) as threads:
        english = threads.submit(brought_in_english)
        together.bring(lambda _: None)
        assert english.result() == "en"


def test_a_unit_inside_a_unit_belongs_to_it(store):
    def outer(work: Work) -> None:
        store.run(_adding("a"))
        assert work.case(7, "p", "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.run(outer)
    assert _keys(store) == []


def test_what_waits_for_a_group_that_is_interrupted_does_not_take_it_for_committed(store, monkeypatch):
    together = Together(store)
    flush = Work.flush
    stopped: list[Work] = []

    def interrupted(self: Work) -> None:
        if self in stopped:
            raise KeyboardInterrupt
        flush(self)

    def stop(work: Work) -> None:
        stopped.append(work)

    monkeypatch.setattr(Work, "flush", interrupted)
    outcomes = together.bring(stop, _adding("a"))
    monkeypatch.undo()
    assert any(isinstance(outcome, BaseException) for outcome in outcomes)
    assert store.run(_adding("b")) == "b", "the lane is free again"


def test_a_thread_that_is_interrupted_while_it_waits_is_not_waited_for(store, monkeypatch):
    together = Together(store)
    wait = Request.wait

    def interrupted(self: Request[object]) -> None:
        if self.body is late:
            raise KeyboardInterrupt
        wait(self)

    def late(_: Work) -> None:
        raise AssertionError("nobody waits for it")

    monkeypatch.setattr(Request, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.run(late)
    assert together.bring(_adding("a")) == ["a"]


def test_who_is_done_is_told_so_before_slower_members_of_the_group_are(tmp_path, monkeypatch):
    """They run one by one, because the group could not be done; the first of them leads, and is told last."""
    store, told, outcome = Store.open(f"sqlite:///{tmp_path / 'one lane.db'}"), threading.Event(), Request.outcome

    def telling(self: Request[object]) -> object:
        if self.body is done:
            told.set()
        return outcome(self)

    def fail(_: Work) -> None:
        raise ZeroDivisionError

    def slow(_: Work) -> bool:
        return told.wait(10)

    done = _adding("a")
    monkeypatch.setattr(Request, "outcome", telling)
    outcomes = Together(store).bring(_adding("leads"), done, fail, slow)
    store.close()
    assert outcomes[3] is True
