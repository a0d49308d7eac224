"""Hosts choose their SQLAlchemy: what touches it works on the oldest one that is supported, too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
TESTS = (
    "tests/unit/store/test_hosts.py",
    "tests/unit/store/test_units_of_work.py",
    "tests/unit/store/test_store_opening.py",
    "tests/unit/engine/test_embedding.py",
    "tests/unit/engine/test_embedding_errors.py",
    "tests/unit/engine/test_transactions.py",
)


def _oldest() -> str:
    """Return the oldest release of SQLAlchemy that the project accepts."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (found,) = (match[1] for each in wanted if (match := re.match(r"sqlalchemy>=([\d.]+),", each)))
    return found


def _run(*words: object, path: Path | None = None) -> str:
    """Return what a command prints; packages in *path* take the place of those installed."""
    search = [str(path)] if path else []
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*search, os.environ.get("PYTHONPATH", "")])}
    ran = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-3000:]
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def oldest(tmp_path_factory) -> Path:
    """The folder that holds the oldest SQLAlchemy, and nothing else."""
    folder: Path = tmp_path_factory.mktemp("sqlalchemy")
    to = ("--python", sys.executable, "--no-deps", "--target", folder)
    _run(UV, "pip", "install", "-q", *to, f"sqlalchemy=={_oldest()}")
    assert _run(sys.executable, "-c", "import sqlalchemy; print(sqlalchemy.__version__)", path=folder) == _oldest()
    return folder


def _pass(oldest: Path, *tests: str) -> None:
    _run(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests, path=oldest)


def test_a_host_on_sqlite_may_have_the_oldest_sqlalchemy(oldest):
    _pass(oldest, "tests/unit/store/test_hosts.py", "-k", "sqlite")


@pytest.mark.long
def test_the_store_and_embedding_work_on_the_oldest_sqlalchemy(oldest):
    _pass(oldest, *TESTS)
