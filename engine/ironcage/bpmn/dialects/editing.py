"""A tree being rewritten from a dialect into BPMN and our namespace, in place, every new element on an old line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from lxml import etree

from ironcage.bpmn.check.position import position
from ironcage.bpmn.dialects import reasons, rules
from ironcage.bpmn.dialects.family import FAMILIES, Family, family_of
from ironcage.bpmn.dialects.formula import Said
from ironcage.bpmn.dialects.vocabulary import word
from ironcage.bpmn.dialects.word import Fate
from ironcage.bpmn.model import Formula
from ironcage.bpmn.names import DIALECTS, full, split
from ironcage.xml import elements, line_of, placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.dialects.formula import UntranslatableError
    from ironcage.bpmn.rule import Rule
    from ironcage.faults import Fault

_EXTENSIONS = full("bpmn:extensionElements")
_BEFORE_EXTENSIONS = full("bpmn:documentation")


@dataclass(slots=True)
class Editing:
    """One file being rewritten."""

    root: etree._Element
    file: str
    source: bytes
    faults: list[Fault] = field(default_factory=list)
    places: dict[etree._Element, str] = field(default_factory=dict)
    """The ids of the elements that what was taken out stood in."""
    says_ours: bool = False
    """Whether the file says anything in our namespace, so that its plain expressions are ours."""
    is_drawing: bool = False
    """Whether what is being rewritten is never executed, and so may hold anything."""

    def take(self, element: etree._Element, family: Family, name: str) -> str | None:
        """Take off the attribute *name* of the family and return it without surrounding space; None without one."""
        for namespace, owner in FAMILIES.items():
            key = f"{{{namespace}}}{name}"
            if owner is family and key in element.attrib:
                return str(element.attrib.pop(key)).strip()
        return None

    def take_elements(self, element: etree._Element, family: Family, name: str) -> list[etree._Element]:
        """Take out and return what the family says under *name* in the extension elements of *element*."""
        found = [
            (extensions, each)
            for extensions in element.iterchildren(_EXTENSIONS)
            for each in elements(extensions)
            if split(each.tag)[1] == name and family_of(each.tag) is family
        ]
        for _, each in found:
            # Detached, it would lose the document, and with it the place where it stands.
            self.places[each] = self._owner(each)
        for extensions, each in found:
            extensions.remove(each)
        return [each for _, each in found]

    def say(self, element: etree._Element, what: str, line: int, /, **attributes: str | None) -> etree._Element:
        """Add ``ironcage:what`` to the extension elements of *element*, without the attributes that are None."""
        said = etree.SubElement(self._extensions(element), full(f"ironcage:{what}"))
        for key, value in attributes.items():
            if value is not None:
                said.set(key, value)
        return placed(said, line)

    def child(self, parent: etree._Element, name: str, line: int, **attributes: str) -> None:
        """Add ``ironcage:name`` to *parent*, which is of our namespace itself."""
        placed(etree.SubElement(parent, full(f"ironcage:{name}"), attributes), line)

    def ours(self, element: etree._Element, name: str) -> Iterator[etree._Element]:
        """Yield what our namespace says under *name* of *element*."""
        for extensions in element.iterchildren(_EXTENSIONS):
            yield from extensions.iterchildren(full(f"ironcage:{name}"))

    def _extensions(self, element: etree._Element) -> etree._Element:
        for extensions in element.iterchildren(_EXTENSIONS):
            return extensions
        made = placed(element.makeelement(_EXTENSIONS), line_of(element))
        place = sum(1 for _ in element.iterchildren(_BEFORE_EXTENSIONS))
        after = list(elements(element))[place - 1] if place else None
        if after is None:
            element.insert(0, made)
        else:
            after.addnext(made)
        return made

    def only(self, element: etree._Element, known: str, words: str) -> None:
        """Tell what becomes of the attributes of *element*, one of a dialect, that are not *known*.

        *words* is the word the element is known by.
        """
        family = cast(Family, family_of(element.tag))
        for key in list(map(str, element.attrib)):
            if key not in known.split():
                self.tell(element, family, f"{words}@{split(key)[1]}", split(key)[1])

    def tell(self, element: etree._Element, family: Family, name: str, shown: str) -> None:
        """Tell what becomes of a word at *element* that nothing has taken up."""
        found = word(family, name)
        engine = self._engine(element, name)
        if found is None:
            self.refuse(element, shown, engine, reasons.UNKNOWN, reasons.REMOVE)
        elif found.fate is Fate.IDLE:
            self.note(rules.WITHOUT_EFFECT, element, found=shown, engine=engine, reason=Said(found.reason))
        elif found.fate is Fate.REFUSED:
            self.refuse(element, shown, engine, found.reason, found.mend)
        elif found.fate is not Fate.SILENT:
            self.refuse(element, shown, engine, reasons.MISPLACED, reasons.MOVE)

    def refuse(self, element: etree._Element, found: str, engine: str, reason: str, mend: str) -> None:
        """Refuse *found* at *element*, for a reason and with a way to mend it."""
        self.note(replace(rules.REFUSED, mend=mend), element, found=found, engine=engine, reason=Said(reason))

    def untranslatable(self, element: etree._Element, text: str, error: UntranslatableError) -> None:
        """Refuse the expression *text*, which stands at *element*."""
        before = text[: error.at].split("\n")
        place = position(self.source, Formula(text, line_of(element)), len(before), len(before[-1]) + 1)
        fields: dict[str, object] = {"written": " ".join(text.split())[:80], "reason": error.reason}
        self._add(rules.EXPRESSION, element, place, fields)

    def note(self, rule: Rule, element: etree._Element, **fields: object) -> None:
        """Note a fault of *element*."""
        self._add(rule, element, (line_of(element), 0), fields)

    def _add(self, rule: Rule, element: etree._Element, place: tuple[int, int], fields: dict[str, object]) -> None:
        if self.is_drawing:
            return
        line, column = place
        self.faults.append(rule.fault(self.file, line, self._owner(element), column, **fields))

    def _owner(self, element: etree._Element) -> str:
        """Return the id of the element of BPMN that *element* is or stands in."""
        each: etree._Element | None = element
        while each is not None:
            if each in self.places:
                return self.places[each]
            if family_of(each.tag) is None and each.get("id"):
                return str(each.get("id"))
            each = each.getparent()
        return ""

    def _engine(self, element: etree._Element, name: str) -> str:
        namespace = split(element.tag)[0]
        if namespace not in DIALECTS and name.startswith("@"):
            namespace = next((split(str(key))[0] for key in element.attrib if split(str(key))[1] == name[1:]), "")
        return DIALECTS.get(namespace, "")
