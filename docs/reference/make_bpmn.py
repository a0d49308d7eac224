"""Writes the table of constructs into bpmn.md, beside this file: ``python docs/reference/make_bpmn.py``.

What is said of each stands in constructs.toml; whether it is executed, read or refused, the grammar of the reader says.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from ironcage.bpmn.grammar import GRAMMAR

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PAGE = HERE / "bpmn.md"
PATTERNS = HERE.parents[1] / "processes" / "patterns"
BEGIN, END = "<!-- make_bpmn.py: begin -->\n", "<!-- make_bpmn.py: end -->\n"
SINCE = "0.1"
_HEAD = "| 构件 construct | | | 条款 clause | 演示 shown by |\n|---|---|---|---|---|\n"


class Line(TypedDict, total=False):
    """A line of the table, as constructs.toml has it."""

    element: str
    zh: str
    en: str
    clause: str
    shown: str
    at: str
    refused: bool
    since: str


class Chapter(TypedDict):
    """The lines of one kind."""

    zh: str
    en: str
    lines: list[Line]


def chapters() -> list[Chapter]:
    """Return what constructs.toml says."""
    return cast("list[Chapter]", tomllib.loads((HERE / "constructs.toml").read_text("utf-8"))["chapter"])


def page() -> str:
    """Return the page as it is, with the table as the code is now."""
    written = PAGE.read_text("utf-8")
    before, _, rest = written.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "".join([before, BEGIN, *_table(), END, after])


def is_refused(line: Line) -> bool:
    """Return whether the reader refuses what the line is about."""
    return line.get("refused", False) or any(f"bpmn:{name}" not in GRAMMAR for name in line["element"].split())


def _table() -> Iterator[str]:
    for chapter in chapters():
        yield f"\n### {chapter['zh']} · {chapter['en']}\n\n"
        yield _HEAD
        yield from map(_row, chapter["lines"])


def _row(line: Line) -> str:
    names = " ".join(f"`{name}`" for name in line["element"].split())
    return f"| {line['zh']} {line['en']} | {names} | {_standing(line)} | {line['clause']} | {_link(line)} |\n"


def _standing(line: Line) -> str:
    if is_refused(line):
        return "拒绝 refused"
    if "shown" not in line:
        return "读入，不影响执行 read, without effect"
    return f"执行 executed, {line.get('since', SINCE)}"


def _link(line: Line) -> str:
    shown = line.get("shown", "")
    file, _, test = shown.partition("::")
    if test:
        return f"[{test}](../../{file})"
    return f"[{shown}](../../processes/patterns/{shown}/{shown}.bpmn)" if shown else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
