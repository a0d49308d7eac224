"""Every shipped process runs on the machine as it runs on SpiffWorkflow."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from case_data import values
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import Walk, wander

from ironcage.definitions import Definition, load

if TYPE_CHECKING:
    from ironcage.values import Value

PROCESSES = Path(__file__).parents[3] / "processes"
KEYS = sorted(file.parent.name for file in PROCESSES.glob("*/process.toml"))


@cache
def shipped(key: str) -> tuple[Definition, dict[str, st.SearchStrategy[Value]]]:
    definition = load(PROCESSES / key)
    return definition, values(definition)


def wander_through(key: str, drawn: st.DataObject) -> Walk:
    definition, data = shipped(key)
    return wander(drawn, definition.model.source, definition.program, data)


def test_there_are_processes_to_walk_through():
    assert "service_request" in KEYS


@pytest.mark.parametrize("key", KEYS)
@examples(100)
@given(drawn=st.data())
def test_both_interpreters_agree_on_every_walk_through_a_shipped_process(key, drawn):
    assert wander_through(key, drawn).parting is None


@pytest.mark.parametrize("key", KEYS)
def test_random_walks_reach_every_element_of_a_shipped_process(key):
    reached: set[int] = set()

    @settings(max_examples=50, database=None, derandomize=True)
    @given(drawn=st.data())
    def walk(drawn: st.DataObject) -> None:
        reached.update(wander_through(key, drawn).machine.state.executions)

    walk()
    nodes = shipped(key)[0].program.nodes
    assert {node.id for index, node in enumerate(nodes) if index not in reached and "Gateway" not in node.kind} == set()
