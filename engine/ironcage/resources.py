"""Where the data that ships with the library lies: migrations and process folders."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).parent


def folder(name: Literal["migrations", "processes"]) -> Path:
    """Return the folder *name*: inside the package when installed from a wheel, else at the root of the checkout."""
    shipped = _PACKAGE / f"_{name}"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / name
