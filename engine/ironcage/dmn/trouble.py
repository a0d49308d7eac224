"""Collects the faults of one DMN file while it is read, so that they are told all at once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ironcage import feel
from ironcage.faults import Fault
from ironcage.messages import mark
from ironcage.xml import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeVar

    from lxml import etree

    from ironcage.feel.types import Type

    Compiled = TypeVar("Compiled", feel.Expression, feel.UnaryTests)


class Scope(NamedTuple):
    """What an expression may name: variables and functions, and types."""

    names: frozenset[str] = frozenset()
    types: Mapping[str, Type] = MappingProxyType({})

    def inner(self, *names: str) -> Scope:
        """Return the scope with *names* in it too."""
        return Scope(self.names.union(names), self.types) if names else self


class Trouble:
    """The faults of *file* so far, the ids it has used, and the expressions it has compiled.

    With *lenient* an expression that never has a result is no fault.
    """

    def __init__(self, file: str, lenient: bool = False) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._lenient = lenient
        self._ids: set[str] = set()
        self._expressions: dict[tuple[frozenset[str], str], feel.Expression | None] = {}
        self._tests: dict[tuple[frozenset[str], str], feel.UnaryTests | None] = {}

    def add(self, element: etree._Element, rule: str, what: str, mend: str, /, **fields: object) -> None:
        """Note a fault of *element*."""
        self.faults.append(Fault(self.file, line_of(element), _id(element), rule, what, mend, fields=fields))

    def enter(self, name: str, element: etree._Element) -> None:
        """Take note of the id of an element that others refer to, which must be its own."""
        if not name or name in self._ids:
            self.add(
                element, "dmn-id", mark("The element has no id, or one that stands twice in the file: {name}."),
                mark("Give every decision, input, knowledge model and service an id of its own."), name=name,
            )  # fmt: skip
        self._ids.add(name)

    def expression(self, parent: etree._Element, scope: Scope, place: str = "") -> feel.Expression | None:
        """Return the expression in the ``text`` of *parent*; None where it is empty or faulty."""
        return self._compile(self._expressions, feel.compile, parent, scope, place)

    def tests(self, parent: etree._Element, scope: Scope, place: str = "") -> feel.UnaryTests | None:
        """Return the unary tests in the ``text`` of *parent*; None where they are empty or faulty."""
        return self._compile(self._tests, feel.compile_tests, parent, scope, place)

    def _compile(
        self,
        known: dict[tuple[frozenset[str], str], Compiled | None],
        read: Callable[[str, Iterable[str], Mapping[str, Type], bool], Compiled],
        parent: etree._Element,
        scope: Scope,
        place: str,
    ) -> Compiled | None:
        # Equal texts are compiled once: a large table repeats few of them many times.
        written = written_in(parent)
        text = written.strip()
        key = (scope.names, text)
        if not text or (key in known and known[key] is not None):
            return known.get(key)
        try:
            known[key] = read(text, scope.names, scope.types, self._lenient)
        except feel.FeelSyntaxError as error:
            holder = parent.find("{*}text")
            above = written[: len(written) - len(written.lstrip())].count("\n")
            line = (0 if holder is None else line_of(holder)) + above + error.line - 1
            fields: dict[str, object] = {"place": place or _id(parent), "reason": Reason(error)}
            mend = mark("Correct the expression; it is read as FEEL.")
            fault = Fault(self.file, line, _id(parent), "dmn-feel", _WRONG, mend, column=error.column, fields=fields)
            self.faults.append(fault)
            return None
        return known[key]


class Reason:
    """Why an expression is refused, said in the language in force when it is shown."""

    def __init__(self, error: feel.FeelSyntaxError) -> None:
        self._error = error

    def __str__(self) -> str:
        return self._error.reason()


_WRONG = mark("{place}: {reason}.")


def written_in(parent: etree._Element) -> str:
    """Return the content of the ``text`` of *parent*, comments left out."""
    # A large table has hundreds of thousands of cells, and nearly all hold one element without comments.
    only = parent[0] if len(parent) == 1 else None
    holder = only if only is not None and str(only.tag).endswith("}text") else parent.find("{*}text")
    if holder is None:
        return ""
    if len(holder) == 0:
        return holder.text or ""
    return (holder.text or "") + "".join(child.tail or "" for child in holder)


def _id(element: etree._Element) -> str:
    """Return the id of *element*, or of the nearest element around it that has one."""
    at: etree._Element | None = element
    while at is not None:
        if name := at.get("id"):
            return name
        at = at.getparent()
    return ""
