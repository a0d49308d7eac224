"""Messages that nobody waits for yet: kept for a time, and given to the first wait that fits, the oldest first."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from ironcage.clock import instant
from ironcage.engine.correlation import Letter, read_key, receiver, receiver_in
from ironcage.engine.incidents import described
from ironcage.engine.keys import written
from ironcage.engine.refusals import ExpiredMessageError, UndeliveredMessageError
from ironcage.engine.sending import Outgoing, body_of, message_part
from ironcage.store import KeptMessage, Sending, new_id
from ironcage.values import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue
    from ironcage.engine.correlation import Receiver
    from ironcage.store import Subscription, Work
    from ironcage.values import Context, Value

PAUSES = tuple(seconds * 1_000_000 for seconds in (1, 10, 60, 600))
"""How long after a message was kept it looks for waits again, and how long after that once more."""


EXPIRING = 100
"""At most so many messages are given up in one unit of work."""


def keep(work: Work, catalogue: Catalogue, row: Sending, letter: Letter, now: Micros) -> Callable[[], None]:
    """Return what keeps a message that a case sent, for as long as its process says.

    Raises:
        UndeliveredMessageError: no case sent it, so nothing says for how long.
    """
    sender = work.case_with_id(row.part, row.sender)
    if sender is None:
        raise UndeliveredMessageError(name=letter.name)
    kept_for = catalogue.of(work, sender).definition.messages_kept_for

    def write() -> None:
        if kept_for:
            keep_letter(work, letter, now, kept_for, sender=row)

    return write


def give_up(work: Work, now: Micros) -> int:
    """Stop at most ``EXPIRING`` messages whose time is over, until somebody looks at them; return how many.

    That of a case goes back to the place on its way that it had before it was kept.
    """
    count = 0
    for kept in work.post.expired(now, EXPIRING):
        if not work.post.drop_message(kept):
            continue  # somebody else has given it up in the meantime
        body = body_of(kept.body)
        part, sender, seq, number = _place(kept, body, now)
        incident = described(ExpiredMessageError(name=kept.name, key=kept.key or "-", until=instant(kept.expires)))
        row = Sending(
            part, sender, seq, number, "message", kept.name, kept.to_part, kept.to_case, None,
            to_bytes({"payload": body["payload"], "key": body["key"]}), None, incident,
        )  # fmt: skip
        work.post.send(row)
        count += 1
    return count


def _place(kept: KeptMessage, body: Context, now: Micros) -> tuple[int, bytes, int, int]:
    place = cast("list[Value] | None", body.get("place"))
    if place is None or kept.sender_part is None or kept.sender is None:
        return kept.part, new_id(kept.part, now), 0, 0
    seq, number = (int(cast("Decimal", each)) for each in place)
    return kept.sender_part, kept.sender, seq, number


def keep_letter(
    work: Work,
    letter: Letter,
    now: Micros,
    kept_for: timedelta,
    to: tuple[int, bytes] | None = None,
    sender: Sending | None = None,
) -> Micros:
    """Keep *letter*, which a case sent as *sender*, for the case *to* if one is named; return until when."""
    place: list[Value] | None = [Decimal(sender.seq), Decimal(sender.number)] if sender else None
    body = to_bytes({"payload": letter.payload, "key": list(letter.key), "place": place})
    expires = now + kept_for // timedelta(microseconds=1)
    part, key = message_part(letter.name), written(letter.key)
    to_part, to_case = to or (None, None)
    sender_part, sender_case = (sender.part, sender.sender) if sender else (None, None)
    message = KeptMessage(part, letter.name, now, key, to_part, to_case, sender_part, sender_case, body, expires)
    sent = work.post.keep(message)
    if not work.is_alone:
        look_again(work, letter.name, sent, 0, now)
    return expires


def look_again(work: Work, name: str, sent: Micros, nth: int, now: Micros) -> None:
    """Let a message that is kept look again, later, for a wait that it did not see.

    A step that opened the wait may have looked for kept messages before this one was committed, and be committed after
    this one looked for waits. Nobody can hold such a step open for ever; after the last of the pauses it is over.
    """
    if nth < len(PAUSES):
        part = message_part(name)
        Outgoing(work, part, new_id(part, now), 0, now + PAUSES[nth]).look_again(name, sent, nth)


def awaited(
    work: Work, catalogue: Catalogue, name: str, sent: Micros, now: Micros
) -> tuple[KeptMessage, Receiver | None] | None:
    """Return the message *name* that was kept at *sent*, and who waits for it; None where it is kept no more."""
    kept = work.post.kept_at(message_part(name), name, sent)
    if kept is None or kept.expires <= now:
        return None
    letter = letter_of(kept)
    if kept.to_part is not None and kept.to_case is not None:
        return kept, receiver_in(work, catalogue, kept.to_part, kept.to_case, letter, now)
    return kept, receiver(work, catalogue, letter, now, strict=False)


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
            outgoing.message(*letter_of(kept))
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
            letter = fits(kept, letter_of(kept))
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


def letter_of(kept: KeptMessage) -> Letter:
    """Return the message as it is on its way."""
    body = body_of(kept.body)
    return Letter(kept.name, cast("Context", body["payload"]), tuple(cast("list[Value]", body["key"])))
