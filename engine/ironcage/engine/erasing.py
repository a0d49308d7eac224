"""Erasing what a case holds about people, by order; the record of it stays and still verifies."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from ironcage.engine.incidents import kind_of
from ironcage.engine.notices import erase_notices
from ironcage.engine.stepping import chain_of, state_of
from ironcage.engine.views import Erasure
from ironcage.machine import encode
from ironcage.messages import text
from ironcage.record import Fact, LocalTime, append_facts, subject_of
from ironcage.record import erasure as erasure_entry
from ironcage.store import migrations, queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Runnable
    from ironcage.machine import Completed, State
    from ironcage.record import Provenance
    from ironcage.store import StoredCase, Work
    from ironcage.values import Context


def erase_case(
    work: Work, case: StoredCase, runnable: Runnable | None, order: str, now: Micros, by: Provenance
) -> Erasure:
    """Remove every payload of *case*, null its personal variables, and record the *order*.

    Args:
        work: the unit of work that all of it belongs to.
        case: a case of the engine or an imported one.
        runnable: what it runs on; None for an imported one.
        order: who ordered it, when, on what ground; it is recorded and cannot be erased.
        now: the instant of the erasure.
        by: who carries it out.
    """
    variables: tuple[str, ...] = ()
    stored = case.state
    if runnable is not None:
        state, variables = _without(state_of(case), runnable.definition.schema.personal_fields)
        stored = encode(state)
    chain = chain_of(case)
    entry = erasure_entry(order)
    element = runnable.program.process if runnable else case.process
    fact = Fact(element, now, str(entry.kind), str(entry.transition), recorded=now, by=by, payload=entry.payload)
    append_facts(chain, [fact], LocalTime(runnable.zone if runnable else UTC), frozenset(entry.payload or ()))
    incident = case.incident and kind_of(case.incident)
    work.move_case(case._replace(seq=chain.seq, head=chain.head, state=stored, incident=incident), case.seq)
    erase_notices(work, case)
    work.labour.erase(case.part, case.id, kind_of)
    erased = work.erase_payloads(case.part, case.id) + work.post.erase(case.part, case.id)
    work.append(chain.rows, chain.payloads)
    migrations.forget(work.connection, case.part, case.id)
    return Erasure(erased, variables, tuple(_remaining(work, case)))


def _remaining(work: Work, case: StoredCase) -> Iterator[str]:
    stopped = work.post.count_stopped(case.part, case.id)
    if stopped:
        yield text(
            "What is stopped on its way from or to the case ({count}) still holds its data. Let it go on with: "
            "ironcage incident retry {case}, or give up its messages with: ironcage incident dismiss {case}",
            count=stopped,
            case=subject_of(case.process, case.key),
        )
    called = list(queries.called_by(work.connection, case))
    if called:
        yield text("The cases it called hold data of their own; erase them, too: {cases}", cases=", ".join(called))


def _without(state: State, personal: frozenset[str]) -> tuple[State, tuple[str, ...]]:
    """Return a copy of *state* whose *personal* variables are null, and the names of those that were not.

    So are those of an earlier time, which compensation would see.
    """
    state = state.copy()
    found: set[str] = set()

    def cleared(variables: Context | None) -> Context | None:
        if variables is None:
            return None
        said = {name for name in variables.keys() & personal if variables[name] is not None}
        found.update(said)
        return {**variables, **dict.fromkeys(said)}

    def forgotten(done: tuple[Completed, ...]) -> tuple[Completed, ...]:
        return tuple(each._replace(snapshot=cleared(each.snapshot), inside=forgotten(each.inside)) for each in done)

    for scope in state.scopes.values():
        scope.variables = cleared(scope.variables) or {}
        scope.done, scope.shadow = forgotten(scope.done), cleared(scope.shadow)
    for number, activity in state.activities.items():
        if activity.todo is not None:
            state.activities[number] = activity._replace(todo=forgotten(activity.todo))
    return state, tuple(sorted(found))
