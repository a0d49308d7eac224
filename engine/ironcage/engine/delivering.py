"""Delivering what steps have sent, each in the unit of work of the step that receives it, several in one transaction.

What is delivered is removed with that step, so each is delivered exactly once. What cannot be delivered is stopped with
the reason, until somebody lets it go on; everything else goes on.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, cast

from ironcage.engine import calling, starting
from ironcage.engine.correlation import Letter, begun_by, receiver, receiver_in
from ironcage.engine.incidents import described
from ironcage.engine.keeping import awaited, keep, letter_of, look_again, sought
from ironcage.engine.marking import check_survivable
from ironcage.engine.sending import body_of
from ironcage.engine.stepping import prepare
from ironcage.logs import Happening, kind_of, log
from ironcage.machine import CancelCase, Complete, NotWaitingError, Receive, Status, Throw
from ironcage.machine.calls import answered
from ironcage.program import Binding
from ironcage.record import NOBODY
from ironcage.store import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue
    from ironcage.engine.stepping import Prepared
    from ironcage.machine import Stimulus
    from ironcage.store import Sending, Work
    from ironcage.store.post import Sender
    from ironcage.values import Context, Value

    Writing = Callable[[], object]
    """What is left to be done when nothing can refuse it any more."""


def deliver_some(
    work: Work, catalogue: Catalogue, senders: Iterable[Sender], now: Micros, limit: int
) -> tuple[list[Sender], int]:
    """Deliver what *senders* have sent, each in its order, and what is sent because of it: at most *limit* things.

    Returns who may have sent more, and how many things there were. What somebody else has in hand, or has marked, is
    left to those who mark.
    """
    waiting, delivered = deque(senders), 0
    while waiting and delivered < limit:
        found = work.marks.first_sending(*waiting[0], now)
        if found is None:
            waiting.popleft()
            continue
        sent: list[Sender] = []
        with work.post.noting(sent):
            _deliver(work, catalogue, found.row, now)
        waiting += [each for each in dict.fromkeys(sent) if each not in waiting]
        delivered += 1
    return list(waiting), delivered


def deliver_marked(work: Work, catalogue: Catalogue, attempt: bytes, now: Micros) -> int:
    """Deliver what *attempt* has marked; return how much there was."""
    found = work.marks.sendings(attempt, now)
    for row, attempts in found:
        _deliver(work, catalogue, row, now, attempts)
    work.marks.clear(attempt)
    return len(found)


def _deliver(work: Work, catalogue: Catalogue, row: Sending, now: Micros, attempts: int = 1) -> None:
    work.flush()  # what goes wrong with what was delivered before is not the fault of this one
    try:
        check_survivable(attempts)
        write = _KINDS[row.kind](_Delivery(work, catalogue, row, body_of(row.body), now))
    except ConflictError:
        raise
    except Exception as error:
        if work.has_failed:
            raise  # it was the database: the whole unit is undone, and run again if that may help
        work.post.stop(row, described(error))
        log(Happening.DELIVERY_STOPPED, kind=row.kind, name=row.name, sender=row.sender.hex(), error=kind_of(error))
        return
    work.post.delivered(row)
    write()


class _Delivery(NamedTuple):
    """One thing to be delivered, and what it takes."""

    work: Work
    catalogue: Catalogue
    row: Sending
    body: Context
    now: Micros

    def payload(self, name: str = "payload") -> Context:
        return cast("Context", self.body[name])

    def step(self, part: int, case: bytes, stimulus: Stimulus, reason: str | None = None) -> Writing:
        """Compute the step of an open case."""
        found = self.work.case_with_id(part, case)
        if found is None or found.closed is not None:
            return _nothing
        runnable = self.catalogue.of(self.work, found)
        try:
            prepared = prepare(found, runnable, stimulus, self.now, reason=reason)
        except NotWaitingError as error:
            if not self._has_gone(stimulus, part, case):
                raise
            raise ConflictError(case=f"{found.process}/{found.key}") from error
        return lambda: prepared.save(self.work, runnable, self.now)

    def _has_gone(self, stimulus: Stimulus, part: int, case: bytes) -> bool:
        """Return whether the wait was there when it was looked for, and was closed before its case was locked."""
        if not isinstance(stimulus, Receive | Throw | Complete):
            return False
        place, post = (part, case, stimulus.wait), self.work.post
        return post.subscription(place) is None and post.call(place) is None

    def place(self) -> tuple[int, bytes, int]:
        """Return the wait it is for."""
        row = self.row
        assert row.to_part is not None and row.to_case is not None and row.to_wait is not None  # noqa: PT018
        return row.to_part, row.to_case, row.to_wait

    def begin(self, process: str, version: int, prepared: Prepared) -> Writing:
        runnable = self.catalogue.version(self.work, process, version)
        return lambda: prepared.start(self.work, runnable, self.now)


def _nothing() -> None:
    """What was waited for is waited for no more."""


def _message(of: _Delivery) -> Writing:
    key = tuple(cast("list[Value]", of.body["key"]))
    letter = Letter(of.row.name, of.payload(), key)
    part, case = of.row.to_part, of.row.to_case
    if part is None or case is None:
        found = receiver(of.work, of.catalogue, letter, of.now, strict=False)
    else:
        found = receiver_in(of.work, of.catalogue, part, case, letter, of.now)
    if found:
        stimulus = Receive(found.wait.wait, letter.payload, found.key)
        return of.step(found.wait.part, found.wait.case, stimulus)
    start = begun_by(of.work, letter, strict=False) if case is None else None
    if start:
        runnable = of.catalogue.version(of.work, start.process, start.version)
        _, prepared = starting.start_by_message(of.work, runnable, start.element, letter, of.now, NOBODY)
        return of.begin(start.process, start.version, prepared)
    return keep(of.work, of.catalogue, of.row, letter, of.now)


def _look_again(of: _Delivery) -> Writing:
    sent, nth = int(str(of.body["sent"])), int(str(of.body["nth"]))
    found = awaited(of.work, of.catalogue, of.row.name, sent, of.now)
    if found is None:
        return _nothing
    kept, to = found
    if to is None:
        return lambda: look_again(of.work, of.row.name, sent, nth + 1, of.now)
    step = of.step(to.wait.part, to.wait.case, Receive(to.wait.wait, letter_of(kept).payload, to.key))

    def write() -> None:
        of.work.post.drop_message(kept)
        step()

    return write


def _seek(of: _Delivery) -> Writing:
    if of.row.to_case is None:
        return _look_again(of)
    waiting = of.work.post.subscription(of.place())
    found = sought(of.work, of.catalogue, waiting, of.now) if waiting else None
    if waiting is None or found is None:
        return _nothing
    kept, letter = found
    step = of.step(waiting.part, waiting.case, Receive(waiting.wait, letter.payload, letter.key))

    def write() -> None:
        of.work.post.drop_message(kept)
        step()

    return write


def _receive(of: _Delivery) -> Writing:
    waiting = of.work.post.subscription(of.place())
    if waiting is None:
        return _nothing
    return of.step(waiting.part, waiting.case, Receive(waiting.wait, of.payload()))


def _begin(of: _Delivery) -> Writing:
    place, signal = (of.row.name, of.body["element"]), str(of.body["signal"])
    start = next((each for each in of.work.post.starts("signal", signal) if each[:2] == place), None)
    if start is None:
        return _nothing
    runnable = of.catalogue.version(of.work, start.process, start.version)
    _, prepared = starting.start_by_event(runnable, start.element, of.payload(), of.now)
    return of.begin(start.process, start.version, prepared)


def _call(of: _Delivery) -> Writing:
    call = of.work.post.call(of.place())
    caller = of.work.case_with_id(call.part, call.case) if call else None
    if call is None or caller is None:
        return _nothing
    version = of.body["version"]
    runnable, prepared = calling.start_called(
        of.work, of.catalogue, caller, call, Binding(str(of.body["binding"])),
        None if version is None else int(str(version)), of.payload("data"), of.now,
    )  # fmt: skip
    return lambda: prepared.start(of.work, runnable, of.now)


def _return(of: _Delivery) -> Writing:
    part, case, wait = of.place()
    if of.work.post.call((part, case, wait)) is None:
        return _nothing
    status = Status[str(of.body["status"])]
    return of.step(part, case, answered(wait, status, of.row.name, of.payload("data")))


def _escalation(of: _Delivery) -> Writing:
    part, case, wait = of.place()
    if of.work.post.call((part, case, wait)) is None:
        return _nothing
    return of.step(part, case, Throw(wait, of.row.name, escalation=True))


def _cancel(of: _Delivery) -> Writing:
    assert of.row.to_part is not None and of.row.to_case is not None  # noqa: PT018
    return of.step(of.row.to_part, of.row.to_case, CancelCase())


_KINDS: dict[str, Callable[[_Delivery], Writing]] = {
    "message": _message,
    "seek": _seek,
    "receive": _receive,
    "begin": _begin,
    "call": _call,
    "return": _return,
    "escalation": _escalation,
    "cancel": _cancel,
}
