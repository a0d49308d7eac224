"""What every element of a file has, and the pieces they are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression as written, without surrounding white space."""

    text: str
    line: int
    language: str = ""
    """The language in force for it; empty where neither it nor the file names one."""
    formal: bool = True
    """Whether it is a formal expression; any other is natural language."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An id named by an element of its own."""

    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Label:
    """The name of an element in one more language."""

    lang: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What every element has; the id of one that needs none may be empty."""

    id: str
    line: int
    name: str = ""
    labels: tuple[Label, ...] = ()
    documentation: tuple[str, ...] = ()
    kept: tuple[Shown, ...] = ()
    """What else stands in it and is not executed: ``auditing``, ``categoryValueRef``, ``rendering``, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Element):
    """An element that is not executed, kept as it stands; *kind* is its local name."""

    kind: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    elements: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Element):
    """A text on the drawing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Association(Element):
    """A dotted line: on the drawing, or from a compensation event to the activity that compensates."""

    source: str
    target: str
    direction: str = "None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Element):
    """A frame on the drawing; what it is called is its category value."""

    category: str = ""
