"""What every element has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ironcage.bpmn.written import statements
from ironcage.bpmn.written.pieces import attribute, children, text_of
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.model import Label


class Identity(TypedDict):
    """The fields of every element."""

    id: str
    line: int
    name: str
    labels: tuple[Label, ...]
    documentation: tuple[str, ...]


def identity(element: _Element) -> Identity:
    """Return the fields that *element* has like every other."""
    return Identity(
        id=attribute(element, "id"),
        line=line_of(element),
        name=element.get("name") or "",
        labels=statements.labels(element),
        documentation=tuple(map(text_of, children(element, "bpmn:documentation"))),
    )
