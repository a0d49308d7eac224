"""What people read: one gettext catalogue, Chinese and English, for every package of the distribution.

The English sentence is the message's name; ``text`` looks it up when it is shown, not when it is written, so one
process can speak to two people in two languages.
"""

from __future__ import annotations

import gettext
import os
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages, for what a model or a plugin brings itself."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en


def text(message: str, /, **fields: object) -> str:
    """Return *message* in the reader's language, its ``{fields}`` filled in."""
    translated = _catalogue(language()).gettext(message)
    return translated.format(**fields) if fields else translated


def mark(message: str) -> str:
    """Return *message* unchanged: marks a constant for the catalogue that ``text`` will translate when it is shown."""
    return message


def language() -> Language:
    """Return the reader's language: the one in force, else ``IRONCAGE_LANG``, else the locale's, else Chinese."""
    return _chosen.get() or _from_surroundings()


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Speak *chosen* inside the block."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


def _from_surroundings() -> Language:
    for variable in ("IRONCAGE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        for known in LANGUAGES:
            if value.lower().startswith(known):
                return known
    return "zh"


@cache
def _catalogue(chosen: Language) -> gettext.NullTranslations:
    return gettext.translation("ironcage", Path(__file__).parent / "locale", [chosen], fallback=True)
