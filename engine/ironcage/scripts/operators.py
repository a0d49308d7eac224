"""The edits that make every operator of a script a call of the prelude, so that numbers are exact and moments compare.

``a - b`` becomes ``ironcage_subtract(a , b)``, on the same line: what goes wrong keeps its place.
"""

from __future__ import annotations

import ast
import io
import tokenize
from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.scripts.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES: dict[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "add"),
    ast.Sub: ("-", "subtract"),
    ast.Mult: ("*", "multiply"),
    ast.Div: ("/", "divide"),
    ast.FloorDiv: ("//", "floor_divide"),
    ast.Mod: ("%", "remainder"),
    ast.LShift: ("<<", "shift"),
    ast.Eq: ("==", "equal"),
    ast.NotEq: ("!=", "differ"),
    ast.Lt: ("<", "before"),
    ast.Gt: (">", "after"),
    ast.LtE: ("<=", "at_most"),
    ast.GtE: (">=", "at_least"),
    ast.In: ("in", "within"),
    ast.NotIn: ("not", "without"),
}
_PLACES = 28


def mangled(name: str) -> str:
    """Return the name that Starlark, which knows ASCII alone, knows a variable by."""
    return name if name.isascii() else "ironcage_u" + "".join(f"{ord(character):x}_" for character in name)


class InexactError(Exception):
    """A literal has more digits than a script can compute with; *args* are its line and column, from 0."""


class Tokens:
    """The tokens of a text, found by their place; lines and columns from 0, columns in characters."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.all = [
            (token.start[0] - 1, token.start[1], token.string, token.type)
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
        ]
        self._starts = [token[:2] for token in self.all]

    def place(self, line: int, offset: int) -> tuple[int, int]:
        """Return the place of what ``ast`` says is at *line*, from 1, and the byte *offset*."""
        written = self._lines[line - 1]
        column = offset if written.isascii() else len(written.encode()[:offset].decode())
        return line - 1, column

    def after(self, place: tuple[int, int]) -> Iterator[tuple[int, int, str, int]]:
        """Yield the tokens from *place* on."""
        yield from self.all[bisect_left(self._starts, place) :]

    def operator(self, place: tuple[int, int], sign: str) -> tuple[int, int]:
        """Return where the first *sign* from *place* on stands."""
        return next(token[:2] for token in self.after(place) if token[2] == sign)


def edits(tree: ast.Module, tokens: Tokens) -> list[Edit]:
    """Return the edits to the operators and decimal literals of *tree*, those further out before those inside.

    The value of an expression at its end becomes that of ``ironcage_answer``.

    Raises:
        InexactError: a literal has too many digits.
    """
    opening: list[Edit] = []
    closing: list[Edit] = []
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        answer = tree.body[-1]
        opening.append(_at(tokens.place(answer.lineno, answer.col_offset), "ironcage_answer = ("))
        closing.append(_at(_end(answer.value, tokens, outside=True), ")"))
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and type(node.op) in _NAMES:
            sign, name = _NAMES[type(node.op)]
            opening += [_at(_start(node, tokens), f"ironcage_{name}("), _comma(node.left, sign, tokens)]
            closing.append(_at(_end(node, tokens), ")"))
        elif isinstance(node, ast.Compare):
            sign, name = _NAMES[type(node.ops[0])]
            comma = _comma(node.left, sign, tokens)
            opening += [_at(_start(node, tokens), f"ironcage_{name}("), comma]
            if sign == "not":
                opening.append(Edit(*tokens.operator((comma.line, comma.column), "in"), 2, ""))
            closing.append(_at(_end(node, tokens), ")"))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and type(node.op) in _NAMES:
            sign, name = _NAMES[type(node.op)]
            name = "extend" if name == "add" else name
            place = tokens.operator(_end(node.target, tokens), f"{sign}=")
            opening.append(Edit(*place, len(sign) + 1, f"= ironcage_{name}({mangled(node.target.id)}, "))
            closing.append(_at(_end(node.value, tokens, outside=True), ")"))
        elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice | ast.Constant):
            opening.append(_at(_start(node.slice, tokens), "ironcage_index("))
            closing.append(_at(_end(node.slice, tokens), ")"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            opening.append(_decimal(node, tokens))
    return closing[::-1] + opening


def _at(place: tuple[int, int], text: str) -> Edit:
    return Edit(*place, 0, text)


def _comma(left: ast.expr, sign: str, tokens: Tokens) -> Edit:
    return Edit(*tokens.operator(_end(left, tokens), sign), len(sign), ",")


def _start(node: ast.expr, tokens: Tokens) -> tuple[int, int]:
    return tokens.place(node.lineno, node.col_offset)


def _end(node: ast.expr, tokens: Tokens, outside: bool = False) -> tuple[int, int]:
    """Return where *node* ends; where it is all that is left of a statement, after the parentheses around it."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    end = tokens.place(node.end_lineno, node.end_col_offset)
    if outside:
        for line, column, text, kind in tokens.after(end):
            if kind in (tokenize.NEWLINE, tokenize.ENDMARKER) or text == ";":
                break
            if text == ")":
                end = line, column + 1
    return end


def _decimal(node: ast.Constant, tokens: Tokens) -> Edit:
    line, column = _start(node, tokens)
    _, end = _end(node, tokens)
    written = next(tokens.after((line, column)))[2]
    number = Decimal(written)
    places = -int(number.as_tuple().exponent)
    if max(places, 0, len(number.as_tuple().digits)) > _PLACES or number.adjusted() > _PLACES:
        raise InexactError(line, column)
    return Edit(line, column, end - column, f"RustDecimal({format(number, 'f')!r})")
