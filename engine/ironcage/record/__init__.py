"""The record: numbered, chained events, payloads that an order can erase, verification, and the seal."""

from ironcage.record.chain import NOBODY, Chain, Provenance
from ironcage.record.digests import ZERO
from ironcage.record.erasure import erasure
from ironcage.record.event import Event, EventRow
from ironcage.record.local import LocalTime
from ironcage.record.recorder import Fact, Recorder, append_facts
from ironcage.record.rows import CaseRow, Payload, RecordedCase, grouped, part_of, subject_of

__all__ = [
    "NOBODY",
    "ZERO",
    "CaseRow",
    "Chain",
    "Event",
    "EventRow",
    "Fact",
    "LocalTime",
    "Payload",
    "Provenance",
    "RecordedCase",
    "Recorder",
    "append_facts",
    "erasure",
    "grouped",
    "part_of",
    "subject_of",
]
