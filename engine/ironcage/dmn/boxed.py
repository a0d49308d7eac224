"""Reads boxed expressions: each element of a decision's logic becomes a box that runs.

Source: DMN 1.5, 7.3 (boxed expressions) and chapter 13 (their XML).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.dmn.boxes import (
    Broken,
    Conditional,
    Context,
    Filter,
    Function,
    Invocation,
    Items,
    Iteration,
    Literal,
    Logic,
    Row,
    Typed,
)
from ironcage.dmn.tables import TableReader
from ironcage.messages import mark
from ironcage.xml import elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from ironcage.dmn.trouble import Scope, Trouble
    from ironcage.dmn.types import Types

FEEL_KINDS = frozenset({"", "FEEL"})
_DATES = ("20180521", "20191111", "20211108", "20230324", "20240513")
FEEL = frozenset(
    f"{scheme}://www.omg.org/spec/DMN/{date}/FEEL/" for scheme in ("http", "https") for date in _DATES
) | {"feel", "FEEL"}  # fmt: skip
_DESCRIBING = frozenset({"description", "extensionElements"})
BOXES = frozenset({
    "conditional", "context", "decisionTable", "every", "filter", "for", "functionDefinition", "invocation", "list",
    "literalExpression", "relation", "some",
})  # fmt: skip


class BoxReader:
    """Reads the boxes of one element of a model; *place* is its id."""

    def __init__(self, types: Types, space: str, place: str) -> None:
        self.types = types
        self.trouble: Trouble = types.trouble
        self.space = space
        self.place = place

    def box(self, element: etree._Element, scope: Scope, typed: str | None = None) -> Logic:
        """Return the box *element*; *typed* is the type its surroundings declare for it."""
        before = len(self.trouble.faults)
        logic = self._box(element, scope, typed)
        if len(self.trouble.faults) > before and not isinstance(logic, Broken):
            return Broken(str(self.trouble.faults[before]))
        kind = self.types.referred(element)
        return Typed(logic, kind, self.place) if kind is not None and element.get("typeRef") != typed else logic

    def inside(self, element: etree._Element, scope: Scope) -> Logic:
        """Return the one box in *element*; an empty one is null."""
        boxes = [child for child in elements(element) if self.tag(child) in BOXES]
        return self.box(boxes[0], scope) if boxes else Literal(None)

    def tag(self, element: etree._Element) -> str:
        """Return the local name of an element of DMN; nothing for an element of another namespace."""
        space, _, name = element.tag.rpartition("}")
        return name if space[1:] == self.space else ""

    def in_feel(self, element: etree._Element) -> None:
        """Refuse an expression in another language."""
        language = element.get("expressionLanguage")
        if language and language not in FEEL:
            self.trouble.add(
                element, "dmn-language", mark("The expression language {language} is not read."),
                mark("Write the expressions in FEEL."), language=language,
            )  # fmt: skip

    def _box(self, element: etree._Element, scope: Scope, typed: str | None) -> Logic:
        match tag := self.tag(element):
            case "decisionTable":
                table = TableReader(element, self.place, scope, self.types, typed).table()
                return table or Broken("")
            case "literalExpression":
                return self._literal(element, scope)
            case "context":
                return self._context(element, scope)
            case "list":
                return Items(tuple(self.box(each, scope) for each in self._boxes(element)))
            case "relation":
                return self._relation(element, scope)
            case "invocation":
                return self._invocation(element, scope)
            case "functionDefinition":
                return self.function(element, scope, "")
            case "conditional":
                parts = (self._part(element, name, scope) for name in ("if", "then", "else"))
                return Conditional(*parts)
            case "for" | "some" | "every":
                return self._iteration(element, tag, scope)
            case "filter":
                return Filter(self._part(element, "in", scope), self._part(element, "match", scope.inner("item")))
            case _:
                return Broken("")

    def _boxes(self, element: etree._Element) -> Iterator[etree._Element]:
        for child in elements(element):
            if self.tag(child) in BOXES:
                yield child
            elif (tag := self.tag(child)) and tag not in _DESCRIBING:
                self.unsupported(child, tag)

    def unsupported(self, element: etree._Element, tag: str) -> None:
        """Refuse an element by its name."""
        self.trouble.add(
            element, "dmn-unsupported", mark("{what} is not known here."),
            mark("Take it out of the file, or write it as DMN 1.2 to 1.5 has it."), what=tag,
        )  # fmt: skip

    def _literal(self, element: etree._Element, scope: Scope) -> Logic:
        self.in_feel(element)
        for child in elements(element):
            if (tag := self.tag(child)) not in ("", "text", *_DESCRIBING):
                self.unsupported(child, tag)
        before = len(self.trouble.faults)
        expression = self.trouble.expression(element, scope)
        broken = expression is None and len(self.trouble.faults) > before
        return Broken(str(self.trouble.faults[before])) if broken else Literal(expression)

    def _context(self, element: etree._Element, scope: Scope) -> Logic:
        entries: list[tuple[str, Logic]] = []
        for entry in element.iterchildren(f"{{{self.space}}}contextEntry"):
            variable = entry.find(f"{{{self.space}}}variable")
            name = "" if variable is None else variable.get("name") or ""
            logic = self.inside(entry, scope)
            kind = None if variable is None else self.types.referred(variable)
            entries.append((name, logic if kind is None else Typed(logic, kind, name)))
            scope = scope.inner(name) if name else scope
        names = [name for name, _ in entries]
        if len(set(names)) < len(names) or "" in names[:-1]:
            self.trouble.add(
                element, "dmn-context", mark("Two entries of the context have the same name, or one has none."),
                mark("Give every entry a name of its own; only the last may have none: the result."),
            )  # fmt: skip
        return Context(tuple(entries))

    def _relation(self, element: etree._Element, scope: Scope) -> Logic:
        names = [each.get("name") or "" for each in element.iterchildren(f"{{{self.space}}}column")]
        rows: list[Logic] = []
        for row in element.iterchildren(f"{{{self.space}}}row"):
            cells = [self.box(each, scope) for each in self._boxes(row)]
            if len(cells) != len(names) or len(set(names)) < len(names) or not all(names):
                self.trouble.add(
                    row, "dmn-relation", mark("A row of the relation does not have one cell for each named column."),
                    mark("Give every column a name of its own, and every row a cell for each column."),
                )  # fmt: skip
            # No cell sees another of its row, so it is no context of FEEL, where later entries see earlier ones.
            rows.append(Row(tuple(zip(names, cells, strict=False))))
        return Items(tuple(rows))

    def _invocation(self, element: etree._Element, scope: Scope) -> Logic:
        bindings: list[tuple[str, Logic]] = []
        for binding in element.iterchildren(f"{{{self.space}}}binding"):
            parameter = binding.find(f"{{{self.space}}}parameter")
            name = "" if parameter is None else parameter.get("name") or ""
            logic = self.inside(binding, scope)
            kind = None if parameter is None else self.types.referred(parameter)
            bindings.append((name, logic if kind is None else Typed(logic, kind, name)))
        return Invocation(self.inside(element, scope), tuple(bindings))

    def function(self, element: etree._Element, scope: Scope, name: str) -> Function:
        """Return the function in *element*, of which only those written in FEEL are read."""
        if (kind := element.get("kind") or "") not in FEEL_KINDS:
            self.trouble.add(
                element, "dmn-function-kind", mark("A function of the kind {kind} is not run."),
                mark("Write the function in FEEL; nothing outside a decision is called from it."), kind=kind,
            )  # fmt: skip
        formal = list(element.iterchildren(f"{{{self.space}}}formalParameter"))
        names = tuple(each.get("name") or "" for each in formal)
        if len(set(names)) < len(names) or not all(names):
            self.trouble.add(
                element, "dmn-parameter", mark("Two parameters have the same name, or one has none."),
                mark("Give every parameter a name of its own."),
            )  # fmt: skip
        types = tuple(self.types.referred(each) for each in formal)
        return Function(name, names, types, self.inside(element, scope.inner(*names)))

    def _iteration(self, element: etree._Element, tag: str, scope: Scope) -> Logic:
        variable = element.get("iteratorVariable") or ""
        if not variable:
            self.trouble.add(
                element, "dmn-iterator", mark("The iteration {tag} has no variable."),
                mark("Give it an iterator variable."), tag=tag,
            )  # fmt: skip
        more = (variable, "partial") if tag == "for" else (variable,)
        body = self._part(element, "return" if tag == "for" else "satisfies", scope.inner(*more))
        return Iteration(tag, variable, self._part(element, "in", scope), body)

    def _part(self, element: etree._Element, name: str, scope: Scope) -> Logic:
        holder = element.find(f"{{{self.space}}}{name}")
        if holder is None:
            self.trouble.add(
                element, "dmn-box", mark("The box has no part {name}."), mark("Add it."), name=name
            )  # fmt: skip
            return Literal(None)
        kind, logic = self.types.referred(holder), self.inside(holder, scope)
        return logic if kind is None else Typed(logic, kind, name)
