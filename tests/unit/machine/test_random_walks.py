"""Random walks through random models: what must hold always, and what an oracle says besides."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from random_models import BY_EVENT, FLAT, SCOPES, Dice, Sketch
from token_game import TokenGame
from watched import Watched

from ironcage import bpmn, spiff
from ironcage.clock import VirtualClock
from ironcage.definitions.comparison import difference
from ironcage.machine import Status, StepError

if TYPE_CHECKING:
    from walks import Machine

    from ironcage.program import Program

BLOCKS = FLAT + SCOPES + BY_EVENT
WALKS = 10
"""Through each model."""
MOVES = 20
CROWD = 40
"""So many waits at once are enough of tokens that multiply."""


def drawn(seed: int, *, sound: bool) -> tuple[Program, Sketch]:
    """Return the model that a seed stands for, as both readers read it."""
    sketch = Sketch(Dice(seed), BLOCKS, looped_joins=True)
    source = sketch.process(sound=sound)
    program = bpmn.compile(bpmn.read(source, f"{seed}.bpmn"), {}, None)
    if not seed % 10:
        assert difference(program, spiff.compile(source, f"{seed}.bpmn", {}, None)) is None
    return program, sketch


def move(player: Machine | TokenGame, element: str, data: dict[str, object] | None) -> None:
    if data is None:
        player.fire(element)
    else:
        player.complete(element, dict(data))  # type: ignore[arg-type]


def judged(program: Program, sketch: Sketch, dice: Dice) -> Status:
    """Walk through a sound model, the oracle beside the machine; return how the case stands at the end."""
    machine, oracle, begun = Watched(program, VirtualClock()), TokenGame(program), dice.data()
    machine.start(dict(begun))
    oracle.start(dict(begun))
    taken: list[str] = []
    while True:
        assert (machine.waits(), machine.status) == (oracle.waits(), oracle.status), (begun, taken)
        fires_once_a_round(machine, sketch)
        elements = sorted(machine.waits())
        if not elements or len(taken) == MOVES:
            assert elements or machine.status is not Status.OPEN, f"{begun} {taken}: nothing can happen any more"
            return machine.status
        element = dice.one_of(elements)
        data = None if element in machine.events() else dice.data()
        taken.append(f"{element} {data}")
        for player in (machine, oracle):
            move(player, element, data)


def fires_once_a_round(machine: Machine, sketch: Sketch) -> None:
    executions, index = machine.state.executions, machine.program.index
    for fork, join in sketch.joins:
        assert executions.get(index(join), 0) <= executions.get(index(fork), 0), f"{join} goes on too often"


def watched(program: Program, dice: Dice) -> None:
    """Walk through a model that need not be sound, as far as it goes."""
    machine = Watched(program, VirtualClock())
    try:
        machine.start(dice.data())
        for _ in range(MOVES):
            waits = machine.waits()
            if not waits or waits.total() > CROWD:
                break
            element = dice.one_of(sorted(waits))
            move(machine, element, None if element in machine.events() else dice.data())
    except StepError:
        pass  # a step that cannot be taken is refused, and the case stands as before


def walk_sound_models(seeds: range) -> None:
    ends = set()
    for seed in seeds:
        program, sketch = drawn(seed, sound=True)
        for number in range(WALKS):
            ends.add(judged(program, sketch, Dice(seed * WALKS + number)))
    assert ends == {Status.OPEN, Status.COMPLETED, Status.TERMINATED}


def walk_unsound_models(seeds: range) -> None:
    for seed in seeds:
        program, _ = drawn(seed, sound=False)
        for number in range(WALKS):
            watched(program, Dice(seed * WALKS + number))


@pytest.fixture
def _a_step_soon_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    # Models that turn in circles are drawn often, and each would have its hundred thousand moves.
    monkeypatch.setattr(sys.modules["ironcage.machine.advance"], "MOVES_PER_STEP", 1000)


def test_on_seven_thousand_walks_through_sound_models_the_machine_does_what_the_standard_says():
    walk_sound_models(range(700))


@pytest.mark.usefixtures("_a_step_soon_takes_too_long")
def test_on_three_thousand_walks_through_unsound_models_nothing_is_lost_born_or_left_behind():
    walk_unsound_models(range(300))


@pytest.mark.long
@pytest.mark.usefixtures("_a_step_soon_takes_too_long")
def test_on_fifty_thousand_more_walks_all_of_it_holds(beginning):
    walk_sound_models(range(beginning, beginning + 4_000))
    walk_unsound_models(range(beginning, beginning + 1_000))
