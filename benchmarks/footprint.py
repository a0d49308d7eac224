"""What it costs to be there at all: importing the library, and asking the command for help."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 11


def figures() -> Iterator[Figure]:
    """Yield the figures of start-up, in milliseconds of wall time; they depend on the machine."""
    bare = _milliseconds("-c", "pass")
    loaded = _milliseconds("-c", "import ironcage")
    how = f"import in a new process, less the bare interpreter's {bare:.0f} ms; median of {RUNS}"
    yield Figure("import_ironcage_ms", round(loaded - bare, 1), "ms", how)
    asked = _milliseconds("-c", "import sys; from ironcage_console.cli import main; sys.exit(main(['--help']))")
    yield Figure("cli_help_ms", round(asked, 1), "ms", f"ironcage --help in a new process, whole; median of {RUNS}")


def _milliseconds(*words: str) -> float:
    taken: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
