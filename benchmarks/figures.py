"""A figure, and the file that keeps them all."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

FILE = Path("build/bench.json")


@dataclass(frozen=True)
class Figure:
    """One measured number: its fixed name, and how it was obtained."""

    name: str
    value: float
    unit: str
    how: str


def keep(figures: list[Figure]) -> None:
    """Write *figures* into the file, each under its name; those of other names stay."""
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    at = commit()
    kept |= {each.name: {"value": each.value, "unit": each.unit, "how": each.how, "at": at} for each in figures}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(dict(sorted(kept.items())), indent=2, ensure_ascii=False) + "\n")


def commit() -> str:
    """Return the commit that was measured, with a plus sign if the files differ from it."""
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain", "-uno"], capture_output=True, text=True, check=False)
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")
