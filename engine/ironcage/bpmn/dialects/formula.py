"""FEEL put together piece by piece, and what cannot be said in it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel import FeelSyntaxError
from ironcage.feel.parser import parse
from ironcage.feel.printer import source_of
from ironcage.feel.tree import (
    Call,
    Comparison,
    Entries,
    Filter,
    If,
    InstanceOf,
    Items,
    Literal,
    Logic,
    Name,
    Negation,
    Path,
    walk,
)
from ironcage.feel.types import ANY, ListType, Type
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from ironcage.feel.tree import Node
    from ironcage.values import Value


class Said:
    """A message with its fields, said in the language of whoever reads it."""

    def __init__(self, message: str, **fields: object) -> None:
        self.message = message
        self.fields = fields

    def __str__(self) -> str:
        return text(self.message, **self.fields)


class UntranslatableError(ValueError):
    """An expression says something that FEEL does not say exactly; *at* is the offset in it."""

    def __init__(self, message: str, at: int = 0, **fields: object) -> None:
        super().__init__(message)
        self.reason = Said(message, **fields)
        self.at = at


NULL = Literal(None)
TRUE = Literal(True)
EMPTY = Items((NULL, Literal(""), Items(()), Entries(())))
"""What counts as empty. Source: Jakarta Expression Language, 1.10 (empty operator)."""

LIST: Type = ListType(ANY)
_BAD_NAME = mark("FEEL cannot name what is called {name} here")


def number(written: str) -> Literal:
    """Return the number *written*."""
    return Literal(Decimal(written))


def constant(value: Value) -> str:
    """Return *value* as FEEL text."""
    return source_of(Literal(value))


def compare(operator: str, left: Node, right: Node) -> Comparison:
    """Return ``left operator right``."""
    return Comparison(operator, left, right)


def negated(node: Node) -> Call:
    """Return ``not(node)``."""
    return Call("not", (node,))


def both(*operands: Node) -> Node:
    """Return all *operands* joined by ``and``, those that are ``and`` themselves spread out."""
    return _joined("and", operands)


def either(*operands: Node) -> Node:
    """Return all *operands* joined by ``or``, those that are ``or`` themselves spread out."""
    return _joined("or", operands)


def _joined(operator: str, operands: tuple[Node, ...]) -> Node:
    flat: list[Node] = []
    for each in operands:
        flat += each.operands if isinstance(each, Logic) and each.operator == operator else (each,)
    return flat[0] if len(flat) == 1 else Logic(operator, tuple(flat))


def is_one_of(node: Node, values: Items) -> Call:
    """Return whether *node* equals one of *values*: true or false, never null."""
    return Call("list contains", (values, node))


def where_list(node: Node, then: Node, otherwise: Node = NULL) -> If:
    """Return *then* where *node* is a list, else *otherwise*."""
    return If(InstanceOf(node, LIST), then, otherwise)


def item_at(node: Node, index: int, otherwise: Node = NULL) -> If:
    """Return the item of a list at *index*, which counts from 0, or from -1 at the end; *otherwise* of no list."""
    return where_list(node, Filter(node, place(index)), otherwise)


def place(index: int) -> Node:
    """Return the place, which counts from 1 or from -1, of an *index* that counts from 0 or from -1."""
    return minus(number(str(-index))) if index < 0 else number(str(index + 1))


def minus(node: Node) -> Node:
    """Return *node* with the other sign."""
    return Literal(-node.value) if isinstance(node, Literal) and isinstance(node.value, Decimal) else Negation(node)


def written(tree: Node) -> str:
    """Return *tree* as FEEL text that is read as the same tree.

    Raises:
        UntranslatableError: it names something FEEL cannot name, or is too large for it.
    """
    source = source_of(tree)
    try:
        read, misfits = parse(source, (), None, True)
    except FeelSyntaxError as error:
        raise UntranslatableError(_BAD_NAME, name=_culprit(tree)) from error
    if misfits or source_of(read) != source or read != tree:
        raise UntranslatableError(_BAD_NAME, name=_culprit(tree))
    return source


def _culprit(tree: Node) -> str:
    """Return the first name in *tree* that FEEL does not read as one."""
    for _, branch in walk(tree):
        if isinstance(branch, Name | Path) and not is_name(branch.name):
            return branch.name
    return source_of(tree)[:40]


def is_name(name: str) -> bool:
    """Return whether FEEL reads *name* as the name of a variable."""
    try:
        read, _ = parse(name, (), None, True)
    except FeelSyntaxError:
        return False
    return read == Name(name)
