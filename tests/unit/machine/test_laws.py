"""Laws of the machine, on random programs walked at random: sound ones, and ones whose flows lead anywhere."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from random import Random

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_programs import sound_programs, wild_programs

from ironcage.machine import (
    CancelCase,
    Closed,
    Complete,
    EndlessStepError,
    Fire,
    Opened,
    Receive,
    Start,
    State,
    Status,
    StepError,
    Throw,
    WaitKind,
    advance,
    decode,
    encode,
)
from ironcage.program import Kind

WORK = (WaitKind.TASK, WaitKind.JOB, WaitKind.SCRIPT)
WALKS = 40
"""Through each program; two tests make ten thousand, and a hundred thousand in the long form."""
LAWS = settings(examples(125), suppress_health_check=list(HealthCheck))
SEED = st.integers(0, 2**32)
STEPS = 25
CROWD = 100
"""With more tokens than this, a program that multiplies them has shown what it can."""


@pytest.fixture(autouse=True)
def _few_moves(monkeypatch):
    monkeypatch.setattr(import_module("ironcage.machine.advance"), "MOVES_PER_STEP", 1_000)


def stimuli(state):
    """Return all that can happen to a case, each needing data; work is likelier to be done than to fail."""
    found = []
    for number, wait in state.waits.items():
        if wait.kind in WORK:
            found += [lambda data, n=number: Complete(n, data)] * 4
            found.append(lambda data, n=number: Throw(n, "E", data))
            found.append(lambda data, n=number: Throw(n, "E", data, escalation=True))
        elif wait.kind in (WaitKind.TIMER, WaitKind.DEADLINE):
            found.append(lambda _, n=number: Fire(n))
        elif wait.kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
            found.append(lambda data, n=number: Receive(n, data))
    return found


def values(chance):
    return {"x": Decimal(chance.randint(1, 3)), "ok": chance.random() < 0.5}


def walk(program, chance):
    """Walk at random, holding every law after every step; return how many steps could be taken."""
    state, taken = State(), 0
    stimulus = Start(values(chance))
    for now in range(STEPS):
        before = encode(state)
        try:
            step = advance(program, state, stimulus, now)
        except StepError as error:
            assert encode(state) == before, "a refused step has changed the state"
            if not state.scopes or isinstance(error, EndlessStepError):
                return taken
        else:
            again = advance(program, decode(before), stimulus, now)
            assert (again.effects, again.records) == (step.effects, step.records), "the same step came out differently"
            assert encode(again.state) == encode(step.state)
            assert encode(state) == before, "advance has changed the state it was given"
            check_effects(state, step)
            state = step.state
            check_state(program, state)
            taken += 1
        choices = stimuli(state)
        if not choices or len(state.activities) > CROWD:
            return taken
        stimulus = chance.choice(choices)(values(chance))
        if chance.random() < 0.02:
            stimulus = CancelCase()
    return taken


def check_effects(before, step):
    """The store, which mirrors the waits by the effects alone, has those of the state."""
    mirrored = {n for n, wait in before.waits.items() if wait.kind is not WaitKind.CONDITION}
    for effect in step.effects:
        if isinstance(effect, Opened):
            assert effect.wait not in mirrored
            mirrored.add(effect.wait)
        elif isinstance(effect, Closed):
            mirrored.remove(effect.wait)
    assert mirrored == {n for n, wait in step.state.waits.items() if wait.kind is not WaitKind.CONDITION}


def check_state(program, state):
    if state.status is not Status.OPEN:
        assert not state.scopes
        assert not state.waits
        assert not state.activities
        return
    for wait in state.waits.values():
        assert wait.activity == 0 or wait.activity in state.activities, "a wait is left behind"
    for activity in state.activities.values():
        assert activity.scope in state.scopes, "an activity is left behind"
        assert not activity.inner or activity.inner in state.scopes
        assert not activity.outer or activity.outer in state.activities
    for number, scope in state.scopes.items():
        assert not scope.parent or scope.parent in state.scopes, "a scope is left behind"
        assert not scope.activity or state.activities[scope.activity].inner == number
        is_data_alone = scope.activity and not any(node.parent == scope.node for node in program.nodes)
        assert scope.live == tokens(program, state, number), "a token was lost or born"
        assert scope.live > 0 or is_data_alone, "a scope without a token is not over"
    assert len(state.waits) <= 4 * sum(scope.live for scope in state.scopes.values()) * len(program.nodes)


def tokens(program, state, number):
    """Return how many tokens rest in a scope: in activities, and held."""
    scope = state.scopes[number]
    resting = [
        activity
        for activity in state.activities.values()
        if activity.scope == number and not activity.outer and program.nodes[activity.node].kind is not Kind.START_EVENT
    ]
    return len(resting) + sum(scope.arrivals.values()) + sum(scope.pending.values())


def walks(program, seed):
    chance = Random(seed)
    for _ in range(WALKS):
        walk(program, chance)


@LAWS
@given(program=sound_programs(), seed=SEED)
def test_no_token_is_lost_or_born_and_nothing_is_left_behind(program, seed):
    walks(program, seed)


@LAWS
@given(program=wild_programs(), seed=SEED)
def test_not_in_programs_that_are_not_sound_either(program, seed):
    walks(program, seed)


def test_the_walks_go_somewhere():
    """Most walks take several steps, so that the laws above are about something."""
    taken = []

    @settings(LAWS, max_examples=20, database=None, derandomize=True)
    @given(program=sound_programs(), seed=SEED)
    def look(program, seed):
        taken.append(walk(program, Random(seed)))

    look()
    assert sum(taken) > 3 * len(taken)
