"""Messages that nobody waits for yet: kept for a time, and given to the first wait that fits, the oldest first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from ironcage.engine.correlation import Letter, read_key
from ironcage.engine.keys import written
from ironcage.engine.sending import Outgoing, body_of, message_part
from ironcage.store import KeptMessage, new_id
from ironcage.values import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue
    from ironcage.store import Sending, Subscription, Work
    from ironcage.values import Context, Value


def keep(work: Work, catalogue: Catalogue, row: Sending, letter: Letter, now: Micros) -> Callable[[], None]:
    """Return what keeps a message that a case sent, for as long as its process says."""
    sender = work.case_with_id(row.part, row.sender)
    kept_for = catalogue.of(work, sender).definition.messages_kept_for if sender else timedelta()

    def write() -> None:
        if kept_for:
            keep_letter(work, letter, now, kept_for, sender=(row.part, row.sender))

    return write


def keep_letter(
    work: Work,
    letter: Letter,
    now: Micros,
    kept_for: timedelta,
    to: tuple[int, bytes] | None = None,
    sender: tuple[int, bytes] | None = None,
) -> Micros:
    """Keep *letter*, for the case *to* if one is named; return the instant it is kept until."""
    body = to_bytes({"payload": letter.payload, "key": list(letter.key)})
    expires = now + kept_for // timedelta(microseconds=1)
    part, key = message_part(letter.name), written(letter.key)
    to_part, to_case = to or (None, None)
    sender_part, sender_case = sender or (None, None)
    message = KeptMessage(part, letter.name, now, key, to_part, to_case, sender_part, sender_case, body, expires)
    work.post.keep(message)
    return expires


def release(work: Work, names: Iterable[str], now: Micros) -> int:
    """Send the kept messages called *names* on their way again, for there is something new that they begin.

    Those for a case that was named are left. Returns how many there are.
    """
    sent = 0
    for name in sorted(set(names)):
        part = message_part(name)
        outgoing = Outgoing(work, part, new_id(part, now), 0, now)
        for kept in _unexpired(work, part, name, None, None, now):
            work.post.drop_message(kept)
            outgoing.message(*_letter(kept))
        sent += outgoing.count
    return sent


def sought(work: Work, catalogue: Catalogue, wait: Subscription, now: Micros) -> tuple[KeptMessage, Letter] | None:
    """Return the oldest kept message that fits *wait*, with the key by which it fits; None where none does."""
    part, name, key = message_part(wait.name), wait.name, wait.key

    def fits(kept: KeptMessage, letter: Letter) -> Letter | None:
        """Return the letter with its key in the eyes of the wait, or None where it does not fit."""
        found = letter.key or read_key(work, catalogue, wait, letter.payload, now)
        is_mine = kept.to_case is not None and not kept.key  # the case is named: it needs no key
        return letter._replace(key=found) if is_mine or key in ("", written(found)) else None

    def first(to: bytes | None, of_key: str | None) -> Iterator[tuple[KeptMessage, Letter]]:
        for kept in _unexpired(work, part, name, to, of_key, now):
            letter = fits(kept, _letter(kept))
            if letter is not None:
                yield kept, letter
                return

    streams = [first(wait.case, None), *([first(None, key), first(None, "")] if key else [first(None, None)])]
    return min((each for stream in streams for each in stream), key=lambda each: each[0].sent, default=None)


def _unexpired(
    work: Work, part: int, name: str, to: bytes | None, key: str | None, now: Micros
) -> Iterator[KeptMessage]:
    kept = work.post.kept(part, name, to, key, -1)
    while kept:
        if kept.expires > now:
            yield kept
        kept = work.post.kept(part, name, to, key, kept.sent)


def _letter(kept: KeptMessage) -> Letter:
    body = body_of(kept.body)
    return Letter(kept.name, cast("Context", body["payload"]), tuple(cast("list[Value]", body["key"])))
