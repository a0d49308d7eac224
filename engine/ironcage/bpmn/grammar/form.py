"""How the whitelist says what an element may hold.

    attributes   ``id! name cancelActivity=true|1``   ``!`` it must be there; ``=`` the only values taken
    children     ``bpmn:timerEventDefinition! bpmn:incoming* bpmn:laneSet?``   exactly one, any number, at most one
                 ``ironcage:decision|ironcage:service!``   exactly one of these; with ``?`` at most one
                 ``#text`` text, ``#any`` whatever stands in it is not read

Where an attribute may have only some of the standard's values, the others mean something we do not do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT = "#text"
ANY = "#any"
NUMBER = "#number"
MIME = "#mime"
COUNT = "#count"
"""A whole number from one on."""
SIZE = "#size"
"""A whole number from nought on."""

FORMS = {
    NUMBER: re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?([eE]-?[0-9])?", re.ASCII),
    MIME: re.compile(r"[A-Za-z0-9][\w.+-]*/[\w.+-]+(;.*)?", re.ASCII),
    COUNT: re.compile(r"0*[1-9][0-9]{0,8}", re.ASCII),
    SIZE: re.compile(r"[0-9]{1,9}", re.ASCII),
}
EXAMPLES = {NUMBER: "36, 1.5, ...", MIME: "text/plain, ...", COUNT: "1, 2, 3, ...", SIZE: "0, 1, 2, ..."}
"""What is shown instead of these in a fault."""

BOOLEAN = "true|false|1|0"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element; no *values* for any."""

    required: bool
    values: tuple[str, ...]

    def takes(self, value: str) -> bool:
        """Return whether *value* may stand in it."""
        values = self.values
        return not values or value in values or any(FORMS[each].fullmatch(value) for each in values if each in FORMS)


@dataclass(frozen=True, slots=True)
class Many:
    """How often a child may stand in its parent."""

    required: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What one element may hold."""

    attributes: dict[str, Attribute]
    children: dict[str, Many]
    ours: dict[str, Many]
    """What of our namespace may stand in its ``extensionElements``."""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Of these children one at the most may stand there; one must, if *required*."""

    names: tuple[str, ...]
    required: bool


def form(attributes: str = "", children: str = "", ours: str = "") -> Form:
    """Return the form that is written in the words described above."""
    choices = tuple(
        Choice(tuple(word.rstrip("!?").split("|")), word.endswith("!")) for word in ours.split() if "|" in word
    )
    words = [word for word in ours.split() if "|" not in word]
    words += [f"{name}?" for choice in choices for name in choice.names if name.startswith("ironcage:")]
    return Form(dict(map(_attribute, attributes.split())), _children(children.split()), _children(words), choices)


def _attribute(word: str) -> tuple[str, Attribute]:
    name, _, values = word.partition("=")
    return name.rstrip("!"), Attribute(name.endswith("!"), tuple(values.split("|")) if values else ())


def _children(words: list[str]) -> dict[str, Many]:
    return {word.rstrip("!?*"): Many(word.endswith("!"), word.endswith("*")) for word in words}
