"""The models that show what the rules of the gate find, in ``tests/unit/bpmn/rules``, a file a module of rules.

== rule element      the rule, and the id of the element that breaks it
- line               in the broken model only; one line ends in ``!``: there the rule is broken
+ line               in the mended model only; a case without such lines, nor the ones before, has no mended model
anything else        in both; see ``written_models``
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from written_models import Written, written

FOLDER = Path(__file__).parents[1] / "unit/bpmn"


class Case(NamedTuple):
    """A rule, the element that breaks it, a model in which it does, and what that model is once it is mended."""

    rule: str
    element: str
    broken: str
    mended: str

    def source(self) -> Written:
        """Return the broken model and its line."""
        return written(self.broken)

    @property
    def is_mended(self) -> bool:
        """Whether there is a mended model."""
        return self.mended != self.broken


def cases() -> list[Case]:
    """Return every case, in the order of the files and their lines."""
    files = [FOLDER / "broken_models.txt", *sorted((FOLDER / "rules").glob("*.txt"))]
    return [case for file in files for case in _cases(file.read_text("utf-8"))]


def _cases(text: str) -> list[Case]:
    parts = re.findall(r"^== (\S+) (\S+)\n(.*?)(?=^== |\Z)", text, re.MULTILINE | re.DOTALL)
    return [Case(rule, element, _without("+", body), _without("-", body)) for rule, element, body in parts]


def _without(sign: str, body: str) -> str:
    lines = [line for line in body.rstrip().split("\n") if not line.startswith(f"{sign} ")]
    return "\n".join(line[2:] if line.startswith(("- ", "+ ")) else line for line in lines)
