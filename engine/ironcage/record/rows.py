"""The rows a record consists of beside its events, and how three ordered streams of them become cases."""

from __future__ import annotations

from hashlib import sha256
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ironcage.record.event import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Payload(NamedTuple):
    """A row of the table ``payloads``: what an event carries that an order may erase. Erasing deletes the row."""

    part: int
    case: bytes
    seq: int
    salt: bytes
    """16 random bytes; without them the digest in the event says nothing about the body."""
    body: bytes
    """JSON of the values, UTF-8."""


class CaseRow(NamedTuple):
    """What the table ``cases`` says about a case and its events must bear out."""

    part: int
    case: bytes
    process: str
    key: str
    origin: str
    """``engine`` or ``import``."""
    seq: int
    """How many events it has."""
    head: bytes
    """The digest of its last event."""

    @property
    def subject(self) -> str:
        """The name of the case, ``PROCESS/KEY``."""
        return subject_of(self.process, self.key)


class RecordedCase(NamedTuple):
    """Everything recorded of one case, in the order of ``seq``; *row* is None for rows that no case owns."""

    row: CaseRow | None
    events: list[Event]
    payloads: list[Payload]


def subject_of(process: str, key: str) -> str:
    """Return the name by which people and the encoding know a case."""
    return f"{process}/{key}"


def part_of(process: str, key: str) -> int:
    """Return the bucket of a case, 0 to 1023: the first ten bits of the SHA-256 of its name."""
    return int.from_bytes(sha256(subject_of(process, key).encode("utf-8", "surrogatepass")).digest()[:2]) >> 6


def grouped(
    cases: Iterable[CaseRow], events: Iterable[Event], payloads: Iterable[Payload], *, case_first: bool = False
) -> Iterator[RecordedCase]:
    """Yield case by case what three streams hold, each ordered by part, case and (cases excepted) seq.

    With *case_first*, they are ordered by case, part and seq.

    Nothing is left out: events and payloads of no case come as a ``RecordedCase`` without a row. Only one case is held
    in memory at a time.
    """
    streams: list[Iterable[CaseRow | Event | Payload]] = [cases, events, payloads]
    place = _by_case if case_first else _by_part
    for _, rows in groupby(merge(*streams, key=place), place):
        gathered = RecordedCase(None, [], [])
        for row in rows:
            if isinstance(row, Event):
                gathered.events.append(row)
            elif isinstance(row, Payload):
                gathered.payloads.append(row)
            else:
                gathered = gathered._replace(row=row)
        yield gathered


_RANKS: dict[type, int] = {type(None): 0, int: 1, float: 1, str: 2}
"""How a database orders values of several types, which only an altered key can hold."""


def _by_part(row: CaseRow | Event | Payload) -> tuple[int, int, int, bytes]:
    part, case = row[0], row[1]
    return _RANKS.get(type(part), 3), part, _RANKS.get(type(case), 3), case


def _by_case(row: CaseRow | Event | Payload) -> tuple[int, bytes, int, int]:
    part, case = row[0], row[1]
    return _RANKS.get(type(case), 3), case, _RANKS.get(type(part), 3), part
