"""What the promises of the repository are about: its files, and the Python among them."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "ironcage": "engine",
    "ironcage_audit": "audit",
    "ironcage_plugins": "plugins",
    "ironcage_console": "console",
}


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """The files that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def trees(files: list[Path]) -> dict[Path, ast.Module]:
    """The syntax of every Python file."""
    return {path: ast.parse(path.read_bytes()) for path in files if path.suffix == ".py"}


@pytest.fixture(scope="session")
def packages(trees: dict[Path, ast.Module]) -> dict[str, ast.Module]:
    """The ``__init__`` of every package we ship, by the name it is imported by."""
    return {
        ".".join(path.parent.relative_to(ROOT / source).parts): tree
        for source in PACKAGES.values()
        for path, tree in trees.items()
        if path.name == "__init__.py" and path.is_relative_to(ROOT / source) and "example" not in path.parts
    }
