"""From what a step or an imported log says to events of a chain."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple, cast

from ironcage.machine.step import EntryKind, Transition
from ironcage.record.chain import NOBODY, Chain, Provenance
from ironcage.record.encoding import act, when
from ironcage.record.local import LocalTime
from ironcage.values import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.clock import Micros
    from ironcage.machine.step import EntryRow
    from ironcage.program import Program
    from ironcage.record.encoding import Act
    from ironcage.values import Context

CASE, DEADLINE, RECORD = EntryKind.CASE, EntryKind.DEADLINE, EntryKind.RECORD
START, MIGRATE = Transition.START, Transition.MIGRATE
"""Asked for at every event; a member of an enumeration takes Python 3.11 as long to find as a call."""


class Recorder:
    """Records the steps of the cases of one definition."""

    __slots__ = ("_acts", "_audit_fields", "_definition", "_elements", "_local")

    def __init__(self, program: Program, audit_fields: frozenset[str], definition: str) -> None:
        """Make a recorder.

        Args:
            program: what the cases run on.
            audit_fields: the fields of the case data that stay in the event; the others can be erased by order.
            definition: ``key@version sha256:...``, written on the first event of each case, and when it migrates.
        """
        # The process stands last, so that the element -1 of an entry finds it.
        self._elements = (*(node.id for node in program.nodes), program.process)
        self._audit_fields = audit_fields
        self._definition = definition
        self._local = LocalTime(program.zone or UTC)
        # Kept by the program, as its plan is: what happens to what is worded once, whoever records it.
        acts = program.kept.setdefault("acts", {})
        self._acts = cast("dict[tuple[EntryKind, Transition, int], Act]", acts)

    def append(self, chain: Chain, entries: Iterable[EntryRow], now: Micros, by: Provenance = NOBODY) -> None:
        """Append what one step says to *chain*, recorded at *now*.

        The act that caused the step, its first entry that is not a missed deadline, is *by* somebody; what the engine
        made follow from it has no actor.

        Raises:
            HappenedLaterError: an entry happened after *now*.
        """
        then = when(now, now, self._local.columns(now))
        acts = self._acts
        for kind, transition, element, execution, role, unit, due, happened, payload in entries:
            facts, body, actor, definition = None, None, NOBODY, None
            if payload:
                # Nothing of these can be erased, an order to erase least of all.
                kept = frozenset(payload) if kind is RECORD or transition is MIGRATE else self._audit_fields
                facts, body = split(payload, kept)
            if kind is not DEADLINE:
                actor, by = by, NOBODY
            if kind is CASE and (transition is START or transition is MIGRATE):
                definition = self._definition
            at = then
            if happened is not None and happened != now:
                at = when(happened, now, self._local.columns(happened))
            chain.append(
                acts.get((kind, transition, element)) or self._act(kind, transition, element),
                execution, role, unit, at, due, actor, definition, facts, body,
            )  # fmt: skip

    def _act(self, kind: EntryKind, transition: Transition, element: int) -> Act:
        made = self._acts[kind, transition, element] = act(str(kind), str(transition), self._elements[element])
        return made


class Fact(NamedTuple):
    """One event of an imported log. Source: IEEE 1849-2016 (XES), concept, lifecycle, organizational and time."""

    element: str
    """The name of the activity, or of the process for the case itself."""
    happened: Micros
    kind: str = EntryKind.ACTIVITY.value
    transition: str = Transition.COMPLETE.value
    execution: int = 1
    role: str | None = None
    unit: str | None = None
    recorded: Micros | None = None
    """None unless the log says when it was written down."""
    due: Micros | None = None
    by: Provenance = NOBODY
    payload: Context | None = None


def append_facts(chain: Chain, facts: Iterable[Fact], local: LocalTime, audit_fields: frozenset[str]) -> None:
    """Append *facts* of an imported log to *chain*, in the order given.

    Raises:
        HappenedLaterError: a fact happened after it was recorded.
    """
    for fact in facts:
        kept, body = split(fact.payload, audit_fields) if fact.payload else (None, None)
        chain.append(
            act(fact.kind, fact.transition, fact.element), fact.execution, fact.role, fact.unit,
            when(fact.happened, fact.recorded, local.columns(fact.happened)), fact.due, fact.by, None, kept, body,
        )  # fmt: skip


def split(payload: Context, audit_fields: frozenset[str]) -> tuple[str | None, bytes | None]:
    """Return what of *payload* stays in the event, as canonical JSON, and what may be erased; None where nothing is."""
    if not audit_fields:
        return None, to_json(payload).encode()
    kept = payload.keys() & audit_fields
    facts = to_json({name: payload[name] for name in kept}) if kept else None
    if len(kept) == len(payload):
        return facts, None
    return facts, to_json({name: value for name, value in payload.items() if name not in kept}).encode()
