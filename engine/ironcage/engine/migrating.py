"""The commands that move running cases to another version of their process: many cases, a batch a transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ironcage.engine.basis import Basis, provenance
from ironcage.engine.moving import Order, Route, Writer, back, failed, look
from ironcage.engine.refusals import (
    MigrationReasonError,
    SameVersionError,
    UnknownMigrationError,
)
from ironcage.engine.views import MigratedCase, Migration
from ironcage.errors import SurroundingsError
from ironcage.migration import correspondence
from ironcage.record import subject_of
from ironcage.store import ConflictError, migrations
from ironcage.store.migrations import StoredMigration
from ironcage.tracing import traced
from ironcage.values import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ironcage.clock import Micros
    from ironcage.migration import Migrated
    from ironcage.store import StoredCase, Work

    Place = tuple[int, bytes]
    """Part and id of a case; cases are taken in that order."""
    Told = Callable[[MigratedCase], None]
    """Is told of each case, when what became of it is committed."""

T = TypeVar("T")
BATCH = 100
"""So many cases are moved in one transaction."""
PAGE = 1000
"""So many are looked at in one, where nothing is written."""


class MigrationCommands(Basis):
    """Running cases on another version of their process."""

    def plan_migration(
        self,
        process: str,
        before: int,
        after: int,
        elements: Mapping[str, str] | None = None,
        *,
        told: Told | None = None,
    ) -> Migration:
        """Return what a migration would come to, and tell of each case; nothing is written.

        Args:
            process: the key of the process.
            before: the version whose open cases are meant.
            after: the version they are to go on on.
            elements: ids of elements of the new version by ids of the old one, where they differ.
            told: is called with each case.

        Raises:
            UnknownVersionError: a version is not deployed.
            SameVersionError: the two are the same.
            MappingRefusedError: *elements* cannot hold.
        """
        counts: dict[str, int] = {}
        part, case, now = -1, b"", self.clock.now()
        with self._looking() as work:
            route = self._route(work, process, before, after, elements or {})
            while found := migrations.candidates(work.connection, process, before, part, case, PAGE):
                for part, case in found:
                    stored = work.case_with_id(part, case)
                    if stored is not None:
                        _count(counts, told, _said(stored, _seen(work, route, stored, now), "migrates"))
        return _migration(route, None, counts)

    @traced
    def migrate(
        self,
        process: str,
        before: int,
        after: int,
        elements: Mapping[str, str] | None = None,
        *,
        reason: str,
        actor: str | None = None,
        told: Told | None = None,
    ) -> Migration:
        """Move the open cases of one version of *process* to another, as planned, and return what was done.

        Each batch of cases is one transaction. A run that was killed is taken up where it was by the same command. A
        case that cannot be moved stays as it is, with the reasons noted; so does one with which something goes wrong
        that nobody foresaw.

        Raises:
            UnknownVersionError: a version is not deployed.
            SameVersionError: the two are the same.
            MappingRefusedError: *elements* cannot hold.
            MigrationReasonError: the reason is empty.
            ConflictError: somebody else runs the same migration at this moment.
        """
        if not reason.strip():
            raise MigrationReasonError

        def take_up(work: Work) -> tuple[Route, StoredMigration]:
            route = self._route(work, process, before, after, elements or {})
            return route, self._begun(work, route, elements or {}, reason, actor)

        route, begun = self.store.run(take_up)
        row: StoredMigration | None = begun
        portion = _Portion(BATCH)
        while row is not None:
            batch = partial(self._batch, route=route, row=row)
            row, became = self._portion(portion, batch, partial(self._pass_over, route=route, row=row))
            for each in became:
                _count({}, told, each)
        with self.store.reading() as connection:
            return _migration(route, begun.id, migrations.counts(connection, begun.id))

    def undo_migration(
        self, migration: str, *, reason: str, actor: str | None = None, told: Told | None = None
    ) -> Migration:
        """Move the cases that a migration moved back to the version they came from, and return what was done.

        A case with events after its migration is left where it is.

        Raises:
            UnknownMigrationError: there is none.
            MigrationReasonError: the reason is empty.
        """
        if not reason.strip():
            raise MigrationReasonError

        def stop(work: Work) -> Route:
            row = migrations.find(work.connection, migration)
            if row is None:
                raise UnknownMigrationError(migration=migration)
            there = self._route(work, row.process, row.before, row.after, _elements(row))
            migrations.finish(work.connection, migration, self.clock.now())
            return Route(there.after, there.before, there.pair.turned())

        route, counts = self.store.run(stop), dict[str, int]()
        order = Order(migration, provenance(actor), reason, undoes=True)
        place: Place | None = (-1, b"")
        portion = _Portion(BATCH)
        while place is not None:
            batch = partial(self._batch_back, route=route, order=order, place=place)
            place, became = self._portion(portion, batch, partial(self._leave, route=route))
            for each in became:
                _count(counts, told, each)
        return _migration(route, migration, counts)

    # How

    def _route(self, work: Work, process: str, before: int, after: int, elements: Mapping[str, str]) -> Route:
        old = self._catalogue.version(work, process, before)
        new = self._catalogue.version(work, process, after)
        if before == after:
            raise SameVersionError(process=process, version=before)
        return Route(old, new, correspondence(old.program, new.program, elements))

    def _begun(
        self, work: Work, route: Route, elements: Mapping[str, str], reason: str, actor: str | None
    ) -> StoredMigration:
        """Return the migration that is taken up again, or begin it."""
        process, before, after = route.before.process, route.before.version, route.after.version
        said = to_json(dict(sorted(elements.items())))
        known = migrations.unfinished(work.connection, process, before, after, said)
        if known is not None:
            return known
        row = StoredMigration(uuid.uuid4().hex, process, before, after, said, reason, actor, self.clock.now(), None)
        migrations.begin(work.connection, row)
        return row

    def _portion(
        self, portion: _Portion, batch: Callable[[Work, _Portion], T], pass_over: Callable[[Work, Place, Exception], T]
    ) -> T:
        """Return what *batch* makes of the next cases; of one that fails alone, what *pass_over* does.

        After a failure half as many are tried, and after each success twice as many again.

        Raises:
            SurroundingsError: the database could not do it, whatever the cases are.
            ConflictError: somebody else runs the same.
        """
        while True:
            try:
                done = self._do(lambda work: batch(work, portion))
            except (SurroundingsError, ConflictError):
                raise
            except Exception as error:
                if self.store.is_busy():  # a part of somebody's transaction, which is broken now
                    raise
                if portion.last is None:  # it is the fault of no case
                    raise
                if portion.most == 1:
                    return self._do(_passing_over(pass_over, portion.last, error))
                portion.most, portion.last = portion.most // 2, None
            else:
                portion.most, portion.last = min(BATCH, 2 * portion.most), None
                return done

    def _batch(
        self, work: Work, portion: _Portion, route: Route, row: StoredMigration
    ) -> tuple[StoredMigration | None, list[MigratedCase]]:
        """Move the next cases; return the migration as it stands then, None once there are none, and what became."""
        now, connection = self.clock.now(), work.connection
        found = migrations.candidates(connection, row.process, row.before, row.part, row.case, portion.most)
        if not found:
            migrations.finish(connection, row.id, now)
            return None, []
        portion.last = found[-1]
        if not migrations.move_on(connection, row, *portion.last):
            raise ConflictError(case=row.process)
        writer = Writer(work, Order(row.id, provenance(row.actor), row.reason), now)
        became = [self._move(work, route, writer, place, now) for place in found]
        writer.close()
        return row._replace(part=portion.last[0], case=portion.last[1]), [each for each in became if each]

    def _pass_over(
        self, work: Work, place: Place, error: Exception, route: Route, row: StoredMigration
    ) -> tuple[StoredMigration | None, list[MigratedCase]]:
        """Note that the case at *place* cannot be moved because of *error*, and go on from there."""
        if not migrations.move_on(work.connection, row, *place):
            raise ConflictError(case=row.process)
        case, found = _still_there(work, route, place), failed(route, error)
        if case is not None:
            writer = Writer(work, Order(row.id, provenance(row.actor), row.reason), self.clock.now())
            writer.refuse(case, found.reasons)
            writer.close()
        return row._replace(part=place[0], case=place[1]), [_said(case, found, "migrated")] if case else []

    def _move(self, work: Work, route: Route, writer: Writer, place: Place, now: Micros) -> MigratedCase | None:
        case = _still_there(work, route, place)
        if case is None:
            return None
        found = look(work, route, case, now)
        if found.reasons:
            writer.refuse(case, found.reasons)
        else:
            writer.move(case, route, found)
        return _said(case, found, "migrated")

    def _batch_back(
        self, work: Work, portion: _Portion, route: Route, order: Order, place: Place
    ) -> tuple[Place | None, list[MigratedCase]]:
        now, became = self.clock.now(), []
        rows = migrations.migrated(work.connection, order.migration, *place, portion.most)
        portion.last = (rows[-1].part, rows[-1].case) if rows else None
        writer = Writer(work, order, now)
        undone = []
        for row in rows:
            case = work.case_with_id(row.part, row.case)
            found = back(work, route, case, row)
            if not found.reasons and case is not None and found.state is not None:
                writer.put(case, route, found.state, found.effects)
                undone.append(row)
            if case is not None:
                became.append(_said(case, found, "undone", "left"))
        writer.close()
        for row in undone:
            migrations.undone(work.connection, row, now)
        return portion.last, became

    def _leave(
        self, work: Work, place: Place, error: Exception, route: Route
    ) -> tuple[Place | None, list[MigratedCase]]:
        """Leave the case at *place* where it is because of *error*, and go on from there."""
        case = work.case_with_id(*place)
        is_there = case and case.version == route.before.version
        return place, [_said(case, failed(route, error), "undone", "left")] if case and is_there else []


@dataclass(slots=True)
class _Portion:
    most: int
    """So many cases are moved in the next transaction."""
    last: Place | None = None
    """The last of them, where they are known."""


def _passing_over(pass_over: Callable[[Work, Place, Exception], T], at: Place, error: Exception) -> Callable[[Work], T]:
    return lambda work: pass_over(work, at, error)


def _still_there(work: Work, route: Route, place: Place) -> StoredCase | None:
    """Return the case, unless it went on or was closed in the meantime."""
    case = work.case_with_id(*place)
    return case if case and case.version == route.before.version and case.closed is None else None


def _seen(work: Work, route: Route, case: StoredCase, now: Micros) -> Migrated:
    """Return what becomes of the case on the route, or that something nobody foresaw goes wrong with it."""
    try:
        return look(work, route, case, now)
    except SurroundingsError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one case, the others are planned
        return failed(route, error)


def _elements(row: StoredMigration) -> dict[str, str]:
    said = from_json(row.elements)
    assert isinstance(said, dict), "it was written so"
    return {old: str(new) for old, new in said.items()}


def _said(case: StoredCase, found: Migrated, done: str, hindered: str = "refused") -> MigratedCase:
    outcome = hindered if found.reasons else done
    return MigratedCase(subject_of(case.process, case.key), outcome, found.changes, found.reasons)


def _count(counts: dict[str, int], told: Told | None, case: MigratedCase) -> None:
    counts[case.outcome] = counts.get(case.outcome, 0) + 1
    if told is not None:
        told(case)


def _migration(route: Route, migration: str | None, counts: Mapping[str, int]) -> Migration:
    pair = route.pair
    gone = tuple(node.id for index, node in enumerate(pair.old.nodes) if index not in pair.nodes)
    added = tuple(node.id for index, node in enumerate(pair.new.nodes) if index not in pair.origins)
    versions = (route.before.version, route.after.version)
    return Migration(migration, route.before.process, *versions, pair.renamed, gone, added, counts)
