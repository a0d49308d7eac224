"""How a text is broken into lines that fit a width, Chinese and Latin mixed.

Nothing is measured: a character that is or may be full-width is taken for one em, any other for 0.56 em, which errs
to the wide side.
"""

from __future__ import annotations

import re
import unicodedata

_PIECE = re.compile(r"\s+|[⺀-鿿豈-﫿︰-﹏＀-￯]|[^\s⺀-鿿豈-﫿︰-﹏＀-￯]+")
_LONGEST = 2000
"""Letters of a text that are looked at; no drawing has room for more."""
_NEVER_FIRST = frozenset("，。、；：？！）》」』】,.;:?!)]}")


def width(text: str, size: float) -> float:
    """Return about how wide *text* is at font size *size*."""
    return sum(size if unicodedata.east_asian_width(letter) in "WFA" else size * 0.56 for letter in text)


def lines(text: str, room: float, size: float, most: int) -> list[str]:
    """Break *text* into at most *most* lines of *room*; what does not fit ends in an ellipsis."""
    found: list[str] = []
    current = ""
    for piece in _pieces(text[:_LONGEST], room, size):
        if not current or width(current + piece.rstrip(), size) <= room:
            current += piece
        elif piece in _NEVER_FIRST:
            current = current.rstrip() + piece
        else:
            found.append(current.rstrip())
            current = piece.lstrip()
    if current.strip():
        found.append(current.rstrip())
    if len(found) <= most:
        return found
    last = found[most - 1]
    while last and width(last + "…", size) > room:
        last = last[:-1]
    return [*found[: most - 1], last + "…"]


def _pieces(text: str, room: float, size: float) -> list[str]:
    """Split where a line may break; a word that is wider than the room is cut."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        pieces += [" "] if piece.isspace() else _cut(piece, room, size)
    return pieces


def _cut(word: str, room: float, size: float) -> list[str]:
    """Cut *word* into pieces no wider than the room, of one letter at least."""
    cuts, wide = [""], 0.0
    for letter in word:
        step = width(letter, size)
        if cuts[-1] and wide + step > room:
            cuts.append("")
            wide = 0.0
        cuts[-1] += letter
        wide += step
    return cuts
