"""Sound models with accidents: the gate never crashes, every fault has a place, and what passes compiles.

Every number below is a seed: a failure names the one that shows it again.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from constructs import CONSTRUCTS
from mutations import mutated
from rule_cases import cases
from small_models import SMALL
from written_models import written

from ironcage import bpmn, spiff
from ironcage.faults import Fault, FaultyError, Level

if TYPE_CHECKING:
    from ironcage.bpmn import Model

HERE = Path(__file__).parent
SOUND = [
    *(written(case.mended).source for case in cases() if case.is_mended),
    *CONSTRUCTS.values(),
    *SMALL.values(),
    (HERE / "whole_model.bpmn").read_bytes(),
    (HERE / "every_element.bpmn").read_bytes(),
]
BLOCK = 60
"""How many seeds one test tries."""


def examined(source: bytes) -> tuple[Model | None, list[Fault]]:
    try:
        return bpmn.examine(source, "bad.bpmn", {"known"})
    except FaultyError as error:
        return None, error.faults


def drawn(seed: int) -> bytes:
    chance = Random(seed)
    return mutated(chance.choice(SOUND), chance)


def tried(seed: int, *, by_both: bool) -> None:
    source = drawn(seed)
    model, faults = examined(source)
    for fault in faults:
        assert str(fault), seed
        assert fault.line > 0, (seed, fault)
    if model is None or any(fault.level is Level.ERROR for fault in faults):
        assert any(fault.level is Level.ERROR for fault in faults), seed
        return
    for process in model.executables:
        program = bpmn.compile(model, {}, None, process.id)
        if by_both:
            try:
                assert spiff.compile(source, "bad.bpmn", {}, None, process.id) == program, seed
            except FaultyError:
                continue  # the second reader may refuse what the first one takes; it may not take it for something else


@pytest.mark.parametrize("block", range(10))
def test_a_model_with_accidents_is_refused_with_its_place_or_compiled(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        tried(seed, by_both=False)


def test_what_is_let_through_is_read_alike_by_both_readers() -> None:
    for seed in (*range(10_000, 10_060), 143_237_678):  # the last has found something: a blank name
        tried(seed, by_both=True)


@pytest.mark.long
def test_many_models_with_accidents(beginning: int) -> None:
    for seed in range(beginning, beginning + 10_000):
        tried(seed, by_both=True)
