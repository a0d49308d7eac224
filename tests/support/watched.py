"""A machine whose every step is checked: what must hold of any case, sound or not, whatever happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walks import Machine

from ironcage.machine import Closed, Opened, State, Status, WaitKind, advance, decode, encode
from ironcage.program import Kind

if TYPE_CHECKING:
    from ironcage.clock import VirtualClock
    from ironcage.machine import Activity, Stimulus
    from ironcage.program import Program

BYTES_EACH = 120
"""More than anything alive in a case of the random models takes when it is kept."""


class Watched(Machine):
    """The machine, each of whose steps is taken twice and looked at."""

    def __init__(self, program: Program, clock: VirtualClock) -> None:
        super().__init__(program, clock)
        self.open: dict[int, WaitKind] = {}
        """The waits as a store knows them, by what the steps said."""

    def _step(self, stimulus: Stimulus) -> None:
        before = encode(self.state)
        step = advance(self.program, self.state, stimulus, self.clock.now())
        again = advance(self.program, decode(before), stimulus, self.clock.now())
        assert step == again, "a step is the same whenever it is taken"
        assert encode(self.state) == before, "a step leaves alone what it is given"
        self.state = step.state
        for effect in step.effects:
            if isinstance(effect, Opened):
                assert effect.wait not in self.open, "a wait is opened once"
                self.open[effect.wait] = effect.kind
            elif isinstance(effect, Closed):
                assert self.open.pop(effect.wait) is effect.kind, "what is closed was open"
        assert self._told() == self.open, "the store knows every wait and no other"
        check(self.program, self.state)

    def _told(self) -> dict[int, WaitKind]:
        return {number: wait.kind for number, wait in self.state.waits.items() if wait.kind is not WaitKind.CONDITION}


def check(program: Program, state: State) -> None:
    """Check that nothing is left behind, lost or born, and that what is kept is bounded by what is alive."""
    if state.status is not Status.OPEN:
        assert (state.scopes, state.activities, state.waits) == ({}, {}, {}), "a case that is over holds nothing"
        return
    assert decode(encode(state)) == state
    for number, scope in state.scopes.items():
        assert scope.parent == 0 or scope.parent in state.scopes, "a scope ends with the one around it"
        assert scope.activity == 0 or state.activities[scope.activity].inner == number
        if not _is_data_of_a_task(program, scope.node):
            assert scope.live > 0, "a scope without a token is over"
            assert scope.live == _tokens(program, state, number), "no token is lost or born"
    for activity in state.activities.values():
        assert activity.scope in state.scopes, "an activity ends with its scope"
        assert not activity.outer or activity.outer in state.activities, "a round ends with its loop"
    for wait in state.waits.values():
        assert wait.activity == 0 or wait.activity in state.activities, "a wait ends with its activity"
    _check_size(program, state)


def _is_data_of_a_task(program: Program, node: int) -> bool:
    return node >= 0 and program.nodes[node].kind not in (Kind.SUB_PROCESS, Kind.TRANSACTION, Kind.AD_HOC_SUB_PROCESS)


def _tokens(program: Program, state: State, scope: int) -> int:
    """Count the tokens at rest in a scope: in activities and events, at joins, before activities that need several."""
    here = state.scopes[scope]
    at_rest = [each for each in state.activities.values() if each.scope == scope and _is_a_token(program, each)]
    return len(at_rest) + sum(here.arrivals.values()) + sum(here.pending.values())


def _is_a_token(program: Program, activity: Activity) -> bool:
    is_listening = program.nodes[activity.node].kind is Kind.START_EVENT
    return not activity.outer and not is_listening


def _check_size(program: Program, state: State) -> None:
    alive = len(state.activities)
    most = sum(
        2 + len(program.nodes[each.node].boundaries) + len(program.nodes[each.node].outgoing)
        for each in state.activities.values()
    )
    assert len(state.scopes) <= 1 + alive
    assert len(state.waits) <= 1 + most
    held = sum(sum(scope.arrivals.values()) for scope in state.scopes.values())
    things = 1 + alive + len(state.scopes) + len(state.waits) + held + len(state.executions)
    assert len(encode(state)) <= BYTES_EACH * things, "a case is as large as what is alive in it"
