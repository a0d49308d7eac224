"""What a step sends to other cases, as rows of the outbox, in the step's transaction; delivered after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ironcage.engine.keys import written
from ironcage.machine import Closed, Ended, Escalated, Opened, Sent, Signalled, WaitKind
from ironcage.record import part_of
from ironcage.store import Sending
from ironcage.values import from_bytes, to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.clock import Micros
    from ironcage.machine import Effect, Key
    from ironcage.store import StoredCase, Work
    from ironcage.values import Context, Value

MESSAGES = "message"
"""The process whose part buffered messages lie in, with their name for a key."""


def message_part(name: str) -> int:
    """Return the bucket in which messages called *name* are kept."""
    return part_of(MESSAGES, name)


def body_of(row_body: bytes) -> Context:
    """Return what a row of the outbox or of the kept messages carries."""
    return cast("Context", from_bytes(row_body))


_WAITS = (Opened, Closed)
_FOR_OTHERS = (WaitKind.MESSAGE, WaitKind.CALL)


def are_for_others(effects: Iterable[Effect]) -> bool:
    """Return whether any of *effects* may mean something to other cases; those of most steps do not."""
    return any(not isinstance(effect, _WAITS) or effect.kind in _FOR_OTHERS for effect in effects)


def check_sendable(case: StoredCase, effects: Iterable[Effect]) -> None:
    """Make sure that all a step of *case* sends can be written, before any of it is.

    Raises:
        NotPackableError: it holds something that is no value.
    """
    for effect in effects:
        match effect:
            case Sent(payload=carried) | Signalled(payload=carried):
                to_bytes(carried)
            case Opened(call=called) if called is not None:
                to_bytes(called.data)
            case Ended(data=carried) if case.parent is not None:
                to_bytes(dict(carried))
            case _:
                continue


class Outgoing:
    """Writes what is sent in one unit of work, numbered in its order."""

    __slots__ = ("_now", "_part", "_sender", "_seq", "_work", "count")

    def __init__(self, work: Work, part: int, sender: bytes, seq: int, now: Micros) -> None:
        """Begin to send.

        Args:
            work: the unit of work.
            part: the bucket of the sender.
            sender: the case that sends; an id of no case where it comes from outside.
            seq: how many events the sender has.
            now: the instant of the step.
        """
        self._work = work
        self._part = part
        self._sender = sender
        self._seq = seq
        self._now = now
        self.count = 0

    def effect(self, case: StoredCase, effect: Effect) -> None:
        """Send what *effect*, of a step of *case*, means to others; its wait has been opened, and not yet closed."""
        match effect:
            case Sent(_, name, payload, key):
                self.message(name, payload, key)
            case Signalled(name, payload):
                self.signal(name, payload)
            case Opened(wait, WaitKind.CALL, call=called):
                assert called is not None, "what waits for a called case says which"
                to = (case.part, case.id, wait)
                version = None if called.version is None else str(called.version)
                self._add("call", "", to, binding=str(called.binding), version=version, data=called.data)
            case Opened(wait, WaitKind.MESSAGE, name=name):
                if name is not None and self._is_kept(case, name):
                    self._add("seek", name, (case.part, case.id, wait))
            case Closed(wait, WaitKind.CALL, withdrawn=True):
                self._cancel(case, wait)
            case Escalated(code) if case.parent is not None:
                self._add("escalation", code or "", _parent(case))
            case Ended(status, data, code) if case.parent is not None:
                self._add("return", code or "", _parent(case), status=status.name, data=dict(data))
            case _:
                return  # of no concern to others

    def message(self, name: str, payload: Context, key: Key) -> None:
        """Send a message to whoever is to receive it."""
        self._add("message", name, None, payload=payload, key=list(key) if written(key) else [])

    def signal(self, name: str, payload: Context) -> None:
        """Send a signal to every case but the sender that waits for it now, then to what it starts."""
        for waiting in self._work.post.listening(name):
            if waiting.case != self._sender:
                self._add("receive", name, (waiting.part, waiting.case, waiting.wait), payload=payload)
        for start in self._work.post.starts("signal", name):
            self._add("begin", start.process, None, signal=name, element=start.element, payload=payload)

    def look_again(self, name: str, sent: Micros, nth: int) -> None:
        """Let the message *name* that was kept at *sent* look for a wait, for the *nth* time."""
        self._add("seek", name, None, sent=str(sent), nth=str(nth))

    def _is_kept(self, case: StoredCase, name: str) -> bool:
        part, post = message_part(name), self._work.post
        return bool(post.kept(part, name, None, None, 0) or post.kept(part, name, case.id, None, 0))

    def _cancel(self, case: StoredCase, wait: int) -> None:
        call = self._work.post.call((case.part, case.id, wait))
        called = call and self._work.case(part_of(call.process, call.key), call.process, call.key)
        if called and called.parent == case.id:
            self._add("cancel", "", (called.part, called.id, None))

    def _add(self, kind: str, name: str, to: tuple[int, bytes, int | None] | None, **body: Value) -> None:
        part, case, wait = to or (None, None, None)
        row = Sending(
            self._part, self._sender, self._seq, self.count, kind, name, part, case, wait, to_bytes(body), self._now,
            None,
        )  # fmt: skip
        self._work.post.send(row)
        self.count += 1


def _parent(case: StoredCase) -> tuple[int, bytes, int | None]:
    assert case.parent_part is not None and case.parent is not None  # noqa: PT018 - a constraint gives both or none
    return case.parent_part, case.parent, case.parent_wait
