"""Counts on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError

from ironcage.messages import text

MOST = 1_000_000_000


def count(word: str) -> int:
    """Return the count that *word* names.

    Raises:
        ArgumentTypeError: it names none.
    """
    if word.isascii() and word.isdigit() and len(word) <= len(str(MOST)) and int(word) <= MOST:
        return int(word)
    raise ArgumentTypeError(text("{word} is no whole number from 0 to {most}", word=repr(word[:40]), most=MOST))
