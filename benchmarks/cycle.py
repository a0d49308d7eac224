"""Cycle CPU: decode the state, advance one step, encode it, build its events with their digests. No database.

Measured in process CPU time, in paired rounds with SpiffWorkflow's deserialize, complete, serialize on the same case.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.models import REPORT, completions, seven_stages
from benchmarks.spiff_baseline import measure as measure_spiff
from ironcage.bpmn import compile as compile_program
from ironcage.bpmn import read
from ironcage.machine import Complete, Start, State, advance, decode, encode
from ironcage.record import Chain, Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage.machine import Step
    from ironcage.program import Program
    from ironcage.values import Context

PAIRS = 7
"""Paired rounds; the figure is the median of their ratios."""
LATE = 7
"""Of a long case, so many of the last cycles are looked at."""


class Run:
    """One case of the benchmark, advanced through ``decode`` and ``encode`` at every step as the engine does."""

    def __init__(self, program: Program, data: Context) -> None:
        self._program = program
        self._recorder = Recorder(program, frozenset(), "city_case@1")
        self._chain = Chain("city_case/1", 0, bytes(16), salts=bytes)
        self._now = 1_000_000
        self.state = b""
        self._keep(advance(program, State(), Start(data), self._now))

    def complete(self, element: str, data: Context) -> float:
        """Complete the task at *element* and return the CPU seconds of the cycle, without finding the task."""
        wait = next(
            n for n, w in decode(self.state).waits.items() if self._program.nodes[w.node].id == element and not w.at
        )
        stimulus = Complete(wait, data)
        self._now += 1_000_000
        began = time.process_time()
        self._keep(advance(self._program, decode(self.state), stimulus, self._now))
        return time.process_time() - began

    def _keep(self, step: Step) -> None:
        self.state = encode(step.state)
        chain = Chain("city_case/1", 0, bytes(16), self._chain.seq, self._chain.head, salts=bytes)
        self._recorder.append(chain, step.rows, self._now)
        self._chain = chain


def figures() -> Iterator[Figure]:
    """Yield the figures of cycle CPU."""
    source = seven_stages()
    program = compile_program(read(source, "city_case.bpmn"), {}, None)
    yield _against_spiff("cycle_cpu_short", program, source, rounds=0, late=None)
    yield _against_spiff("cycle_cpu_rounds_100", program, source, rounds=100, late=LATE)
    yield _flat(program)
    run = Run(program, REPORT)
    sizes = [len(run.state)]
    for element, data in completions():
        run.complete(element, data)
        sizes.append(len(run.state))
    yield Figure("state_bytes_short", max(sizes), "bytes", "largest state of the seven-stage case without rework")


def _against_spiff(name: str, program: Program, source: bytes, rounds: int, late: int | None) -> Figure:
    done = completions(rounds)
    ratios, ours_us = [], []
    for _ in range(PAIRS):
        nothing = _nothing()
        spiff = _mean(measure_spiff(source, done, REPORT).seconds, late) - nothing
        ours = median(_mean(_walk(program, done), late) for _ in range(1 if late else 15)) - nothing
        ratios.append(spiff / ours)
        ours_us.append(ours * 1e6)
    where = f"the last {late} cycles of a case with {rounds} rework rounds" if late else "a case without rework"
    how = (
        f"SpiffWorkflow deserialize, complete, serialize over ours, process CPU, mean over {where}; median of {PAIRS} "
        f"paired rounds; ours {median(ours_us):.1f} us; what reading the clock takes is off both"
    )
    return Figure(name, round(median(ratios), 1), "x", how)


def _flat(program: Program) -> Figure:
    early, late = [], []
    for _ in range(PAIRS):
        seconds = _walk(program, completions(2000))
        early.append(median(seconds[3:33]))
        late.append(median(seconds[-31:-1]))
    how = f"median cycle of rework rounds 1991 to 2000 over that of rounds 1 to 10; median of {PAIRS} cases"
    return Figure("cycle_flat_2000_over_1", round(median(late) / median(early), 3), "x", how)


def _walk(program: Program, done: Sequence[tuple[str, Context]]) -> list[float]:
    run = Run(program, REPORT)
    return [run.complete(element, data) for element, data in done]


def _nothing() -> float:
    """Return what the clock shows of an interval in which nothing is done, in seconds."""
    intervals = []
    for _ in range(1000):
        began = time.process_time()
        intervals.append(time.process_time() - began)
    return median(intervals)


def _mean(seconds: Sequence[float], late: int | None) -> float:
    chosen = seconds[-late:] if late else seconds
    return sum(chosen) / len(chosen)
