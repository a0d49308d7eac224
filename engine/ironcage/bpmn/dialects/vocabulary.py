"""Every word of every dialect, and what becomes of it."""

from __future__ import annotations

from ironcage.bpmn.dialects import of_camunda, of_spiff, of_zeebe
from ironcage.bpmn.dialects.family import Family
from ironcage.bpmn.dialects.word import Fate, Word

VOCABULARY: dict[Family, tuple[Word, ...]] = {
    Family.CAMUNDA: of_camunda.WORDS,
    Family.ZEEBE: of_zeebe.WORDS,
    Family.SPIFF: of_spiff.WORDS,
}
_WORDS = {family: {each.name: each for each in words} for family, words in VOCABULARY.items()}


def word(family: Family, name: str) -> Word | None:
    """Return what becomes of *name*, a part judged as the whole it is part of; None if the word is not known."""
    found = _WORDS[family].get(name)
    return word(family, found.said) if found and found.fate is Fate.PART else found
