"""What the documents say exists: the files they point to, the commands and recipes they name, the code they show."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
COMMAND = re.compile(r"^ {4}ironcage ([a-z]+)|`ironcage ([a-z]+)", re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def documents(files) -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in files if path.suffix == ".md"}


def test_every_link_leads_somewhere(root, documents):
    broken = {
        f"{path.relative_to(root)} -> {target}"
        for path, document in documents.items()
        for target in LINK.findall(document)
        if not (path.parent / target).exists()
    }
    assert broken == set()


def test_every_command_named_exists(root, documents):
    from ironcage_console.cli.commands import COMMANDS

    unknown = {
        f"{path.relative_to(root)}: ironcage {first or second}"
        for path, document in documents.items()
        for first, second in COMMAND.findall(document)
        if (first or second) not in COMMANDS
    }
    assert unknown == set()


def test_every_recipe_named_exists(root, documents):
    recipes = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for document in documents.values() for name in re.findall(r"`make ([a-z-]+)`", document)}
    assert named - recipes == set()


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_a_readme_begins_with_the_demo_and_the_tests(readme, root):
    commands = re.search(r"^```sh\n(.*?)^```", (root / readme).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert commands is not None
    assert commands[1].split("\n") == ["make demo", "make test", ""]


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_the_library_as_the_readme_shows_it_runs(readme, root, tmp_path):
    (program,) = PYTHON.findall((root / readme).read_text("utf-8"))
    assert program.count("\n") <= 20
    (tmp_path / "processes").symlink_to(root / "processes")
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr
