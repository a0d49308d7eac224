"""What we keep of an element beside SpiffWorkflow's spec of it: its attributes, and what our namespace says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag

from ironcage import xml
from ironcage.bpmn.names import IRONCAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.feel import Expression


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of our namespace: its local name, its attributes, and the elements in it."""

    name: str
    attributes: dict[str, str]
    children: tuple[Extension, ...]

    def read(self, attribute: str, by: Callable[[str], Expression]) -> Expression | None:
        """Return what *by* reads in *attribute*, None where it is not given."""
        written = self.attributes.get(attribute)
        return None if written is None else by(written.strip())


@dataclass(frozen=True, slots=True)
class Extensions:
    """What an element says; it stands in the ``extensions`` of the spec of the element."""

    line: int
    attributes: dict[str, str]
    elements: tuple[Extension, ...]

    @property
    def name(self) -> str:
        """The name of the element, empty without one."""
        return self.attributes.get("name", "")

    def all(self, name: str) -> list[Extension]:
        """Return the elements of our namespace called *name*."""
        return [element for element in self.elements if element.name == name]

    def first(self, name: str) -> Extension | None:
        """Return the first element of our namespace called *name*, None where there is none."""
        return next(iter(self.all(name)), None)

    def attribute(self, name: str, attribute: str) -> str | None:
        """Return *attribute* of the first element called *name*, None where there is none."""
        return next((element.attributes.get(attribute) for element in self.all(name)), None)

    def holds(self, attribute: str, default: bool = False) -> bool:
        """Say whether a truth value of BPMN, spelt as ``normal`` spells it, is true."""
        return self.attributes.get(attribute, "true" if default else "false") == "true"

    def number(self, attribute: str, default: int) -> int:
        """Return a number of BPMN.

        Raises:
            ValueError: it is none.
        """
        return int(self.attributes.get(attribute, default))


def extensions_of(element: etree._Element) -> Extensions:
    """Return what *element* says."""
    own = element.iterfind(f"{full_tag('extensionElements')}/{{{IRONCAGE}}}*")
    return Extensions(
        line=xml.line_of(element),
        attributes=_attributes(element),
        elements=tuple(_extension(each) for each in own),
    )


def _extension(element: etree._Element) -> Extension:
    inside = tuple(_extension(each) for each in element.iterfind(f"{{{IRONCAGE}}}*"))
    return Extension(etree.QName(element).localname, _attributes(element), inside)


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}
