"""The built-in function ``range``. Source: DMN 1.5, 10.3.4.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.cursor import Cursor
from ironcage.feel.functions.calendar import date_and_time, date_function, duration, time_function
from ironcage.feel.functions.registry import builtin
from ironcage.feel.numbers import DECIMAL128
from ironcage.feel.ranges import spanned
from ironcage.feel.temporal import at_literal
from ironcage.feel.tokens import FeelSyntaxError, TokenKind
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.values import Value

_CONSTRUCTORS: dict[tuple[str, ...], Callable[[str], Value]] = {
    ("date",): date_function,
    ("time",): time_function,
    ("duration",): duration,
    ("date", "and", "time"): date_and_time,
}
_NO_END = mark("a literal is expected here")


@builtin("range", "from")
def range_of(source: Value) -> Value:
    """Return the range *source* writes, between literals of one kind."""
    if not isinstance(source, str):
        return None
    try:
        return _read(Cursor(source))
    except (FeelSyntaxError, ArithmeticError):
        return None


def _read(cursor: Cursor) -> Value:
    opening = cursor.next()
    if opening.kind is not TokenKind.SIGN or opening.word not in ("(", "[", "]"):
        return None
    low = _end(cursor)
    cursor.expect("..")
    high = _end(cursor)
    closing = cursor.next()
    if closing.word not in (")", "]", "[") or cursor.token.kind is not TokenKind.END:
        return None
    return spanned(low, high, opening.word == "[", closing.word == "]")


def _end(cursor: Cursor) -> Value:
    sign = cursor.is_sign("-")
    if sign:
        cursor.next()
    token = cursor.next()
    value: Value = None
    match token.kind:
        case TokenKind.NUMBER:
            number = DECIMAL128.create_decimal(token.word)
            return DECIMAL128.minus(number) if sign else number
        case TokenKind.TEXT:
            value = token.word
        case TokenKind.TEMPORAL:
            value = at_literal(token.word)
        case TokenKind.NAME:
            value = _constructed(cursor, token.word)
        case _:
            pass
    if value is None or sign:
        cursor.refuse(_NO_END)
    return value


def _constructed(cursor: Cursor, word: str) -> Value:
    words = [word]
    while cursor.token.kind is TokenKind.NAME:
        words.append(cursor.next().word)
    cursor.expect("(")
    text = cursor.next()
    cursor.expect(")")
    constructor = _CONSTRUCTORS.get(tuple(words))
    return constructor(text.word) if constructor and text.kind is TokenKind.TEXT else None
