"""The first word of a command that does several things."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


def declare_verb(parser: ArgumentParser, verbs: Sequence[str], told: str) -> None:
    """Add the argument ``verb``, one of *verbs*; where it is missing, people are shown which there are."""
    parser.add_argument("verb", choices=verbs, metavar="{" + ",".join(verbs) + "}", help=told)
