"""Every command and every program of the handbook runs, and prints what the page says it prints.

In a page a block of ``sh`` is run, in order, in one folder; so is one of ``python``. A block whose first line names a
file after the language, as in ``toml permit/process.toml``, is that file. A block of ``text`` is an excerpt of what the
commands before it print; ``…`` leaves something out. A block of ``console`` is for another place and time: it installs
something or runs for ever.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "docs" / "handbook"
PAGES = [page for page in sorted(HANDBOOK.glob("*.md")) if not page.stem.endswith(".en")]
_BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "IRONCAGE-END"


class Block(NamedTuple):
    kind: str
    file: str
    body: str


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(page.read_text("utf-8"))]


def step(block: Block) -> str:
    """Return the lines of a shell script that do what *block* says."""
    if block.file:
        return f"mkdir -p $(dirname {block.file})\ncat > {block.file} <<'{_MARK}'\n{block.body}{_MARK}\n"
    if block.kind == "python":
        return f"python - <<'{_MARK}'\n{block.body}{_MARK}\n"
    return block.body if block.kind == "sh" else ""


def run(page: Path, folder: Path, language: str) -> str:
    """Return what everything on *page*, run in *folder*, prints."""
    for name in ("processes", "plugins", "docs"):
        (folder / name).symlink_to(ROOT / name)
    program = folder / "page.sh"
    program.write_text("set -eu\n" + "".join(map(step, blocks(page))), "utf-8")
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "IRONCAGE_LANG": language,
        "PYTHONUTF8": "1",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),  # the packages under test, where others are installed
    }
    ran = subprocess.run(
        ["sh", program], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    printed = ran.stdout.decode()
    assert ran.returncode == 0, printed[-3000:]
    return printed


def missing(page: Path, printed: str | None) -> list[str]:
    """Return the pieces of the page's excerpts that were not printed; none where nothing was run."""
    if printed is None:
        return []
    whole = " ".join(printed.split())
    pieces = [
        " ".join(piece.split())
        for block in blocks(page)
        if block.kind == "text" and not block.file
        for line in block.body.splitlines()
        for piece in line.split("…")
    ]
    return [piece for piece in pieces if piece not in whole]


def demonstrated(folder: Path, page: Path) -> str | None:
    """Return what the demonstration printed, which the auditor's page keeps; the README shows an excerpt of it."""
    return (folder / "build" / "demo.txt").read_text("utf-8") if page.stem == "auditor" else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_everything_on_a_page_of_the_handbook_runs(page, tmp_path):
    assert missing(page, run(page, tmp_path, "zh")) == []
    assert missing(ROOT / "README.md", demonstrated(tmp_path, page)) == []


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_and_so_it_does_in_english(page, tmp_path):
    english = page.with_suffix(".en.md")
    assert missing(english, run(english, tmp_path, "en")) == []
    assert missing(ROOT / "README.en.md", demonstrated(tmp_path, page)) == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.stem)
def test_both_languages_show_the_same_commands_and_programs(page):
    pair = [
        [block for block in blocks(each) if block.kind != "text" or block.file]
        for each in (page, page.with_suffix(".en.md"))
    ]
    assert pair[0] == pair[1]
