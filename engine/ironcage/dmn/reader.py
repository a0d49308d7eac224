"""Reads the decisions of a DMN file, or refuses it with every fault.

What is read now: decisions answered by one decision table (UNIQUE) or one literal expression over input data. What
else DMN has is refused by name, never skipped, save what only describes or draws.

Source: DMN 1.5, chapters 6, 8 and 13; namespaces of DMN 1.2 to 1.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.dmn.decision import Decision
from ironcage.dmn.tables import TableReader
from ironcage.dmn.trouble import Trouble
from ironcage.faults import FaultyError
from ironcage.messages import mark
from ironcage.xml import Limits, elements, line_of, parse

if TYPE_CHECKING:
    from ironcage.dmn.table import Table
    from ironcage.feel import Expression

LIMITS = Limits(size=256 * 1024 * 1024, elements=5_000_000)
"""A table of a hundred thousand rows is a usual thing."""

_DATES = (
    "http://www.omg.org/spec/DMN/20180521/",
    *(f"https://www.omg.org/spec/DMN/{date}/" for date in ("20191111", "20211108", "20230324")),
)
NAMESPACES = frozenset(date + "MODEL/" for date in _DATES)
FEEL = frozenset(date + "FEEL/" for date in _DATES) | {"feel", "FEEL"}

_DESCRIBING = frozenset({
    "association", "authorityRequirement", "decisionMaker", "decisionOwner", "description", "elementCollection",
    "extensionElements", "group", "impactedPerformanceIndicator", "inputData", "knowledgeSource", "organizationUnit",
    "performanceIndicator", "question", "allowedAnswers", "supportedObjective", "textAnnotation", "usingProcess",
    "usingTask", "variable",
})  # fmt: skip
_NOT_YET = mark("{what} is not supported yet.")
_NOT_YET_MEND = mark("Take it out of the file, or express it as one decision table with the hit policy UNIQUE.")


def read(source: bytes, file: str) -> tuple[Decision, ...]:
    """Return the decisions of the file, in its order.

    Raises:
        FaultyError: it cannot be read; holds every fault found.
    """
    root = parse(source, file, LIMITS)
    trouble = Trouble(file)
    decisions = _Reader(root, trouble).decisions()
    if trouble.faults:
        raise FaultyError(trouble.faults)
    return decisions


class _Reader:
    def __init__(self, root: etree._Element, trouble: Trouble) -> None:
        self.root = root
        self.trouble = trouble
        self.space = etree.QName(root).namespace or ""
        self.names = [named for tag in ("inputData", "decision") for named in self._names(tag)]

    def _names(self, tag: str) -> list[str]:
        return [name for each in self.root.iterchildren(f"{{{self.space}}}{tag}") if (name := each.get("name"))]

    def decisions(self) -> tuple[Decision, ...]:
        if self.space not in NAMESPACES or etree.QName(self.root).localname != "definitions":
            self.trouble.add(
                self.root, "dmn-namespace", mark("This is not a DMN file of version 1.2 to 1.5 (root element {tag})."),
                mark("Export the model as DMN 1.3 or later."), tag=self.root.tag,
            )  # fmt: skip
            return ()
        self._in_feel(self.root)
        found: list[Decision] = []
        for child in elements(self.root):
            if self._tag(child) == "decision":
                decision = self._decision(child)
                found += [decision] if decision else []
            else:
                self._known(child)
        if not found and not self.trouble.faults:
            self.trouble.add(
                self.root, "dmn-no-decision", mark("The file holds no decision."), mark("Add a decision to it.")
            )
        return tuple(found)

    def _decision(self, element: etree._Element) -> Decision | None:
        place = element.get("id") or element.get("name") or ""
        name = element.get("name") or place
        self.trouble.enter(place, element)
        logics = [logic for child in elements(element) if (logic := self._logic(child, place)) is not None]
        if len(logics) != 1:
            if not self.trouble.faults:
                self.trouble.add(
                    element, "dmn-logic", mark("The decision {name} has no logic, or more than one."),
                    mark("Give it one decision table or one literal expression."), name=name,
                )  # fmt: skip
            return None
        return Decision(place, name, self.trouble.file, line_of(element), logics[0])

    def _logic(self, child: etree._Element, place: str) -> Table | Expression | None:
        match self._tag(child):
            case "decisionTable":
                return TableReader(child, place, self.names, self.trouble).table()
            case "literalExpression":
                self._in_feel(child)
                for inner in elements(child):
                    if self._tag(inner) != "text":
                        self._known(inner)
                return self.trouble.expression(child, self.names)
            case "informationRequirement":
                for required in elements(child):
                    if self._tag(required) != "requiredInput":
                        self._known(required)
            case _:
                self._known(child)
        return None

    def _known(self, element: etree._Element) -> None:
        tag = self._tag(element)
        if tag and tag not in _DESCRIBING:
            self.trouble.add(element, "dmn-unsupported", _NOT_YET, _NOT_YET_MEND, what=tag)

    def _in_feel(self, element: etree._Element) -> None:
        language = element.get("expressionLanguage")
        if language and language not in FEEL:
            self.trouble.add(
                element, "dmn-language", mark("The expression language {language} is not read."),
                mark("Write the expressions in FEEL."), language=language,
            )  # fmt: skip

    def _tag(self, element: etree._Element) -> str:
        """Return the local name of an element of DMN; nothing for an element of another namespace."""
        name = etree.QName(element)
        return name.localname if name.namespace == self.space else ""
