"""Whom a message goes to: exactly one of the cases that wait for it, else one that it starts.

A wait that names a key takes a message of that key only; one that names none takes any. What fits by its key comes
before what takes any, and of several that fit alike the one that has waited longest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import Moment
from ironcage.engine.keys import written
from ironcage.engine.mirroring import message_of
from ironcage.engine.refusals import AmbiguousMessageError, AmbiguousStartError

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue, Runnable
    from ironcage.machine.step import Key
    from ironcage.program import Node
    from ironcage.store import StoredStart, Subscription, Work
    from ironcage.values import Context


class Letter(NamedTuple):
    """A message on its way."""

    name: str
    payload: Context
    key: Key = ()
    """The key that the sender gave it; without one, each receiver reads it off the payload in its own way."""


class Receiver(NamedTuple):
    """A wait that a message goes to, and the key by which it fits."""

    wait: Subscription
    key: Key


def receiver(work: Work, catalogue: Catalogue, letter: Letter, now: Micros, *, strict: bool) -> Receiver | None:
    """Return the wait that *letter* goes to, or None where nothing fits.

    Raises:
        AmbiguousMessageError: with *strict*, several cases fit alike.
    """
    exact: list[Receiver] = []
    loose: list[Receiver] = []
    for way in work.post.ways(letter.name):
        key = letter.key or read_key(work, catalogue, way, letter.payload, now)
        text = written(key)
        loose += [Receiver(wait, key) for wait in work.post.waiting(letter.name, way.found, "", 2)]
        if text:
            exact += [Receiver(wait, key) for wait in work.post.waiting(letter.name, way.found, text, 2)]
    fitting = sorted(exact or loose, key=lambda each: (each.wait.opened, each.wait.case, each.wait.wait))
    if strict and len({each.wait.case for each in fitting}) > 1:
        alike = {(each.wait.found, each.wait.key) for each in fitting}
        count = sum(work.post.count_waiting(letter.name, *each) for each in alike)
        raise AmbiguousMessageError(name=letter.name, count=count)
    return fitting[0] if fitting else None


def receiver_in(
    work: Work, catalogue: Catalogue, part: int, case: bytes, letter: Letter, now: Micros
) -> Receiver | None:
    """Return the wait of one case that *letter* goes to, or None where nothing fits.

    The case is named, so a wait for a key fits a letter without one, too.
    """
    fitting: list[Receiver] = []
    for wait in work.post.waiting_in(part, case, letter.name):
        key = letter.key or read_key(work, catalogue, wait, letter.payload, now)
        if not letter.key or wait.key in ("", written(key)):
            fitting.append(Receiver(wait, key))
    return min(fitting, key=lambda each: (each.wait.key == "", each.wait.wait), default=None)


def begun_by(work: Work, letter: Letter, *, strict: bool) -> StoredStart | None:
    """Return what *letter* begins a case by, the first in the order of the processes; None where nothing is begun.

    Raises:
        AmbiguousStartError: with *strict*, it begins cases of several processes.
    """
    starts = work.post.starts("message", letter.name)
    processes = sorted({start.process for start in starts})
    if strict and len(processes) > 1:
        raise AmbiguousStartError(name=letter.name, count=len(processes), processes=", ".join(processes))
    return starts[0] if starts else None


def read_key(work: Work, catalogue: Catalogue, wait: Subscription, payload: Context, now: Micros) -> Key:
    """Return the key that *payload* has in the eyes of the case that waits; none where it has none."""
    case = work.case_with_id(wait.part, wait.case) if wait.found else None
    if case is None:
        return ()
    runnable = catalogue.of(work, case)
    return key_of(runnable, runnable.program.nodes[runnable.program.index(wait.element)], wait.name, payload, now)


def key_of(runnable: Runnable, node: Node, name: str, payload: Context, now: Micros) -> Key:
    """Return the key that *payload* of the message *name* has at *node*; none where it has none."""
    message = message_of(node, name)
    if message is None:
        return ()
    moment = Moment(now, runnable.zone)
    key = tuple(each.evaluate(payload, moment) for each in message.found)
    return key if written(key) else ()
