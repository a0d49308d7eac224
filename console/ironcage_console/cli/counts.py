"""Counts and ports on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError

from ironcage.messages import text

MOST = 1_000_000_000


def count(word: str, least: int = 0) -> int:
    """Return the count that *word* names.

    Raises:
        ArgumentTypeError: it names none, or one that is too small or too large.
    """
    if word.isascii() and word.isdigit() and len(word) <= len(str(MOST)) and least <= int(word) <= MOST:
        return int(word)
    said = text("{word} is no whole number from {least} to {most}", word=repr(word[:40]), least=least, most=MOST)
    raise ArgumentTypeError(said)


def port(word: str) -> int:
    """Return the port that *word* names.

    Raises:
        ArgumentTypeError: it names none.
    """
    if word.isascii() and word.isdigit() and 0 < int(word[:6]) < 65_536:
        return int(word)
    raise ArgumentTypeError(text("{word} is no port from 1 to 65535", word=repr(word[:40])))


def some(word: str) -> int:
    """Return the count that *word* names, which is at least one.

    Raises:
        ArgumentTypeError: it names none, or one that is too small or too large.
    """
    return count(word, 1)
