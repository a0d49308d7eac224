"""No token is lost and none is born: what a scope counts is what waits in it and what its joins hold."""

from __future__ import annotations

from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from random_models import CASE_DATA, block_models
from walks import Machine

from ironcage import bpmn
from ironcage.clock import VirtualClock
from ironcage.machine import Status, StepError, decode, encode


@examples(200)
@given(source=block_models(looped_joins=True), drawn=st.data())
def test_every_token_waits_or_is_held_and_a_sound_case_ends(source: bytes, drawn: st.DataObject) -> None:
    program = bpmn.compile(bpmn.read(source, "m.bpmn"), {}, None)
    machine = Machine(program, VirtualClock())
    data = st.fixed_dictionaries(dict(CASE_DATA))
    machine.start(drawn.draw(data))
    for _ in range(30):
        for number, scope in machine.state.scopes.items():
            inside = sum(activity.scope == number for activity in machine.state.activities.values())
            assert scope.live == inside + sum(scope.arrivals.values())
            assert all(scope.arrivals.values())
        assert machine.state == decode(encode(machine.state))
        elements = sorted(machine.waits())
        if not elements:
            break
        element = drawn.draw(st.sampled_from(elements))
        try:
            if element in machine.events():
                machine.fire(element)
            else:
                machine.complete(element, drawn.draw(data))
        except StepError:
            break
    else:
        return
    assert machine.status is not Status.OPEN or machine.waits()
