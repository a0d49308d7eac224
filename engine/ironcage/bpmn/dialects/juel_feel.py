"""Unified expressions become FEEL, where FEEL says exactly the same; ``${...}`` and ``#{...}`` alike.

The two differ in what null is: there, null is 0 in a calculation, smaller than nothing, and false where a truth value
is asked for; all this is written out. What remains is a premise: a value has the kind the expression treats it as.
There, the text "5" would also pass for the number 5; here it does not equal it.

Source: Jakarta Expression Language 2.2, clauses 1.7 to 1.18; DMN 1.5, 10.3.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ironcage.bpmn.dialects import juel
from ironcage.bpmn.dialects.formula import (
    EMPTY,
    NULL,
    TRUE,
    UntranslatableError,
    both,
    compare,
    either,
    is_name,
    is_one_of,
    item_at,
    minus,
    negated,
    number,
    where_list,
    written,
)
from ironcage.feel.tree import Arithmetic, Call, Comparison, If, Literal, Logic, Name, Negation, Path
from ironcage.messages import mark

if TYPE_CHECKING:
    from ironcage.bpmn.dialects.juel import Juel
    from ironcage.feel.tree import Node

WHOLE = re.compile(r"\s*[$#]\{(.*)\}\s*", re.DOTALL)
_ANOTHER = re.compile(r"[$#]\{")

_COMPOSITE = mark("text and values mixed depend on how another language writes numbers and dates")
_METHOD = mark("{name}() has no exact equal")
_OBJECT = mark("{name} is an object of another engine")
_REMAINDER = mark("the sign of a remainder differs")
_DIVISOR = mark("a division by zero has another result; divide by a number written out")
_INDEX = mark("an index is a whole number written out, from 0")
_OPERATOR = mark("{name} has no exact equal")
_KEY = mark("{name} is no name of an entry that FEEL reads")
_PROPERTY = mark("{name} is something else where it is asked of a text or a date")

_COUNTERS = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
}
_OBJECTS = frozenset(
    {"execution", "task", "caseExecution", "delegateTask", "variableScope", "connector", "authenticatedUserId",
     "currentUser", "processEngineConfiguration"}
)  # fmt: skip
_PROPERTIES = frozenset({"class", "empty", "bytes", "day", "month", "year", "hours", "minutes", "seconds"})
"""What values of Java have beside the entries of a map: nothing there, or something else in FEEL."""
_TRUTHS = frozenset({"not", "list contains"})
_TEXT_METHODS = {"startsWith": "starts with", "endsWith": "ends with"}
_CASES = {"toUpperCase": "upper case", "toLowerCase": "lower case"}


def is_juel(text: str) -> bool:
    """Return whether *text* holds a unified expression."""
    return bool(_ANOTHER.search(text))


@lru_cache(maxsize=4096)  # both readers ask
def translated(text: str) -> str:
    """Return the unified expression *text*, which is in braces, as FEEL.

    Raises:
        UntranslatableError: FEEL does not say exactly that.
    """
    return written(_node(parsed(text)))


def parsed(text: str) -> Juel:
    """Return what the unified expression *text* says.

    Raises:
        UntranslatableError: it cannot be read, or is a text with expressions in it.
    """
    whole = WHOLE.fullmatch(text)
    if whole is None or _ANOTHER.search(whole[1]) or _closed_early(whole[1]):
        raise UntranslatableError(_COMPOSITE)
    return juel.read(whole[1], whole.start(1))


def feel_of(expression: Juel) -> str:
    """Return a part of an expression as FEEL.

    Raises:
        UntranslatableError: FEEL does not say exactly that.
    """
    return written(_node(expression))


def _closed_early(inside: str) -> bool:
    return "}" in re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "", inside)


def _node(said: Juel) -> Node:
    match said:
        case juel.Constant():
            return number(str(said.value)) if said.is_number else Literal(said.value)
        case juel.Variable():
            return _variable(said)
        case juel.Member():
            return _member(said)
        case juel.Index():
            return _item(said)
        case juel.Choice():
            return If(_truth(said.condition), _node(said.yes), _node(said.no))
        case juel.Unary():
            return _unary(said)
        case juel.Binary():
            return _binary(said)
        case juel.Method():
            return _method(said)


def _variable(said: juel.Variable) -> Node:
    if said.name in _OBJECTS:
        raise UntranslatableError(_OBJECT, said.at, name=said.name)
    if said.name == "loopCounter":
        # There it counts from 0, here from 1.
        return Arithmetic("-", Name("loopCounter"), number("1"))
    return Name(_COUNTERS.get(said.name, said.name))


def _member(said: juel.Member) -> Node:
    if not is_name(said.name):
        raise UntranslatableError(_KEY, said.at, name=said.name)
    if said.name in _PROPERTIES:
        raise UntranslatableError(_PROPERTY, said.at, name=said.name)
    return Path(_node(said.source), said.name)


def _item(said: juel.Index) -> Node:
    index = said.index
    if not isinstance(index, juel.Constant) or not index.is_number or not str(index.value).isdecimal():
        raise UntranslatableError(_INDEX, said.at)
    return item_at(_node(said.source), int(str(index.value)))


def _truth(said: Juel) -> Node:
    """Return *said* where a truth value is asked for: null counts as false."""
    node = _node(said)
    return node if _is_truth(node) else compare("=", node, TRUE)


def _is_truth(node: Node) -> bool:
    """Return whether *node* is true or false, never null, of values of the kinds it treats them as."""
    if isinstance(node, Literal):
        return isinstance(node.value, bool)
    return isinstance(node, Comparison | Logic) or (isinstance(node, Call) and node.function in _TRUTHS)


def _unary(said: juel.Unary) -> Node:
    if said.operator == "!":
        return negated(_truth(said.operand))
    if said.operator == "empty":
        return is_one_of(_node(said.operand), EMPTY)
    return minus(_figure(said.operand))


def _binary(said: juel.Binary) -> Node:
    match said.operator:
        case "&&":
            return both(_truth(said.left), _truth(said.right))
        case "||":
            return either(_truth(said.left), _truth(said.right))
        case "==" | "!=":
            return compare("=" if said.operator == "==" else "!=", _node(said.left), _node(said.right))
        case "<" | ">" | "<=" | ">=":
            return _order(said.operator, _node(said.left), _node(said.right))
        case "%":
            raise UntranslatableError(_REMAINDER, said.at)
        case "/" if not _is_divisor(said.right):
            raise UntranslatableError(_DIVISOR, said.at)
        case _:
            return Arithmetic(said.operator, _figure(said.left), _figure(said.right))


def _is_divisor(said: Juel) -> bool:
    """Return whether *said* is never 0."""
    if isinstance(said, juel.Variable):
        return said.name == "nrOfInstances"
    return isinstance(said, juel.Constant) and said.is_number and bool(re.search("[1-9]", str(said.value)))


def _may_be_null(node: Node) -> bool:
    if isinstance(node, Literal):
        return node.value is None
    if isinstance(node, Name):
        return node.name not in _COUNTERS.values()
    return not isinstance(node, Arithmetic | Negation) and not _is_truth(node)


def _order(operator: str, left: Node, right: Node) -> Node:
    """Return a comparison that is false, not null, where one side is null; two nulls are at most each other."""
    unsure = [each for each in (left, right) if _may_be_null(each)]
    sure = both(*(compare("!=", each, NULL) for each in unsure), Comparison(operator, left, right))
    if len(unsure) == 2 and operator in {"<=", ">="}:
        return either(both(*(compare("=", each, NULL) for each in unsure)), sure)
    return sure


def _figure(said: Juel) -> Node:
    """Return *said* in a calculation: null counts as 0."""
    node = _node(said)
    return If(compare("=", node, NULL), number("0"), node) if _may_be_null(node) else node


def _method(said: juel.Method) -> Node:
    if said.source is None:
        if said.name == "now" and not said.arguments:
            return Call("now", ())
        raise UntranslatableError(_METHOD, said.at, name=said.name)
    if said.source == juel.Variable("execution", said.source.at):
        return _of_execution(said)
    source = _node(said.source)
    arguments = [_node(each) for each in said.arguments]
    match said.name, arguments:
        case "equals", [other]:
            return If(compare("=", source, NULL), NULL, compare("=", source, other))
        case "isEmpty", []:
            return If(compare("=", source, NULL), NULL, is_one_of(source, EMPTY))
        case "size", []:
            return where_list(source, Call("count", (source,)))
        case "contains", [other]:
            return where_list(source, Call("list contains", (source, other)), Call("contains", (source, other)))
        case (("startsWith" | "endsWith"), [other]):
            return Call(_TEXT_METHODS[said.name], (source, other))
        case (("toUpperCase" | "toLowerCase"), []):
            return Call(_CASES[said.name], (source,))
        case _:
            raise UntranslatableError(_METHOD, said.at, name=said.name)


def _of_execution(said: juel.Method) -> Node:
    """Return the variable that ``execution.getVariable("name")`` reads."""
    match said.name, said.arguments:
        case "getVariable", (juel.Constant(value=str(name), is_number=False),):
            return Name(name)
        case _:
            raise UntranslatableError(_OBJECT, said.at, name="execution")
