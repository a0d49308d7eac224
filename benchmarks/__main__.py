"""``python -m benchmarks [--long]``: prints the figures as a table and keeps them in ``build/bench.json``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks import (
    city_history,
    cycle,
    dmn,
    durable,
    feel,
    footprint,
    hot_case,
    peak_day,
    quarter,
    stored_million,
    two_workers,
    woken,
)
from benchmarks.figures import FILE, Figure, keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHORT: tuple[Callable[[], Iterator[Figure]], ...] = (
    footprint.figures,
    feel.figures,
    dmn.figures,
    cycle.figures,
    durable.figures,
    woken.figures,
    hot_case.figures,
    peak_day.figures,
    two_workers.figures,
)
LONG: tuple[Callable[[], Iterator[Figure]], ...] = (quarter.figures, city_history.figures, stored_million.figures)


def main(words: list[str]) -> None:
    """Measure, print and keep."""
    made: list[Figure] = []
    for measure in LONG if "--long" in words else SHORT:
        for figure in measure():
            print(f"{figure.name:44} {figure.value:>12,} {figure.unit:6} {figure.how}", flush=True)
            made.append(figure)
    keep(made)
    print(f"-> {FILE}")


if __name__ == "__main__":
    main(sys.argv[1:])
