"""Where a command's words go: standard output or a file, for people or for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_HARMLESS = "\n\t"


def visible(sentence: str) -> str:
    """Return *sentence* with its control characters written out: what a file or a case says must not steer a terminal.

    Control characters, and those that change the direction of what follows, are shown as in Python.
    """
    if sentence.isprintable():
        return sentence
    return "".join(
        repr(sign)[1:-1] if category(sign) in ("Cc", "Cf", "Cs") and sign not in _HARMLESS else sign
        for sign in sentence
    )


class Output:
    """Prints text for people, or JSON for programs; never both.

    Args:
        as_json: print what ``data`` and ``lines`` are given, else what ``say`` and ``table`` are.
        file: where to write instead of standard output; what it holds is replaced when the command ends well.
    """

    def __init__(self, as_json: bool = False, file: str | None = None) -> None:
        self.as_json = as_json
        self._file = Path(file).resolve() if file else None
        self._draft = self._file
        if self._file and (self._file.is_file() or not self._file.exists()):  # a device has no draft
            self._draft = self._file.with_name(self._file.name + ".unfinished")
        self._stream: TextIO = self._draft.open("w", encoding="utf-8") if self._draft else sys.stdout

    def close(self) -> None:
        """Put the file, if there is one, in its place."""
        if self._file and self._draft:
            self._stream.close()
            if self._draft != self._file:
                self._draft.replace(self._file)

    def abandon(self) -> None:
        """Leave the file, if there is one, as it was."""
        if self._file and self._draft:
            self._stream.close()
            if self._draft != self._file:
                self._draft.unlink()

    def say(self, sentence: str = "") -> None:
        """Print a line for people."""
        if not self.as_json:
            print(visible(sentence), file=self._stream)

    def write(self, document: str) -> None:
        """Print a document that is the same for people and programs."""
        print(document, file=self._stream)

    def data(self, document: object) -> None:
        """Print one JSON document for programs."""
        if self.as_json:
            self.document(document)

    def document(self, document: object) -> None:
        """Print one JSON document, whoever reads it."""
        json.dump(document, self._stream, ensure_ascii=False, indent=2, default=str)
        print(file=self._stream)

    def lines(self, documents: Iterable[object]) -> None:
        """Print JSON documents for programs, one a line."""
        if self.as_json:
            for document in documents:
                print(json.dumps(document, ensure_ascii=False, default=str), file=self._stream)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> None:
        """Print a table for people; the columns numbered in *right* (from 0) are set to the right."""
        if self.as_json:
            return
        from rich.box import SIMPLE_HEAD  # noqa: PLC0415  (slow to load, and not every command prints a table)
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for number, head in enumerate(heads):
            table.add_column(head, justify="right" if number in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*("" if cell is None else visible(str(cell)) for cell in row))
        console: Any = Console(file=self._stream, width=None if self._stream.isatty() else 160, markup=False)
        console.print(table)
