"""The item definitions of a model as types: what its inputs, columns and results may be.

Source: DMN 1.5, 7.3.2 and 7.3.3 (item definitions), 10.3.2.9.4 (conversions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.dmn.regions import NOWHERE
from ironcage.dmn.trouble import Scope
from ironcage.feel.types import ANY, TYPES, ContextType, FunctionType, ListType, NarrowedType, Type
from ironcage.messages import mark
from ironcage.xml import elements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml import etree

    from ironcage.dmn.trouble import Trouble
    from ironcage.feel import UnaryTests
    from ironcage.values import Value


DEPTH = 30
"""How many types may be inside each other."""
PARTS = 10_000
"""How many types one may be built of."""


class Types:
    """The types of one file by name; *imported* finds those of other files, ``prefix.name``."""

    def __init__(self, root: etree._Element, trouble: Trouble) -> None:
        self.trouble = trouble
        self.imported: dict[str, Types] = {}
        self._elements = {name: each for each in root.iterchildren("{*}itemDefinition") if (name := each.get("name"))}
        self._found: dict[str, Type] = {}
        self._allowed: dict[str, UnaryTests] = {}
        self._under_way: list[str] = []
        self._nesting = 0
        self._measured: dict[int, tuple[Type, int, int]] = {}
        self._by_name: dict[str, Type] | None = None
        self._components: set[str] | None = None

    def read(self) -> None:
        """Read every item definition, so that its faults are told even if nobody refers to it."""
        for name, element in self._elements.items():
            self.named(name, element)

    def by_name(self) -> Mapping[str, Type]:
        """Return the types that expressions may name, those of imported files under their prefix.

        ``instance of`` asks for the kind of a value only, not for what the type allows.
        """
        if self._by_name is None:
            own = self._by_name = {name: _bare(kind) for name, kind in self._found.items()}
            for prefix, others in self.imported.items():
                own |= {f"{prefix}.{name}" if prefix else name: kind for name, kind in others.by_name().items()}
        return self._by_name

    def components(self) -> set[str]:
        """Return the names of all components, which expressions write after a dot."""
        if self._components is None:
            inner = (each for element in self._elements.values() for each in element.iter("{*}itemComponent"))
            self._components = {name for each in inner if (name := each.get("name"))}
            self._components.update(*(others.components() for others in self.imported.values()))
        return self._components

    def referred(self, element: etree._Element, attribute: str = "typeRef") -> Type | None:
        """Return the type that *element* refers to; None where it names none or any value will do."""
        name = element.get(attribute)
        kind = self.named(name, element) if name else None
        return None if kind is ANY else kind

    def allowed(self, name: str | None) -> UnaryTests | None:
        """Return what the named type allows, where it says so."""
        prefix, _, rest = (name or "").partition(".")
        if rest and prefix in self.imported:
            return self.imported[prefix].allowed(rest)
        return self._allowed.get(name or "")

    def named(self, name: str, element: etree._Element) -> Type:
        """Return the type called *name*; one that is not known, or contains itself, is a fault of *element*."""
        if name in self._found:
            return self._found[name]
        if name in self._elements:
            return self._defined(name, element)
        bare = name.rpartition(":")[2].removeprefix("feel.")
        if bare in TYPES:
            return TYPES[bare]
        prefix, _, rest = name.partition(".")
        if rest and prefix in self.imported:
            return self.imported[prefix].named(rest, element)
        if "" in self.imported:
            return self.imported[""].named(name, element)
        self.trouble.add(
            element, "dmn-type", mark("There is no type called {name}."),
            mark("Define it as an item definition, or use a built-in type such as string, number or date."), name=name,
        )  # fmt: skip
        return ANY

    def _defined(self, name: str, element: etree._Element) -> Type:
        if name in self._under_way:
            self.trouble.add(
                element, "dmn-type-cycle", mark("The type {name} contains itself."),
                mark("Take one of its parts out, or give that part the type context."), name=name,
            )  # fmt: skip
            return ANY
        self._under_way.append(name)
        found = self._read(self._elements[name], name)
        self._under_way.pop()
        self._found[name] = found
        return found

    def _read(self, element: etree._Element, name: str) -> Type:
        """Return the type that *element* defines; one that is built of too many layers is a fault."""
        self._nesting += 1
        kind = self._layered(element, name) if self._nesting <= DEPTH else ANY
        self._nesting -= 1
        layers, parts = self._measure(kind)
        if self._nesting == DEPTH or layers > DEPTH or parts > PARTS:
            self.trouble.add(
                element, "dmn-type-depth", mark("The type is built of more than {layers} layers or {parts} parts."),
                mark("Define it with fewer types inside each other."), layers=DEPTH, parts=PARTS,
            )  # fmt: skip
            return ANY
        return kind

    def _measure(self, kind: Type) -> tuple[int, int]:
        """Return how many types are inside each other in *kind*, and how many in all, shared ones counted each time."""
        if id(kind) not in self._measured:
            inner = [self._measure(part) for part in _inside(kind)]
            layers, parts = 1 + max((a for a, _ in inner), default=0), 1 + sum(b for _, b in inner)
            self._measured[id(kind)] = (kind, layers, parts)  # kept, so that no other type takes its id
        return self._measured[id(kind)][1:]

    def _layered(self, element: etree._Element, name: str) -> Type:
        parts: dict[str, list[etree._Element]] = {}
        for child in elements(element):
            parts.setdefault(child.tag.rpartition("}")[2], []).append(child)
        kind = ANY
        if components := parts.get("itemComponent"):
            kind = ContextType(tuple((each.get("name") or "", self._read(each, "")) for each in components))
        elif functions := parts.get("functionItem"):
            kind = self._function(functions[0])
        elif referred := parts.get("typeRef"):
            kind = self.named((referred[0].text or "").strip(), referred[0])
            if name and (inherited := self.allowed((referred[0].text or "").strip())):
                self._allowed[name] = inherited
        kind = self._narrowed(kind, parts.get("allowedValues"), name)
        if element.get("isCollection") == "true":
            kind = ListType(kind)
        return self._narrowed(kind, parts.get("typeConstraint"), name)

    def _function(self, element: etree._Element) -> Type:
        parameters = tuple(self.referred(each) or ANY for each in element.iterchildren("{*}parameters"))
        return FunctionType(parameters, self.referred(element, "outputTypeRef") or ANY)

    def _narrowed(self, kind: Type, holders: list[etree._Element] | None, name: str) -> Type:
        tests = self.trouble.tests(holders[0], Scope(frozenset(self.components())), name) if holders else None
        if tests is None:
            return kind
        if name:
            self._allowed[name] = tests
        return NarrowedType(name or kind.name, kind, _allows(tests))


def _inside(kind: Type) -> list[Type]:
    match kind:
        case NarrowedType():
            return [kind.base]
        case ListType():
            return [kind.item]
        case ContextType():
            return [part for _, part in kind.entries]
        case FunctionType():
            return [*kind.parameters, kind.result]
        case _:
            return []


def _bare(kind: Type) -> Type:
    match kind:
        case NarrowedType():
            return _bare(kind.base)
        case ListType():
            return ListType(_bare(kind.item))
        case ContextType():
            return ContextType(tuple((name, _bare(part)) for name, part in kind.entries))
        case _:
            return kind


def _allows(tests: UnaryTests) -> Callable[[Value], bool]:
    return lambda value: tests.holds(NOWHERE, value) is True
