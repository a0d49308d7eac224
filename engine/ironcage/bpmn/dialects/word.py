"""What becomes of one word of a dialect.

A word is written ``@assignee`` for an attribute of an element of BPMN, ``in`` for an element of the dialect, and
``in@source`` for an attribute of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Fate(StrEnum):
    """What becomes of a word."""

    SAID = "said"
    """It is said in BPMN or in our namespace."""
    IDLE = "idle"
    """It has no effect on what a case does, which is told as advice."""
    SILENT = "silent"
    """It is a note of a tool, or of people, of which nothing need be told."""
    REFUSED = "refused"
    PART = "part"
    """It shares the fate of the element it stands in."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and what becomes of it.

    Attributes:
        name: the word.
        fate: what becomes of it.
        said: for the fate said, in what; for the fate part, the element it is part of.
        reason: why, a message; for the fate said, the conditions under which, or empty.
        mend: what to do instead, a message; only of a refused one.
    off: the value of an attribute that says nothing, beside the empty one.
    """

    name: str
    fate: Fate
    said: str = ""
    reason: str = ""
    mend: str = ""
    off: str = ""


def said(names: str, becomes: str, reason: str = "") -> Iterator[Word]:
    """Yield words that become *becomes*; *reason* says under which conditions."""
    return (Word(name, Fate.SAID, becomes, reason) for name in names.split())


def idle(names: str, reason: str) -> Iterator[Word]:
    """Yield words without effect."""
    return (Word(name, Fate.IDLE, reason=reason) for name in names.split())


def silent(names: str, reason: str) -> Iterator[Word]:
    """Yield words nothing need be told of."""
    return (Word(name, Fate.SILENT, reason=reason) for name in names.split())


def refused(names: str, reason: str, mend: str, off: str = "") -> Iterator[Word]:
    """Yield words that are refused, unless they have the value *off*."""
    return (Word(name, Fate.REFUSED, reason=reason, mend=mend, off=off) for name in names.split())


def part(names: str, of: str) -> Iterator[Word]:
    """Yield words that share the fate of *of*."""
    return (Word(name, Fate.PART, of) for name in names.split())
