"""Laws of migration, on random programs walked at random: a migrated case is one that always ran on the new version."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from random import Random

import pytest
from changed_programs import renamed, with_last_step, with_step_on
from examples import examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_programs import sound_programs, wild_programs

from ironcage.machine import (
    Closed,
    Complete,
    EndlessStepError,
    Fire,
    Opened,
    Receive,
    Start,
    State,
    StepError,
    Throw,
    WaitKind,
    advance,
    encode,
)
from ironcage.migration import correspondence, migrate
from ironcage.migration.remarks import INSTANCES, OTHER_JOIN
from ironcage.migration.ways import begins_at, sources_of, targets_of
from ironcage.program import Kind

WORK = (WaitKind.TASK, WaitKind.JOB, WaitKind.SCRIPT)
LAWS = settings(examples(60), suppress_health_check=list(HealthCheck))
SEED = st.integers(0, 2**32)
WALKS, STEPS = 12, 20


@pytest.fixture(autouse=True)
def _few_moves(monkeypatch):
    monkeypatch.setattr(import_module("ironcage.machine.advance"), "MOVES_PER_STEP", 1_000)


def values(chance):
    return {"x": Decimal(chance.randint(1, 3)), "ok": chance.random() < 0.5}


def stimulus(state, chance):
    """Return something that can happen to a case, or None where nothing can."""
    waits = [number for number, wait in state.waits.items() if wait.kind is not WaitKind.CONDITION]
    if not waits:
        return None
    number = chance.choice(waits)
    kind = state.waits[number].kind
    if kind in WORK:
        failed = chance.random() < 0.15
        return Throw(number, "E", values(chance)) if failed else Complete(number, values(chance))
    return Fire(number) if state.waits[number].at is not None else Receive(number, values(chance))


def walked(program, chance, steps):
    """Return a case somewhere on its way, and its clock."""
    state, what = State(), Start(values(chance))
    for now in range(steps):
        try:
            state = advance(program, state, what, now).state
        except StepError:
            if not state.scopes:
                return state, now
        what = stimulus(state, chance)
        if what is None or len(state.activities) > 60:
            break
    return state, steps


def states(program, seed):
    chance = Random(seed)
    for _ in range(WALKS):
        state, now = walked(program, chance, chance.randint(1, STEPS))
        if state.scopes:
            yield state, now, chance


def only_instances(migrated, *expected):
    """Return whether the case was refused, which it may be for several instances under way and what is *expected*."""
    said = {reason.what for reason in migrated.reasons}
    assert said <= {INSTANCES, *expected}, [str(each) for each in migrated.reasons]
    return bool(migrated.reasons)


def step(program, state, what, now):
    try:
        return advance(program, state, what, now)
    except StepError as error:
        return type(error)


def said(program, found):
    """Return what a step said to the store and to the record, by the ids of elements."""
    if isinstance(found, type):
        return found

    def name(index):
        return program.nodes[index].id.rstrip("_") if index >= 0 else program.process

    effects = [each._replace(node=name(each.node)) if hasattr(each, "node") else each for each in found.effects]
    return effects, [each._replace(element=name(each.element)) for each in found.records]


def check_together(here, there, state, other, now, chance):
    """Walk a case and its twin on the other version: what happens is the same by name."""
    for later in range(now, now + STEPS):
        what = stimulus(state, chance)
        if what is None or len(state.activities) > 60:
            return
        one, two = step(here, state, what, later), step(there, other, what, later)
        assert said(here, one) == said(there, two)
        if one is EndlessStepError:
            return
        if not isinstance(one, type):
            state, other = one.state, two.state


@LAWS
@given(program=sound_programs() | wild_programs(), seed=SEED)
def test_a_migration_to_the_same_version_changes_nothing(program, seed):
    pair = correspondence(program, program)
    for state, now, _ in states(program, seed):
        before = encode(state)
        migrated = migrate(pair, state, now)
        assert encode(state) == before, "the given state was changed"
        only_instances(migrated)
        assert encode(migrated.state) == before
        assert (migrated.effects, migrated.changes) == ((), ())


@LAWS
@given(program=sound_programs() | wild_programs(), seed=SEED)
def test_a_case_goes_on_under_other_names_as_it_would_have_and_comes_back(program, seed):
    other, names = renamed(program)
    there = correspondence(program, other, names)
    back = correspondence(other, program, {new: old for old, new in names.items()})
    for state, now, chance in states(program, seed):
        migrated = migrate(there, state, now)
        if only_instances(migrated):
            continue
        assert not any(isinstance(effect, Opened | Closed) for effect in migrated.effects)
        assert encode(migrate(back, migrated.state, now).state) == encode(state)
        check_together(program, other, state, migrated.state, now, chance)


@LAWS
@given(program=sound_programs(), seed=SEED)
def test_a_case_goes_on_as_before_until_it_comes_to_the_step_that_was_added_at_the_end(program, seed):
    longer = with_last_step(program)
    pair = correspondence(program, longer)
    for state, now, chance in states(program, seed):
        migrated = migrate(pair, state, now)
        if any(program.nodes[each.node].kind is Kind.END_EVENT for each in state.activities.values()):
            continue  # it is past the place of the new step, and compensates
        if not only_instances(migrated):
            assert migrated.effects == ()
            check_until_the_last(program, longer, state, migrated.state, now, chance)


def check_until_the_last(program, longer, state, other, now, chance):
    for later in range(now, now + STEPS):
        what = stimulus(state, chance)
        if what is None:
            return
        one, two = step(program, state, what, later), step(longer, other, what, later)
        if "last" in str(said(longer, two)) or isinstance(one, type):
            return
        assert said(program, one) == said(longer, two)
        state, other = one.state, two.state


@LAWS
@given(program=sound_programs(), where=st.integers(0, 2**16), seed=SEED)
def test_a_case_that_has_not_come_to_a_new_step_is_moved_to_where_it_would_be(program, where, seed):
    """The twin runs on the new version from the start; until it comes to the step, the two are one."""
    flow = where % len(program.flows)
    assume(program.nodes[program.flows[flow].source].kind is not Kind.EVENT_BASED_GATEWAY)
    longer, chance = with_step_on(program, flow), Random(seed)
    pair = correspondence(program, longer)
    for _ in range(WALKS):
        state = twin = State()
        what = Start(values(chance))
        for now in range(STEPS):
            one, two = step(program, state, what, now), step(longer, twin, what, now)
            if isinstance(one, type) or isinstance(two, type) or len(program.nodes) in two.state.executions:
                break
            state, twin = one.state, two.state
            if state.scopes:
                migrated = migrate(pair, state, now)
                if not only_instances(migrated, OTHER_JOIN):
                    assert encode(migrated.state) == encode(twin)
            what = stimulus(state, chance)
            if what is None:
                break


def reached_without(program, left_out):
    """Return the nodes that tokens can come to from the beginnings of their scopes if they never come to one."""
    waiting = [n for n in range(len(program.nodes)) if n in begins_at(program) or not sources_of(program, n)]
    found = set()
    while waiting:
        index = waiting.pop()
        if index != left_out and index not in found:
            found.add(index)
            waiting += targets_of(program, index)
    return found


@LAWS
@given(program=sound_programs(), where=st.integers(0, 2**16), seed=SEED)
def test_a_case_to_which_no_way_leads_but_over_the_new_step_stays(program, where, seed):
    """By the definition itself: leave the step out, and the place cannot be reached any more."""
    flow = where % len(program.flows)
    assume(program.nodes[program.flows[flow].source].kind is not Kind.EVENT_BASED_GATEWAY)
    longer = with_step_on(program, flow)
    pair, without = correspondence(program, longer), reached_without(longer, len(program.nodes))
    for state, now, _ in states(program, seed):
        if any(each.node not in without for each in state.activities.values()):
            assert migrate(pair, state, now).reasons
