"""A file in a dialect and the same file in our words are one program, to both readers."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace

import pytest
from dialect_models import HEAD, PAIRS, Pair

from ironcage import bpmn, spiff

ROOTS = '<message id="m" name="M"/><signal id="s" name="S"/>'


def whole(inside: str) -> bytes:
    return f'{HEAD}\n{ROOTS}<process id="p" isExecutable="true">\n{inside}\n</process></definitions>'.encode()


def without_lines(value):
    """The same value with no line in it."""
    if isinstance(value, tuple):
        return tuple(map(without_lines, value))
    if not is_dataclass(value):
        return value
    changed = {
        each.name: 0 if each.name == "line" else without_lines(getattr(value, each.name))
        for each in fields(value)
        if each.init and type(value).__module__.startswith("ironcage.program")
    }
    return replace(value, **changed)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_it_is_one_program_however_it_is_said(pair: Pair) -> None:
    said, meant = whole(pair.written), whole(pair.meant)
    program = bpmn.compile(bpmn.read(said, "m.bpmn"), {}, None)
    assert without_lines(program) == without_lines(bpmn.compile(bpmn.read(meant, "m.bpmn"), {}, None))
    assert program == spiff.compile(said, "m.bpmn", {}, None)
    lines = {node.id: node.line for node in program.nodes}
    written = said.decode().split("\n")
    assert all(re.search(rf'id="{name}"', written[line - 1]) for name, line in lines.items())
