"""What every element has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ironcage import xml
from ironcage.bpmn.model import Shown
from ironcage.bpmn.names import full, split
from ironcage.bpmn.written import statements
from ironcage.bpmn.written.pieces import attribute, children, text_of
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.model import Label

_OTHERS = frozenset(
    full(f"bpmn:{name}")
    for name in (
        "auditing", "dataState", "monitoring", "categoryValueRef", "rendering", "partitionElement", "supports",
        "endPointRef", "choreographyRef", "resourceParameter",
    )
)  # fmt: skip
_READ = frozenset({full("bpmn:documentation"), full("bpmn:extensionElements"), *_OTHERS})


class Identity(TypedDict):
    """The fields of every element."""

    id: str
    line: int
    name: str
    labels: tuple[Label, ...]
    documentation: tuple[str, ...]
    kept: tuple[Shown, ...]


def identity(element: _Element) -> Identity:
    """Return the fields that *element* has like every other."""
    return Identity(
        id=attribute(element, "id"),
        line=line_of(element),
        name=element.get("name") or "",
        labels=statements.labels(element),
        documentation=tuple(map(text_of, children(element, "bpmn:documentation"))),
        kept=tuple(shown(each) for each in xml.elements(element) if each.tag in _OTHERS),
    )


def shown(element: _Element) -> Shown:
    """Return an element that is not executed, as it stands."""
    return Shown(
        **identity(element),
        kind=split(element.tag)[1],
        attributes=tuple((str(key), str(value)) for key, value in element.attrib.items()),
        text=(element.text or "").strip(),
        elements=tuple(shown(each) for each in xml.elements(element) if each.tag not in _READ),
    )
