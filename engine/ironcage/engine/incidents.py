"""How an incident keeps an error, and how it tells it: ours in every language, others with their kind."""

from __future__ import annotations

import json

from ironcage.errors import IroncageError
from ironcage.messages import LANGUAGES, language, speaking


def described(error: Exception) -> str:
    """Return what an incident keeps of *error*: its kind, then its sentence, ours in every language we speak."""
    kind = type(error).__name__
    if not isinstance(error, IroncageError):
        return f"{kind}: {error}"
    said: dict[str, str] = {}
    for each in LANGUAGES:
        with speaking(each):
            said[each] = str(error)
    return f"{kind}: {json.dumps(said, ensure_ascii=False)}"


def kind_of(incident: str) -> str:
    """Return the kind of error that *incident* says, without the sentence: that may quote the data of the case."""
    return incident.partition(":")[0]


def told(incident: str) -> str:
    """Return what *incident* says, in the reader's language; of an error that is not ours, its kind, too."""
    _, _, said = incident.partition(": ")
    try:
        sentences = json.loads(said)
    except ValueError:
        return incident
    sentence = sentences.get(language()) if isinstance(sentences, dict) else None
    return incident if sentence is None else str(sentence)
