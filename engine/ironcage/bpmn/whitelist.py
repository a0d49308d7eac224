"""Goes through a whole file and names everything in it that the grammar does not know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.bpmn.grammar import ANY, EXAMPLES, GRAMMAR, TEXT, Many
from ironcage.bpmn.names import NOISE, PREFIXES, short, split
from ironcage.bpmn.rule import Rule
from ironcage.bpmn.unsupported import UNSUPPORTED
from ironcage.messages import mark
from ironcage.xml import elements, line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.grammar import Form
    from ironcage.faults import Fault

_ROOT = "bpmn:definitions"
_EXTENSIONS = "bpmn:extensionElements"
_TRUE = frozenset({"true", "1"})

NOT_BPMN = Rule(
    "not-bpmn",
    mark("The root of the file is <{found}>, not the <definitions> of BPMN 2.0."),
    mark("Save the model as BPMN 2.0 XML."),
)
UNKNOWN_ELEMENT = Rule(
    "unknown-element",
    mark("<{found}> may not stand in <{parent}>."),
    mark("Correct its name or its place, or remove it."),
)
UNKNOWN_ATTRIBUTE = Rule(
    "unknown-attribute",
    mark("<{parent}> has an attribute {found}, which is not read."),
    mark("Correct its name, or remove it."),
)
UNSUPPORTED_VALUE = Rule(
    "unsupported-value",
    mark('{found}="{value}" on <{parent}> is not executed; {found} may be: {allowed}.'),
    mark("Choose one of these, or remove the attribute."),
)
MISSING_ATTRIBUTE = Rule(
    "missing-attribute",
    mark("<{parent}> has no attribute {missing}."),
    mark("Add it; it must not be empty."),
)
MISSING_ELEMENT = Rule("missing-element", mark("<{parent}> has no <{missing}>."), mark("Add one."))
ONE_OF_ELEMENTS = Rule(
    "one-of-elements",
    mark("<{parent}> must have one of these and no more: {allowed}."),
    mark("Add one, or keep one."),
)
TOO_MANY_ELEMENTS = Rule(
    "too-many-elements",
    mark("<{parent}> has more than one <{found}>; one is executed."),
    mark("Keep one of them."),
)
STRAY_TEXT = Rule(
    "stray-text",
    mark("<{parent}> holds the text {found!r}, which means nothing there."),
    mark("Remove it, or put it into a <documentation>."),
)
UNKNOWN_EXTENSION = Rule(
    "unknown-extension",
    mark("{found} belongs to a namespace that is not read, so what it means would be lost."),
    mark("Remove it, or say it in the namespace urn:ironcage:bpmn:1."),
)
MISPLACED_EXTENSION = Rule(
    "misplaced-extension",
    mark("<{found}> says nothing on <{parent}>."),
    mark("Move it to the element it is meant for."),
)
UNSUPPORTED_ELEMENT = "unsupported-element"
"""A rule whose way to mend it depends on the element."""

RULES = (
    NOT_BPMN,
    UNKNOWN_ELEMENT,
    UNKNOWN_ATTRIBUTE,
    UNSUPPORTED_VALUE,
    MISSING_ATTRIBUTE,
    MISSING_ELEMENT,
    ONE_OF_ELEMENTS,
    TOO_MANY_ELEMENTS,
    STRAY_TEXT,
    UNKNOWN_EXTENSION,
    MISPLACED_EXTENSION,
)


@dataclass(slots=True)
class Screening:
    """What came of going through one file."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """The ids inside elements that were refused: a reference to one does not dangle."""
    is_drawing: bool = False
    """Whether what is gone through is not executed, and so may hold what is not."""

    def examine(self, root: _Element) -> None:
        """Go through everything under *root*."""
        if short(root.tag) != _ROOT:
            self._add(NOT_BPMN, root, root.get("id") or "", found=short(root.tag))
            return
        executable = any(short(each.tag) == "bpmn:process" and _is_executable(each) for each in elements(root))
        waiting = [(root, _ROOT, "", not executable)]
        while waiting:
            element, name, owner, self.is_drawing = waiting.pop()
            owner = element.get("id") or owner
            form = GRAMMAR[name]
            self._attributes(element, name, form, owner)
            if ANY not in form.children:
                self._text(element, name, form, owner)
                known = self._children(element, name, form.children, owner)
                waiting += [(child, short(child.tag), owner, self._is_drawn(child)) for child in known]

    def _is_drawn(self, element: _Element) -> bool:
        return self.is_drawing or (short(element.tag) == "bpmn:process" and not _is_executable(element))

    def _children(self, element: _Element, name: str, allowed: dict[str, Many], owner: str) -> list[_Element]:
        """Return the children to go on with; name the others, and those that are missing."""
        known: list[_Element] = []
        found: Counter[str] = Counter()
        refused = False
        for child in elements(element):
            tag = short(child.tag)
            if tag not in allowed:
                refused = True
                self._refuse(child, tag, name, child.get("id") or owner)
                continue
            found[tag] += 1
            if tag == _EXTENSIONS:
                ours = self._extensions(child, name, owner)
                known += ours
                found.update(short(each.tag) for each in ours)
            else:
                known.append(child)
        # What is missing may be what was refused.
        if not self.is_drawing:
            form = GRAMMAR[name]
            self._count(element, name, found, form.ours if refused else allowed | form.ours, owner)
            for choice in form.choices:
                count = sum(found[each] for each in choice.names)
                if count > 1 or (choice.required and not count and not refused):
                    self._add(ONE_OF_ELEMENTS, element, owner, parent=name, allowed=", ".join(choice.names))
        return known

    def _extensions(self, extensions: _Element, name: str, owner: str) -> list[_Element]:
        """Return the extension elements of an element called *name* that may stand there; name the others."""
        allowed = GRAMMAR[name].ours
        self._attributes(extensions, _EXTENSIONS, GRAMMAR[_EXTENSIONS], owner)
        self._text(extensions, _EXTENSIONS, GRAMMAR[_EXTENSIONS], owner)
        ours: list[_Element] = []
        for child in elements(extensions):
            found = short(child.tag)
            if found in allowed:
                ours.append(child)
            elif found.startswith("ironcage:") and found in GRAMMAR:
                self._execution(MISPLACED_EXTENSION, child, owner, found=found, parent=name)
            elif found.startswith("ironcage:"):
                self._add(UNKNOWN_ELEMENT, child, owner, found=found, parent=_EXTENSIONS)
            else:
                self._foreign(child, child.tag, f"<{split(child.tag)[1]}>", owner)
        return ours

    def _count(self, element: _Element, name: str, counts: Counter[str], rules: dict[str, Many], owner: str) -> None:
        for found, many in rules.items():
            if many.required and not counts[found]:
                self._add(MISSING_ELEMENT, element, owner, parent=name, missing=found)
            elif counts[found] > 1 and not many.repeated:
                self._add(TOO_MANY_ELEMENTS, element, owner, parent=name, found=found)

    def _attributes(self, element: _Element, name: str, form: Form, owner: str) -> None:
        for key in element.attrib:
            namespace, _ = split(str(key))
            found = short(str(key))
            if found in form.attributes:
                self._value(element, name, found, str(element.attrib[key]).strip(), form, owner)
            elif namespace and namespace not in PREFIXES:
                self._foreign(element, str(key), found.rpartition("}")[2], owner)
            else:
                self._add(UNKNOWN_ATTRIBUTE, element, owner, found=found, parent=name)
        for required, attribute in form.attributes.items():
            if attribute.required and not self.is_drawing and not (element.get(required) or "").strip():
                self._add(MISSING_ATTRIBUTE, element, owner, parent=name, missing=required)

    def _value(self, element: _Element, name: str, found: str, value: str, form: Form, owner: str) -> None:
        attribute = form.attributes[found]
        if not attribute.takes(value.rpartition(":")[2] if found == "xsi:type" else value):
            allowed = ", ".join(EXAMPLES.get(each, each) for each in attribute.values)
            self._execution(
                UNSUPPORTED_VALUE, element, owner, found=found, value=value[:80], parent=name, allowed=allowed
            )

    def _text(self, element: _Element, name: str, form: Form, owner: str) -> None:
        if TEXT in form.children:
            return
        pieces = [element.text, *(child.tail for child in element)]
        stray = " ".join(piece.strip() for piece in pieces if piece and piece.strip())
        if stray:
            self._add(STRAY_TEXT, element, owner, found=stray[:60], parent=name)

    def _refuse(self, element: _Element, found: str, parent: str, owner: str) -> None:
        self.refused |= {identity for each in element.iter("*") if (identity := each.get("id"))}
        namespace, local = split(element.tag)
        if found in UNSUPPORTED:
            rule = Rule(UNSUPPORTED_ELEMENT, mark("<{found}> is not executed yet."), UNSUPPORTED[found])
            self._execution(rule, element, owner, found=found)
        elif namespace and namespace not in PREFIXES:
            self._foreign(element, element.tag, f"<{local}>", owner)
        else:
            self._add(UNKNOWN_ELEMENT, element, owner, found=found, parent=parent)

    def _foreign(self, element: _Element, name: str, shown: str, owner: str) -> None:
        """Name what stands in somebody else's namespace, unless it is what tools write for themselves."""
        namespace, _ = split(name)
        if namespace not in NOISE:
            self._execution(UNKNOWN_EXTENSION, element, owner, found=shown)

    def _execution(self, rule: Rule, element: _Element, owner: str, **fields: object) -> None:
        """Name what stands in the way of execution; a drawing may hold it."""
        if not self.is_drawing:
            self._add(rule, element, owner, **fields)

    def _add(self, rule: Rule, element: _Element, owner: str, **fields: object) -> None:
        self.faults.append(rule.fault(self.file, line_of(element), owner, 0, **fields))


def _is_executable(process: _Element) -> bool:
    return (process.get("isExecutable") or "").strip() in _TRUE
