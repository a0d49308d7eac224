"""Where in a file a part of an expression stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.bpmn.model import Formula

_ROOM = 4000
"""How far from its element, in characters, an expression is looked for."""


def position(source: bytes, formula: Formula, line: int, column: int) -> tuple[int, int]:
    """Return line and column, from 1, in the file of what is at *line* and *column* of the expression.

    The column is 0 where the expression does not stand in the file as it reads, which an escape or another encoding
    than UTF-8 can bring about.
    """
    text, lines = _lines(source)
    if not 0 < formula.line <= len(lines):
        return formula.line, 0
    at = _found(text, lines, formula)
    if at is None:
        return formula.line, 0
    at += sum(len(each) + 1 for each in formula.text.split("\n")[: line - 1]) + column - 1
    found = bisect_right(lines, at)
    return found, at - lines[found - 1] + 1


def _found(text: str, lines: list[int], formula: Formula) -> int | None:
    """Return where the expression begins.

    The line of an element is the one its start tag ends on: a text begins there or later, an attribute there or
    earlier. In some dialects an equals sign stands before it.
    """
    start = lines[formula.line - 1]
    end = lines[formula.line] if formula.line < len(lines) else len(text)
    written = re.escape(formula.text)
    room = len(formula.text) + _ROOM
    inside = re.compile(rf">(?:\s*<!\[CDATA\[)?\s*=?\s*({written})\s*(?:<|\]\]>)").search(text, start, end + room)
    if inside and "<" not in text[end : inside.start()]:
        return inside.start(1)
    quoted = re.compile(rf"[\"']\s*=?\s*({written})\s*[\"']").finditer(text, max(0, start - room), end)
    return max((each.start(1) for each in quoted), default=None)


@lru_cache(maxsize=1)
def _lines(source: bytes) -> tuple[str, list[int]]:
    """Return the text of a file and where its lines begin; no lines if it is not UTF-8."""
    try:
        text = source.decode()
    except UnicodeDecodeError:
        return "", []
    return text, [0, *(each.end() for each in re.finditer("\n", text))]
