"""A responsibility table of 1,350 grids by 80 sub-classes: how fast it loads and answers, against a scan of itself."""

from __future__ import annotations

import random
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from ironcage import dmn
from ironcage.clock import Moment
from ironcage.dmn.table import Table
from ironcage.feel import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.values import Value

GRIDS, CLASSES, UNITS = 1_350, 80, 97
ASKED = 20_000
SCANS = 15
_AT = Moment(0)
_ROW = (
    "<rule><inputEntry><text>{grid}</text></inputEntry><inputEntry><text>{part}</text></inputEntry>"
    "<outputEntry><text>{unit}</text></outputEntry></rule>"
)


def source() -> bytes:
    """Return the table as a DMN file."""
    rows = "\n".join(
        _ROW.format(grid=f'"grid {grid:04}"', part=f'"class {part:02}"', unit=f'"unit {_unit(grid, part):02}"')
        for grid in range(GRIDS)
        for part in range(CLASSES)
    )
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d">
<decision id="unit" name="unit"><decisionTable>
<input label="grid"><inputExpression typeRef="string"><text>grid</text></inputExpression></input>
<input label="class"><inputExpression typeRef="string"><text>class</text></inputExpression></input>
<output name="unit" typeRef="string"/>
{rows}
</decisionTable></decision></definitions>""".encode()


def figures() -> Iterator[Figure]:
    """Yield the time of an answer and its ratio to a scan of the same rows, in wall time of one run."""
    written = source()
    began = time.perf_counter()
    (decision,) = dmn.read(written, "unit.dmn")
    loaded = time.perf_counter() - began
    rows = f"{GRIDS * CLASSES:,} rows"
    yield Figure(
        "dmn_108k_load_seconds", round(loaded, 1), "s", f"{rows} read from a DMN file of {len(written):,} bytes"
    )
    chosen = random.Random(1)
    asked = [(chosen.randrange(GRIDS), chosen.randrange(CLASSES)) for _ in range(ASKED)]
    taken = [_answered(decision, grid, part) for grid, part in asked]
    p95 = quantiles(taken, n=20)[-1]
    how = f"{rows}, {ASKED:,} random questions, 95th percentile"
    yield Figure("dmn_108k_p95_us", round(p95 * 1e6, 1), "us", how)
    scans = [_scanned(decision, grid, part) for grid, part in asked[:SCANS]]
    ratio = median(scans) / median(taken)
    how = f"median of {SCANS} scans that ask every row ({median(scans) * 1e3:.0f} ms) over the median answer"
    yield Figure("dmn_108k_over_scan", round(ratio), "x", how)


def _unit(grid: int, part: int) -> int:
    return (grid * 7 + part) % UNITS


def _variables(grid: int, part: int) -> dict[str, Value]:
    return {"grid": f"grid {grid:04}", "class": f"class {part:02}"}


def _answered(decision: dmn.Decision, grid: int, part: int) -> float:
    variables = _variables(grid, part)
    began = time.perf_counter()
    answer = decision.evaluate(variables, _AT)
    taken = time.perf_counter() - began
    assert answer == f"unit {_unit(grid, part):02}"
    return taken


def _scanned(decision: dmn.Decision, grid: int, part: int) -> float:
    table = decision.logic
    assert isinstance(table, Table)
    env = Environment(_variables(grid, part), _AT)
    began = time.perf_counter()
    values = table.asked(env)
    found = [
        rule
        for rule in table.rules
        if all(cell.holds(env, value) is True for cell, value in zip(rule.cells, values, strict=True))
    ]
    taken = time.perf_counter() - began
    assert len(found) == 1
    return taken
