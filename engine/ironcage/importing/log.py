"""Takes a log into the record as it stands, without running it through the engine."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ironcage.faults import Fault
from ironcage.importing.records import Rejected
from ironcage.importing.rejects import rejecting
from ironcage.importing.rows import Row, Rows
from ironcage.machine.step import EntryKind, Transition
from ironcage.messages import mark
from ironcage.record import Chain, Fact, LocalTime, Provenance, append_facts, part_of, subject_of
from ironcage.store import StoredCase, new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ironcage.importing.mapping import Mapping
    from ironcage.importing.rejects import Rejects
    from ironcage.importing.rows import Happening
    from ironcage.store import Store, Work

_AT_A_TIME = 500
_ENDS = {Transition.COMPLETE.value: "completed", Transition.ABORT.value: "terminated"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import took in."""

    cases: int
    events: int
    rejected: int
    """Rows set aside."""
    ambiguous: int
    """Instants that were local times which come twice in autumn; the first of the two was taken."""


def import_log(
    store: Store,
    log: Path,
    mapping: Mapping,
    rejects: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Append every row of *log* to the record as a case with its events, in one transaction of its own.

    Args:
        store: where to.
        log: a CSV file, plain or compressed by gzip.
        mapping: what its columns mean.
        rejects: a file for the rows that cannot be taken in; without it, one such row refuses the whole log.
        progress: told from time to time how many cases have been taken in.

    Raises:
        NoLogError: the log cannot be opened.
        FaultyError: columns are missing, or rows are faulty and there is no file for them; nothing was taken in.
    """
    rows, cases, events = Rows(log, mapping), 0, 0
    recorder = _LogRecorder(mapping, str(log))
    # The rejects are the inner block: what cannot be set aside must undo what was taken in.
    with store.writing() as work, rejecting(rejects, log) as aside:
        while block := list(islice(rows, _AT_A_TIME)):
            taken = recorder.take(work, block, aside)
            cases, events = cases + taken[0], events + taken[1]
            if progress:
                progress(cases)
        aside.settle()
    return Imported(cases, events, aside.count, rows.ambiguous)


class _LogRecorder:
    """Records the rows of one log as cases."""

    def __init__(self, mapping: Mapping, file: str) -> None:
        self._mapping = mapping
        self._file = file
        self._local = LocalTime(mapping.time.zone)
        self._audit_fields = mapping.audit_fields()

    def take(self, work: Work, rows: list[Row | Rejected], aside: Rejects) -> tuple[int, int]:
        """Record *rows*, but those that cannot be; return how many cases and events it made of them."""
        chains: list[Chain] = []
        cases: list[StoredCase] = []
        for row in rows:
            if isinstance(row, Rejected):
                aside.add(row)
                continue
            part = part_of(self._mapping.process, row.key)
            if work.case(part, self._mapping.process, row.key):
                aside.add(self._exists(row))
                continue
            chain = self._chain(row, part)
            chains.append(chain)
            cases.append(self._case(row, chain))
        work.add_cases(cases)
        events = [row for chain in chains for row in chain.rows]
        work.append(events, [payload for chain in chains for payload in chain.payloads])
        work.flush()  # a log may be larger than the memory
        return len(cases), len(events)

    def _chain(self, row: Row, part: int) -> Chain:
        chain = Chain(subject_of(self._mapping.process, row.key), part, new_id(part, row.happenings[0].at))
        facts = [self._fact(row, happening, first=not nth) for nth, happening in enumerate(row.happenings)]
        append_facts(chain, facts, self._local, self._audit_fields)
        return chain

    def _fact(self, row: Row, happening: Happening, *, first: bool) -> Fact:
        milestone = happening.milestone
        return Fact(
            milestone.element or self._mapping.process,
            happening.at,
            (EntryKind.ACTIVITY if milestone.element else EntryKind.CASE).value,
            milestone.transition,
            role=happening.role,
            unit=happening.unit,
            due=happening.due,
            by=Provenance(happening.actor, row.channel if first else None),
            payload=row.brings(milestone.data),
        )

    def _case(self, row: Row, chain: Chain) -> StoredCase:
        own = [happening for happening in row.happenings if happening.milestone.element is None]
        status, closed = _ENDS.get(own[-1].milestone.transition, "open"), own[-1].at
        return StoredCase(
            chain.part,
            chain.case,
            self._mapping.process,
            row.key,
            version=None,
            origin="import",
            status=status,
            seq=chain.seq,
            head=chain.head,
            state=None,
            wake=None,
            due=own[0].due,
            opened=own[0].at,
            closed=None if status == "open" else closed,
            incident=None,
        )

    def _exists(self, row: Row) -> Rejected:
        fields: dict[str, object] = {"case": subject_of(self._mapping.process, row.key)}
        return Rejected(row.record.text, Fault(self._file, row.record.line, "", *_EXISTS, fields=fields))


_EXISTS = (
    "log-case-exists",
    mark("The case {case} is in the record already."),
    mark("A log is taken in once; import into another database, or remove the row."),
)
