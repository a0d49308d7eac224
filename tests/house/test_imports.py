"""Imports go one way, everything has its place, and importing the library costs next to nothing."""

from __future__ import annotations

import subprocess
import sys
import tomllib

HEAVY = ("SpiffWorkflow", "alembic", "cryptography", "lxml", "networkx", "rich", "sqlalchemy", "sqlglot")
NOT_A_NAME = {"base", "common", "helpers", "manager", "service", "utils"}


def test_imports_go_one_way(root):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    found = subprocess.run(command, cwd=root, capture_output=True, check=False, text=True)
    assert found.returncode == 0, found.stdout


def test_every_module_of_the_engine_must_declare_its_place(root):
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    rooms = [contract for contract in settings["contracts"] if contract.get("containers") == ["ironcage"]]
    assert [contract["exhaustive"] for contract in rooms] == [True]


def test_importing_the_library_loads_nothing_heavy():
    command = f"import sys, ironcage; print(sorted(set(sys.modules) & set({HEAVY!r})))"
    loaded = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_no_source_root_is_itself_a_package(root):
    assert [name for name in ("engine", "audit", "plugins", "console") if (root / name / "__init__.py").exists()] == []


def test_no_module_has_a_name_that_says_nothing(root, trees):
    assert {str(path.relative_to(root)) for path in trees if path.stem in NOT_A_NAME} == set()
