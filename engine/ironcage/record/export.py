"""A record as lines of JSON, which need no database to be kept, sent or verified."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.record.event import Event
    from ironcage.record.rows import CaseRow, Payload, RecordedCase

EXPORT_TAG = "ironcage-record-1"

_write = json.JSONEncoder(separators=(",", ":")).encode


def export(cases: Iterable[RecordedCase]) -> Iterator[str]:
    """Yield the lines of an export, without line ends.

    The first line is the tag. Then come, case by case, arrays of the columns in their order, bytes as lower
    hexadecimal, the name of the row first: ``["case", ...]``, ``["event", ...]``, ``["payload", ...]``.
    """
    yield _write([EXPORT_TAG])
    for row, events, payloads in cases:
        if row is not None:
            yield _line("case", row)
        for event in events:
            yield _line("event", event)
        for payload in payloads:
            yield _line("payload", payload)


def _line(name: str, row: CaseRow | Event | Payload) -> str:
    return _write([name, *(item.hex() if isinstance(item, bytes) else item for item in row)])
