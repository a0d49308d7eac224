"""One case moved to another version of its process, or back: all of it is computed before any of it is written."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ironcage.engine.mirroring import close_wait, open_wait
from ironcage.engine.sending import Outgoing
from ironcage.engine.stepping import chain_of, state_of, variables_of
from ironcage.errors import IroncageError
from ironcage.machine import Closed, Entry, EntryKind, Opened, Transition, WaitKind, decode, encode
from ironcage.machine.plan import CASE
from ironcage.migration import Migrated, Renamed, effects, migrate, opens_timer, remark, remarks, work_of
from ironcage.store import migrations
from ironcage.store.migrations import MigratedRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Runnable
    from ironcage.machine import State
    from ironcage.migration import Correspondence, Difference, Remark
    from ironcage.record import Provenance
    from ironcage.store import StoredCase, WaitKey, Work
    from ironcage.values import Context


class Route(NamedTuple):
    """From which version to which, and what stands for what."""

    before: Runnable
    after: Runnable
    pair: Correspondence


class Order(NamedTuple):
    """Which migration it is, by whom and why."""

    migration: str
    by: Provenance
    reason: str
    undoes: bool = False


def look(work: Work, route: Route, case: StoredCase, now: Micros) -> Migrated:
    """Return what becomes of the case on the route; nothing is written."""
    try:
        state = state_of(case)
    except IroncageError as error:
        why = remark(route.before.program, CASE, remarks.UNREADABLE, problem=error)
        return Migrated(None, (), (), (why,))
    begun = migrations.begun(work.connection, case.part, case.id) if opens_timer(route.pair, state) else None
    executed = migrations.executed(work.connection, case.part, case.id)
    found = migrate(route.pair, state, now, begun, executed)
    misfits = [*_misfits(route.after, state), *_taken(work, route, case, state, found.state)]
    return Migrated(state, (), (), (*found.reasons, *misfits)) if misfits else found


def failed(route: Route, error: Exception) -> Migrated:
    """Return that *error*, which nobody foresaw, keeps a case where it is."""
    first, *_ = str(error).splitlines() or [""]  # further lines of a database's error quote what was written
    problem = str(error) if isinstance(error, IroncageError) else f"{type(error).__name__}: {first}"
    return Migrated(None, (), (), (remark(route.before.program, CASE, remarks.FAILED, problem=problem),))


def _misfits(after: Runnable, state: State) -> Iterator[Remark]:
    for problem in after.definition.schema.misfits(variables_of(state)):
        yield remark(after.program, CASE, remarks.FIELD_MISFIT, problem=str(problem))


def _taken(work: Work, route: Route, case: StoredCase, before: State, after: State | None) -> Iterator[Remark]:
    """Yield the work that is another one on the way and that somebody may be at."""
    for number, wait in before.waits.items():
        kept = after.waits.get(number) if after is not None else None
        if kept is None or kept is wait or wait.kind not in (WaitKind.JOB, WaitKind.SCRIPT):
            continue
        node, other = route.before.program.nodes[wait.node], route.after.program.nodes[kept.node]
        if (node.service, node.script) == (other.service, other.script):
            continue
        job = work.job((case.part, case.id, number))
        if job is not None and job.incident is None and job.attempts > job.earlier:
            yield remark(route.after.program, kept.node, remarks.WORK_TAKEN)


class Writer:
    """Writes what becomes of the cases of one batch; ``close`` writes what is written for all of them at once."""

    def __init__(self, work: Work, order: Order, now: Micros) -> None:
        self._work = work
        self._order = order
        self._now = now
        self._moved: dict[int, list[tuple[int, bytes]]] = {}
        self._renamed: dict[str, list[tuple[WaitKey, Mapping[str, object]]]] = {}
        self._rows: list[MigratedRow] = []

    def refuse(self, case: StoredCase, reasons: Iterable[Remark]) -> None:
        """Note why the case stays where it is."""
        said = written(reasons)
        row = MigratedRow(case.part, case.id, self._order.migration, "refused", case.seq, None, None, said, self._now)
        self._rows.append(row)

    def move(self, case: StoredCase, route: Route, found: Migrated) -> None:
        """Let the case go on as *found*, and note what it was."""
        assert found.state is not None, "what cannot be read is refused"
        moved = self.put(case, route, found.state, found.effects)
        digest, said = digest_of(moved), written(found.changes)
        row = MigratedRow(
            case.part, case.id, self._order.migration, "migrated", moved.seq, case.state, digest, said, self._now
        )
        self._rows.append(row)

    def put(self, case: StoredCase, route: Route, state: State, differences: Iterable[Difference]) -> StoredCase:
        """Write the case with another *state*, on the version the route leads to; return it."""
        after, now = route.after, self._now
        chain = chain_of(case)
        after.recorder.append(chain, [_entry(case, route, self._order)], now, self._order.by)
        moved = case._replace(seq=chain.seq, head=chain.head, state=encode(state), wake=state.wake_at())
        self._work.move_case(moved, case.seq)
        self._work.append(chain.rows, chain.payloads)
        outgoing = Outgoing(self._work, case.part, case.id, chain.seq, now)
        for each in differences:
            if isinstance(each, Opened):
                open_wait(self._work, moved, after, each, now)
                outgoing.effect(moved, each)
            elif isinstance(each, Closed):
                close_wait(self._work, moved, each, now, None)
            else:
                self._rename(moved, after, each)
        self._moved.setdefault(after.version, []).append((case.part, case.id))
        return moved

    def _rename(self, case: StoredCase, after: Runnable, each: Renamed) -> None:
        rows = self._renamed.setdefault(each.kind.name.lower(), [])
        rows.append(((case.part, case.id, each.wait), said_of(after, each.kind, each.node)))

    def close(self) -> None:
        """Write the versions, the rows of the waits and what became of each case."""
        connection = self._work.connection
        for version, moved in self._moved.items():
            migrations.set_version(connection, moved, version)
        for kind, rows in self._renamed.items():
            migrations.rename(connection, kind, rows)
        migrations.note(connection, self._rows)


def said_of(runnable: Runnable, kind: WaitKind, node: int) -> Mapping[str, object]:
    """Return what the row of a wait says that the model says."""
    program = runnable.program
    if node == CASE:
        return {"element": program.process}
    of = program.nodes[node]
    match kind:
        case WaitKind.TASK:
            return {"element": of.id, "form": of.form}
        case WaitKind.JOB:
            assert of.service is not None, "the readers give every service task a service"
            who = "external" if runnable.site.is_outside(of.service) else "service"
            return {"element": of.id, "service": of.service, "kind": who, "retries": of.retries}
        case WaitKind.SCRIPT:
            return {"element": of.id, "service": work_of(of)}
        case _:
            return {"element": of.id}


def _entry(case: StoredCase, route: Route, order: Order) -> Entry:
    """Return what is recorded of a migration: nothing of it can be erased."""
    elements: Context = dict(route.pair.renamed)
    said: Context = {
        "migration": order.migration, "from": Decimal(route.before.version), "to": Decimal(route.after.version),
        "elements": elements, "reason": order.reason,
    }  # fmt: skip
    if order.undoes:
        said["undone"] = True
    return Entry(EntryKind.CASE, Transition.MIGRATE, due=case.due, payload=said)


def back(work: Work, route: Route, case: StoredCase | None, row: MigratedRow) -> Migrated:
    """Return what the case becomes again that the migration moved; *route* leads back. Nothing is written."""
    untouched = case is not None and case.closed is None and case.seq == row.seq and digest_of(case) == row.after
    if case is None or row.before is None or not untouched:
        return Migrated(None, (), (), (remark(route.before.program, CASE, remarks.HAS_MOVED),))
    now, before = state_of(case), decode(row.before)
    before.next = now.next  # a number that was given is not given again
    differences = effects(route.before.program, now, route.after.program, before)
    return Migrated(before, differences, (), tuple(_taken(work, route, case, now, before)))


def digest_of(case: StoredCase) -> bytes:
    """Return the digest of what is alive in the case."""
    return hashlib.sha256(case.state or b"").digest()


def written(said: Iterable[Remark]) -> str:
    """Return remarks as JSON: in no language, so that they can be read in any."""
    return json.dumps([[each.element, each.line, each.what, _plain(each.fields)] for each in said], ensure_ascii=False)


def _plain(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
