"""How a text is broken into lines that fit a width, Chinese and Latin mixed.

Nothing is measured: a character that is or may be full-width is taken for one em, any other for 0.56 em, which errs
to the wide side.
"""

from __future__ import annotations

import re
import unicodedata

_PIECE = re.compile(r"\s+|[⺀-鿿豈-﫿︰-﹏＀-￯]|[^\s⺀-鿿豈-﫿︰-﹏＀-￯]+")
_NEVER_FIRST = frozenset("，。、；：？！）》」』】,.;:?!)]}")


def width(text: str, size: float) -> float:
    """Return about how wide *text* is at font size *size*."""
    return sum(size if unicodedata.east_asian_width(letter) in "WFA" else size * 0.56 for letter in text)


def lines(text: str, room: float, size: float, most: int) -> list[str]:
    """Break *text* into at most *most* lines of *room*; what does not fit ends in an ellipsis."""
    found: list[str] = []
    current = ""
    for piece in _pieces(text, room, size):
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
        if piece.isspace():
            pieces.append(" ")
            continue
        word = piece
        while width(word, size) > room and len(word) > 1:
            cut = max(1, int(room / (size * 0.56)))
            pieces.append(word[:cut])
            word = word[cut:]
        pieces.append(word)
    return pieces
