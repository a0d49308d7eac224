from __future__ import annotations

import threading
import time

import pytest

from ironcage.errors import ExtraMissingError, SurroundingsError, UsageError
from ironcage.messages import speaking
from ironcage.work import Bell, Patience
from ironcage.work.patience import FIRST_SECONDS, LONGEST_SECONDS, QUIET_SECONDS, Pauses


class DownError(SurroundingsError):
    message = "The server is down."


class FullError(SurroundingsError):
    message = "The disk is full."


class Unhurried(Bell):
    """Rings when it is waited for, and keeps how long it would have been."""

    def __init__(self, rings_after: float = float("inf")) -> None:
        super().__init__()
        self.waited: list[float] = []
        self._rings_after = rings_after

    def wait(self, seconds, _other=None):
        self.waited.append(seconds)
        if sum(self.waited) > self._rings_after:
            self.stop()


def failing(times: int, *errors: SurroundingsError):
    left = iter([error for error in errors for _ in range(times)])

    def attempt():
        error = next(left, None)
        if error:
            raise error
        return "open"

    return attempt


def test_pauses_double_up_to_the_longest_and_begin_anew():
    pauses = Pauses(1, 10)
    found = [pauses.next() for _ in range(6)]
    for pause, longest in zip(found, (1, 2, 4, 8, 10, 10), strict=True):
        assert longest / 2 <= pause <= longest
    pauses.reset()
    assert pauses.next() <= 1


def test_what_cannot_be_opened_is_tried_until_it_can():
    bell, said = Unhurried(), list[str]()
    with speaking("en"):
        assert Patience(bell, said.append).until(failing(5, DownError())) == "open"
    assert len(bell.waited) == 5
    assert said[0].startswith("The server is down. The worker waits for it")
    assert said[-1].startswith("The worker goes on, after")
    assert len(said) == 2


def test_a_day_without_a_database_fills_no_log():
    bell, said = Unhurried(rings_after=86_400), list[str]()
    assert Patience(bell, said.append).until(failing(10_000, DownError())) is None
    assert len(bell.waited) > 86_400 / LONGEST_SECONDS
    assert len(said) < 86_400 / QUIET_SECONDS + 10


def test_another_trouble_is_said_at_once():
    said: list[str] = []
    Patience(Unhurried(), said.append).until(failing(2, DownError(), FullError()))
    assert len(said) == 3


def test_where_something_moves_it_is_looked_again_soon_but_not_for_words_that_change_each_time():
    class OddError(SurroundingsError):
        message = "Odd: {number}."

    bell, said = Unhurried(), list[str]()
    patience = Patience(bell, said.append)
    patience.until(failing(6, DownError(), FullError()))
    assert max(bell.waited[6], bell.waited[0]) <= FIRST_SECONDS < bell.waited[5]
    said.clear()
    patience.until(failing(1, *(OddError(number=number) for number in range(1000))))
    assert len(said) < 100


def test_a_package_that_is_missing_is_not_waited_for():
    class NoDriverError(ExtraMissingError):
        message = "There is no driver."

    with pytest.raises(NoDriverError):
        Patience(Unhurried(), lambda _: None).until(failing(1, NoDriverError()))


def test_a_wrong_call_is_not_waited_for():
    def attempt():
        raise UsageError

    with pytest.raises(UsageError):
        Patience(Unhurried(), lambda _: None).until(attempt)


def test_nothing_is_tried_after_the_end_has_rung():
    bell = Bell()
    bell.stop()
    assert Patience(bell, lambda _: None).until(lambda: "open") is None


def test_a_bell_rung_by_another_thread_ends_the_waiting():
    bell = Bell()
    threading.Timer(0.01, bell.ring).start()
    begun = time.monotonic()
    bell.wait(60)
    assert time.monotonic() - begun < 30
    bell.wait(0)  # it has been heard
    for _ in range(100_000):  # however often it rings, nobody has to wait for it to be heard
        bell.ring()
    bell.wait(60)
