"""Edits to a text that know afterwards where everything stood before."""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """*length* characters at *column* of *line*, both from 0, give way to *text*; a line is never left."""

    line: int
    column: int
    length: int
    text: str


class Edited:
    """A text after edits that do not overlap; of several at one place the first given stands first."""

    def __init__(self, text: str, edits: list[Edit]) -> None:
        self._edits: dict[int, list[Edit]] = {}
        for edit in sorted(edits, key=lambda each: each[:2]):
            self._edits.setdefault(edit.line, []).append(edit)
        lines = text.split("\n")
        self.text = "\n".join(self._line(number, line) for number, line in enumerate(lines))

    def _line(self, number: int, line: str) -> str:
        pieces, at = [], 0
        for edit in self._edits.get(number, ()):
            pieces += [line[at : edit.column], edit.text]
            at = edit.column + edit.length
        return "".join([*pieces, line[at:]])

    def origin(self, line: int, column: int) -> int:
        """Return the column, before the edits, of what now stands at *line* and *column*, all from 0."""
        grown = 0
        for edit in self._edits.get(line, ()):
            begin = edit.column + grown
            if column < begin:
                break
            if column < begin + len(edit.text):
                return edit.column
            grown += len(edit.text) - edit.length
        return column - grown
