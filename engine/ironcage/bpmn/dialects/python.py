"""Expressions and assignments in the syntax of Python, as SpiffWorkflow files have them, become FEEL.

Nothing is run: ``ast`` reads the text, and what is not on the list here is refused. Where Python raises an error (a
name there is not, an order between kinds) FEEL has null. Two premises remain: numbers are decimal, not binary, and a
truth value is not compared with a number.

Source: The Python Language Reference, chapter 6; DMN 1.5, 10.3.2.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from ironcage.bpmn.dialects.formula import (
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
    place,
    where_list,
    written,
)
from ironcage.feel.tree import (
    Arithmetic,
    Call,
    Comparison,
    Entries,
    Entry,
    If,
    InstanceOf,
    Items,
    Literal,
    Logic,
    Name,
    Path,
)
from ironcage.feel.types import TYPES
from ironcage.messages import mark

if TYPE_CHECKING:
    from ironcage.feel.tree import Node

LENGTH = 10_000

_UNREADABLE = mark("it cannot be read as Python")
_TOO_LONG = mark("it is longer than {length} characters or nested too deep")
_NO_EQUAL = mark("{name} has no exact equal")
_KEY = mark("{name} is no name of an entry that FEEL reads")
_DIVISOR = mark("a division by zero has another result; divide by a number written out")
_INDEX = mark("an index is a whole number written out")
_OPERANDS = mark("outside a condition, and and or yield one of their operands, whatever it is")
_STATEMENT = mark("{name} is no assignment of an expression to one variable")

_FALSE = Items((NULL, Literal(False), Literal(Decimal(0)), Literal(""), Items(()), Entries(())))
"""What does not hold. Source: The Python Standard Library, Truth Value Testing."""
_ORDERS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_SUMS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_CALLED = {"startswith": "starts with", "endswith": "ends with"}
_CASES = {"upper": "upper case", "lower": "lower case"}
_TRUTHS = frozenset({"not", "list contains"})
_MISREADINGS = (SyntaxError, ValueError, RecursionError, MemoryError)


@lru_cache(maxsize=4096)  # both readers ask
def condition(text: str) -> str:
    """Return the condition *text* as FEEL that is true where Python would take it for true.

    Raises:
        UntranslatableError: FEEL does not say exactly that.
    """
    read = _read(text)
    return written(_truth(read))


@lru_cache(maxsize=4096)
def value(text: str) -> str:
    """Return the expression *text* as FEEL.

    Raises:
        UntranslatableError: FEEL does not say exactly that.
    """
    return written(_node(_read(text)))


def entries(text: str) -> list[tuple[str, str]] | None:
    """Return the entries of a dictionary written out, None if *text* is another expression.

    Raises:
        UntranslatableError: FEEL does not say exactly that.
    """
    node = _node(_read(text))
    return [(entry.name, written(entry.value)) for entry in node.entries] if isinstance(node, Entries) else None


def assignments(text: str) -> list[tuple[str, str]]:
    """Return variables and the FEEL of what they are set to, one after the other.

    Raises:
        UntranslatableError: the script does anything else, or sets what FEEL does not say exactly.
    """
    script = textwrap.dedent(text).strip("\n")
    shift = text.find(script.split("\n", 1)[0].strip()) if script.strip() else 0
    try:
        return [_assignment(each) for each in _tree(script, "exec").body]  # type: ignore[attr-defined]  # a module has one
    except _At as error:
        raise UntranslatableError(error.message, _offset(text, script, shift, error), **error.fields) from error


class _At(Exception):  # noqa: N818  # the place is turned into an offset at once
    """What cannot be said, with its line and column in the tree."""

    def __init__(self, message: str, node: ast.AST | None = None, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        self.line = getattr(node, "lineno", 1)
        self.column = getattr(node, "col_offset", 0)


def _tree(text: str, mode: str) -> ast.AST:
    if len(text) > LENGTH:
        raise _At(_TOO_LONG, length=LENGTH)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode=mode)
    except _MISREADINGS as error:
        unread = _At(_UNREADABLE)
        if isinstance(error, SyntaxError):
            unread.line, unread.column = error.lineno or 1, max((error.offset or 1) - 1, 0)
        raise unread from error


def _read(text: str) -> ast.expr:
    try:
        return _tree(text, "eval").body  # type: ignore[attr-defined,no-any-return]  # an expression has one
    except _At as error:
        raise UntranslatableError(error.message, error.column if error.line == 1 else 0, **error.fields) from error


def _offset(text: str, script: str, shift: int, error: _At) -> int:
    """Return where in *text* the error is, of which *script* is the part that was read, its indentation taken off."""
    lines = text[shift:].split("\n")
    before = sum(len(line) + 1 for line in lines[: error.line - 1])
    read = script.split("\n")
    cut = len(lines[error.line - 1]) - len(read[error.line - 1]) if 0 < error.line <= min(len(lines), len(read)) else 0
    return shift + before + max(cut, 0) + _characters(read, error.line, error.column)


def _characters(lines: list[str], line: int, column: int) -> int:
    """Return how many characters stand before *column*, which ``ast`` counts in bytes."""
    return len(lines[line - 1].encode()[:column].decode(errors="ignore")) if line <= len(lines) else 0


def _assignment(statement: ast.stmt) -> tuple[str, str]:
    try:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=assigned):
                return _variable(name), written(_node(assigned))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as assigned):
                return _variable(name), written(_node(assigned))
            case ast.AugAssign(target=ast.Name(id=name), op=operator, value=assigned):
                changed = ast.BinOp(ast.Name(name, ast.Load()), operator, assigned)
                return _variable(name), written(_node(ast.copy_location(changed, statement)))
            case _:
                raise _At(_STATEMENT, statement, name=type(statement).__name__)
    except UntranslatableError as error:
        raise _At(error.reason.message, statement, **error.reason.fields) from error


def _variable(name: str) -> str:
    if not is_name(name):
        raise UntranslatableError(_KEY, name=name)
    return name


def _no_equal(what: ast.AST | str) -> UntranslatableError:
    if isinstance(what, str):
        return UntranslatableError(_NO_EQUAL, name=what)
    name = re.sub(r"\s+", " ", ast.unparse(what))[:40]
    return UntranslatableError(_NO_EQUAL, getattr(what, "col_offset", 0), name=name)


def _node(said: ast.expr) -> Node:  # noqa: C901, PLR0912  # one case a construct of the language
    match said:
        case ast.Constant(value=None | bool() | str() as plain):
            return Literal(plain)
        case ast.Constant(value=int() | float() as figure):
            return _number(said, figure)
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute(value=source, attr=name):
            return _entry(source, name)
        case ast.Subscript(value=source, slice=index):
            return _subscript(source, index)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return negated(_truth(operand))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return minus(_node(operand))
        case ast.BoolOp():
            return _connected(said)
        case ast.Compare():
            return _comparisons(said)
        case ast.BinOp():
            return _sum(said)
        case ast.IfExp(test=test, body=yes, orelse=no):
            return If(_truth(test), _node(yes), _node(no))
        case ast.List(elts=items):
            return Items(tuple(map(_node, items)))
        case ast.Dict():
            return _dictionary(said)
        case ast.Call():
            return _call(said)
        case _:
            raise _no_equal(said)


def _number(said: ast.expr, figure: float) -> Literal:
    read = Decimal(repr(figure))
    if not read.is_finite() or abs(read.adjusted()) > 30:
        raise _no_equal(said)
    return Literal(read)


def _entry(source: ast.expr, name: str) -> Path:
    # Of a length of time FEEL has the seconds beside the minutes, Python all seconds of the last day.
    if not is_name(name) or name.startswith("__") or name == "seconds":
        raise UntranslatableError(_KEY, name=name)
    return Path(_node(source), name)


def _subscript(source: ast.expr, index: ast.expr) -> Node:
    match index:
        case ast.Constant(value=str(name)):
            return _entry(source, name)
        case ast.Constant(value=int(at)) if not isinstance(at, bool):
            return _item(_node(source), at)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(at))) if at:
            return _item(_node(source), -at)
        case _:
            raise UntranslatableError(_INDEX)


def _item(node: Node, index: int) -> Node:
    """Return the item of a list, or the character of a text, at *index*."""
    character = Call("substring", (node, place(index), number("1")))
    return item_at(node, index, If(InstanceOf(node, TYPES["string"]), character, NULL))


def _truth(said: ast.expr) -> Node:
    """Return *said* where a truth value is asked for."""
    if isinstance(said, ast.BoolOp):
        joined = both if isinstance(said.op, ast.And) else either
        return joined(*map(_truth, said.values))
    node = _node(said)
    return node if _is_truth(node) else negated(is_one_of(node, _FALSE))


def _is_truth(node: Node) -> bool:
    if isinstance(node, Literal):
        return isinstance(node.value, bool)
    return isinstance(node, Comparison | Logic) or (isinstance(node, Call) and node.function in _TRUTHS)


def _connected(said: ast.BoolOp) -> Node:
    if not all(_is_truth(_node(each)) for each in said.values):
        raise UntranslatableError(_OPERANDS)
    return _truth(said)


def _comparisons(said: ast.Compare) -> Node:
    operands = [said.left, *said.comparators]
    pairs = zip(operands, said.ops, operands[1:], strict=False)
    return both(*(_comparison(left, operator, right) for left, operator, right in pairs))


def _comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Node:
    a, b = _node(left), _node(right)
    match operator:
        case ast.Eq() | ast.Is() | ast.NotEq() | ast.IsNot():
            if isinstance(operator, ast.Is | ast.IsNot) and b not in {NULL, TRUE, Literal(False)}:
                raise _no_equal("is")
            same = _same(a, b)
            return same if isinstance(operator, ast.Eq | ast.Is) else negated(same)
        case ast.In() | ast.NotIn():
            held = _membership(a, b)
            return held if isinstance(operator, ast.In) else negated(held)
        case _:
            return Comparison(_ORDERS[type(operator)], a, b)


def _same(a: Node, b: Node) -> Node:
    """Return whether two values are equal: false, not null, where they are of two kinds."""
    same = compare("=", a, b)
    return same if NULL in (a, b) else compare("=", same, TRUE)


def _membership(item: Node, among: Node) -> Node:
    if isinstance(among, Items):
        return Call("list contains", (among, item))
    within = If(InstanceOf(among, TYPES["string"]), Call("contains", (among, item)), NULL)
    return where_list(among, Call("list contains", (among, item)), within)


def _sum(said: ast.BinOp) -> Node:
    a, b = _node(said.left), _node(said.right)
    match said.op:
        case ast.Add() | ast.Sub() | ast.Mult():
            return Arithmetic(_SUMS[type(said.op)], a, b)
        case ast.Div() | ast.Mod():
            if not isinstance(b, Literal) or not isinstance(b.value, Decimal) or not b.value:
                raise UntranslatableError(_DIVISOR)
            return Arithmetic("/", a, b) if isinstance(said.op, ast.Div) else Call("modulo", (a, b))
        case _:
            raise _no_equal(said)


def _dictionary(said: ast.Dict) -> Entries:
    found: list[Entry] = []
    for key, held in zip(said.keys, said.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise _no_equal(said)
        found.append(Entry(key.value, _node(held)))
    names = [entry.name for entry in found]
    read = {branch.id for branch in ast.walk(said) if isinstance(branch, ast.Name)}
    # In FEEL an entry sees the entries before it; in Python it does not.
    if len(set(names)) < len(names) or read & set(names[:-1]):
        raise _no_equal(said)
    return Entries(tuple(found))


def _call(said: ast.Call) -> Node:
    if said.keywords:
        raise _no_equal(said)
    match said.func, said.args:
        case ast.Name(id="len"), [counted]:
            node = _node(counted)
            return where_list(node, Call("count", (node,)), Call("string length", (node,)))
        case ast.Name(id="bool"), [asked]:
            return _truth(asked)
        case ast.Attribute(value=source, attr="get"), [ast.Constant(value=str(name))]:
            return _entry(source, name)
        case ast.Attribute(value=source, attr=("startswith" | "endswith") as name), [
            ast.Constant(value=str()) as other
        ]:
            return Call(_CALLED[name], (_node(source), _node(other)))
        case ast.Attribute(value=source, attr=("upper" | "lower") as name), []:
            return Call(_CASES[name], (_node(source),))
        case _:
            raise _no_equal(said)
