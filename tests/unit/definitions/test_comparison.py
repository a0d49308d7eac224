"""Two programs that differ anywhere are told apart, and the place is named."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from constructs import CONSTRUCTS

from ironcage import feel, spiff
from ironcage.definitions.comparison import difference
from ironcage.program import Flow, Lane, Node, Program

if TYPE_CHECKING:
    from collections.abc import Iterator


def compiled(name: str) -> Program:
    return spiff.compile(CONSTRUCTS[name], "case.bpmn", {}, None)


class Other:
    """What no part of a program is."""


def altered(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield *value* with each compared field of it, however deep, put to something else, and the path to the field."""
    if is_dataclass(value) and not isinstance(value, feel.Expression | type):
        for field in (each for each in fields(value) if each.compare and each.init):
            inside = getattr(value, field.name)
            yield field.name, replace(value, **{field.name: Other()})
            for path, other in altered(inside):
                yield f"{field.name}.{path}", replace(value, **{field.name: other})
    elif isinstance(value, tuple):
        for place, inside in enumerate(value):
            for path, other in altered(inside):
                yield f"{place}.{path}", (*value[:place], other, *value[place + 1 :])


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_no_field_of_a_program_can_differ_unseen(name):
    program = compiled(name)
    unseen = []
    for path, other in altered(program):
        part, _, inside = path.partition(".")
        if part in {"nodes", "flows", "lanes"}:
            if inside:
                found = difference(program, other)
                unseen += [path] if found is None or found.field != inside.partition(".")[2] else []
        else:
            unseen += [path] if difference(program, other) is None else []
    assert unseen == []


def test_every_field_was_among_those_altered():
    names = {path.split(".")[-1] for name in CONSTRUCTS for path, _ in altered(compiled(name))}
    for kind in (Program, Node, Flow, Lane):
        assert {field.name for field in fields(kind) if field.compare} <= names


def test_programs_that_are_equal_do_not_differ():
    assert difference(compiled("data of many"), compiled("data of many")) is None


def test_a_node_more_is_a_difference():
    program = compiled("a loop")
    found = difference(program, replace(program, nodes=program.nodes[:-1]))
    assert found == (0, "p", "nodes", 3, 2)


def test_one_text_read_as_two_things_is_a_difference():
    program = compiled("timer caught")
    at = program.index("v")
    timer = replace(program.nodes[at].events[0], value=feel.compile("PT1H"))
    other = (*program.nodes[:at], replace(program.nodes[at], events=(timer,)), *program.nodes[at + 1 :])
    found = difference(program, replace(program, nodes=other))
    assert found is not None
    assert (found.element, found.field, found.theirs) == ("v", "events.0.value.names", frozenset({"PT1H"}))
    minutes = replace(program.nodes[at].events[0], value=feel.constant(timedelta(minutes=60, seconds=1), "PT1H"))
    other = (*program.nodes[:at], replace(program.nodes[at], events=(minutes,)), *program.nodes[at + 1 :])
    found = difference(program, replace(program, nodes=other))
    assert found is not None
    assert found.field == "events.0.value.value"
