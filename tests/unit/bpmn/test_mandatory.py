"""Which activities no case comes to its end without."""

from __future__ import annotations

import pytest
from bpmn_model import model
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from random_models import CASE_DATA, block_models
from small_models import SMALL
from walks import Machine

from ironcage import bpmn
from ironcage.clock import VirtualClock
from ironcage.machine import Status, StepError
from ironcage.program import Kind


def mandatory(source: bytes) -> set[str]:
    return set(bpmn.mandatory(bpmn.compile(bpmn.read(source, "m.bpmn"), {}, None)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sequence", {"a", "b", "c"}),
        ("choice", set()),
        ("parallel", {"a", "b", "d"}),
        ("nested", {"a"}),
        ("rework", {"a", "b"}),
        ("ends", {"a", "b"}),
        ("implicit merge", {"c"}),
        ("split by a task", {"a", "b", "c", "d"}),
        ("split by events", {"b", "c"}),
        ("conditions out of a task", {"a"}),
        ("a condition beside a sure way", {"a", "b"}),
        ("some of three", {"d"}),
        ("a default beside a sure way", {"a", "b"}),
    ],
)
def test_a_step_is_mandatory_if_every_way_to_an_end_leads_through_it(name: str, expected: set[str]) -> None:
    assert mandatory(SMALL[name]) == expected


def test_what_a_boundary_event_may_cut_short_is_not_mandatory() -> None:
    assert mandatory(SMALL["limit"]) == set()
    assert mandatory(SMALL["limit that leads back"]) == {"a"}


def test_a_way_to_a_terminate_event_is_no_way_to_an_end() -> None:
    source = model(
        {"s": "start", "g": "xor default g_a", "a": "user", "e": "end", "t": "terminate"},
        "s -> g", "g -> t if ok", "g -> a", "a -> e",
    )  # fmt: skip
    assert mandatory(source) == {"a"}


def test_nothing_is_mandatory_where_nothing_ends() -> None:
    source = model({"s": "start", "a": "user", "t": "terminate"}, "s -> a", "a -> t")
    assert mandatory(source) == set()


@examples(60)
@given(source=block_models(), drawn=st.data())
def test_no_case_completes_without_its_mandatory_steps(source: bytes, drawn: st.DataObject) -> None:
    program = bpmn.compile(bpmn.read(source, "m.bpmn"), {}, None)
    machine = Machine(program, VirtualClock())
    data = st.fixed_dictionaries(dict(CASE_DATA))
    done: set[str] = set()
    machine.start(drawn.draw(data))
    for _ in range(60):
        elements = sorted(machine.waits())
        if not elements:
            break
        element = drawn.draw(st.sampled_from(elements))
        try:
            if element in machine.events():
                machine.fire(element)
            else:
                machine.complete(element, drawn.draw(data))
                done.add(element)
        except StepError:
            break
    if machine.status is Status.COMPLETED:
        done |= {program.nodes[n].id for n in machine.state.executions if program.nodes[n].kind is Kind.TASK}
        assert bpmn.mandatory(program) <= done
