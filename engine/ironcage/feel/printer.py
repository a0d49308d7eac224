"""Writes a tree as text: what it writes is read as the same tree again.

Every operand that is more than a name, a literal or a call stands in parentheses, so no precedence needs to be known.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from ironcage.feel.functions.texts import written
from ironcage.feel.tree import (
    Against,
    Arithmetic,
    Between,
    Branch,
    Call,
    Comparison,
    Definition,
    Entries,
    Entry,
    Filter,
    For,
    If,
    In,
    InstanceOf,
    Interval,
    Invoke,
    Items,
    Iteration,
    Literal,
    Logic,
    Misfit,
    Name,
    Negation,
    Parameter,
    Path,
    Quantified,
    Tests,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSED = (Literal, Name, Path, Call, Invoke, Filter, Items, Entries, Interval, Against)


def source_of(branch: Branch) -> str:
    """Return *branch* as FEEL text."""
    return _text(branch)


def _in(branch: Branch) -> str:
    """Return *branch* as an operand."""
    return _text(branch) if isinstance(branch, _CLOSED) else f"({_text(branch)})"


def _list(branches: Iterable[Branch]) -> str:
    return ", ".join(map(_text, branches))


@singledispatch
def _text(branch: Branch) -> str:
    raise AssertionError(branch)


@_text.register(Literal)
def _literal(node: Literal) -> str:
    text = written(node.value)
    return text if node.value is None or isinstance(node.value, bool | str) or _is_number(text) else f'@"{text}"'


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


@_text.register(Name)
def _name(node: Name) -> str:
    return node.name


@_text.register(Path)
def _path(node: Path) -> str:
    return f"{_source(node.source)}.{node.name}"


def _source(node: Branch) -> str:
    """Return *node* as what stands before a dot or a bracket; a sign or a point of its own would be read otherwise."""
    return f"({_text(node)})" if isinstance(node, Literal) else _in(node)


@_text.register(Negation)
def _negation(node: Negation) -> str:
    return f"-({_text(node.operand)})"


@_text.register(Arithmetic)
@_text.register(Comparison)
def _operation(node: Arithmetic | Comparison) -> str:
    return f"{_in(node.left)} {node.operator} {_in(node.right)}"


@_text.register(Logic)
def _logic(node: Logic) -> str:
    return f" {node.operator} ".join(map(_in, node.operands))


@_text.register(If)
def _if(node: If) -> str:
    return f"if {_text(node.condition)} then {_text(node.yes)} else {_text(node.no)}"


@_text.register(Between)
def _between(node: Between) -> str:
    return f"{_in(node.value)} between {_in(node.low)} and {_in(node.high)}"


@_text.register(In)
def _in_tests(node: In) -> str:
    if len(node.tests) == 1 and isinstance(node.tests[0], Interval):
        return f"{_in(node.value)} in {_text(node.tests[0])}"
    return f"{_in(node.value)} in ({', '.join(map(_test, node.tests))})"


def _test(node: Branch) -> str:
    return f"{node.operator} {_in(node.endpoint)}" if isinstance(node, Against) else _text(node)


@_text.register(Call)
def _call(node: Call) -> str:
    return f"{node.function}({_arguments(node.arguments, node.names)})"


@_text.register(Invoke)
def _invoke(node: Invoke) -> str:
    return f"{_source(node.target)}({_arguments(node.arguments, node.names)})"


def _arguments(arguments: tuple[Branch, ...], names: tuple[str, ...]) -> str:
    if not names:
        return _list(arguments)
    return ", ".join(f"{name}: {_text(each)}" for name, each in zip(names, arguments, strict=True))


@_text.register(Definition)
def _definition(node: Definition) -> str:
    external = "external " if node.external else ""
    return f"function({_list(node.parameters)}) {external}{_text(node.body)}"


@_text.register(Parameter)
def _parameter(node: Parameter) -> str:
    return node.name if node.kind is None else f"{node.name}: {node.kind}"


@_text.register(Iteration)
def _iteration(node: Iteration) -> str:
    return f"{node.name} in {_in(node.source)}" + (f"..{_in(node.end)}" if node.end is not None else "")


@_text.register(For)
def _for(node: For) -> str:
    return f"for {_list(node.iterations)} return {_text(node.body)}"


@_text.register(Quantified)
def _quantified(node: Quantified) -> str:
    word = "every" if node.every else "some"
    return f"{word} {_list(node.iterations)} satisfies {_text(node.condition)}"


@_text.register(Filter)
def _filter(node: Filter) -> str:
    return f"{_source(node.source)}[{_text(node.condition)}]"


@_text.register(InstanceOf)
def _instance_of(node: InstanceOf) -> str:
    return f"{_in(node.value)} instance of {node.kind}"


@_text.register(Misfit)
def _misfit(_node: Misfit) -> str:
    return "null"


@_text.register(Items)
def _items(node: Items) -> str:
    return f"[{_list(node.items)}]"


@_text.register(Entries)
def _entries(node: Entries) -> str:
    return "{" + _list(node.entries) + "}"


@_text.register(Entry)
def _entry(node: Entry) -> str:
    return f"{written(node.name)}: {_text(node.value)}"


@_text.register(Interval)
def _interval(node: Interval) -> str:
    opening, closing = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    low, high = ("" if end is None else _in(end) for end in (node.low, node.high))
    return f"{opening}{low}..{high}{closing}"


@_text.register(Against)
def _against(node: Against) -> str:
    return f"({node.operator} {_in(node.endpoint)})"


@_text.register(Tests)
def _tests(node: Tests) -> str:
    if not node.tests:
        return "-"
    tests = ", ".join(map(_test, node.tests))
    return f"not({tests})" if node.negated else tests
