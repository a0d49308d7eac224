"""Built-in functions on texts. Source: DMN 1.5, 10.3.4.3."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from ironcage.feel.functions.registry import builtin
from ironcage.feel.numbers import DECIMAL128, text_of, unsigned, whole
from ironcage.feel.ranges import Range
from ironcage.feel.temporal import feel_text
from ironcage.feel.types import FunctionValue
from ironcage.values.bounds import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.values import Value


@builtin("string", "from")
def string(value: Value) -> Value:
    """Return *value* as FEEL writes it; a text as it is."""
    return None if value is None else value if isinstance(value, str) else written(value)


def written(value: Value) -> str:
    """Return *value* as FEEL writes it, a text in quotation marks."""
    return _WRITERS.get(type(value), feel_text)(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {written(value.low if value.low is not None else value.high)})"
    opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{opening}{written(value.low)}..{written(value.high)}{closing}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    str: _quoted,
    Decimal: text_of,
    list: lambda value: "[" + ", ".join(map(written, value)) + "]",
    dict: lambda value: "{" + ", ".join(f"{name}: {written(item)}" for name, item in value.items()) + "}",
    Range: _range,
    FunctionValue: lambda value: value.name,
}
"""How values are written; those of the calendar by ``feel_text``."""


@builtin("number", "from", "from, grouping separator, decimal separator")
def number(source: Value, grouping: Value = None, point: Value = None) -> Value:
    """Return the number *source* writes."""
    if not isinstance(source, str) or len(source) > 1000:
        return None
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and grouping == point):
        return None
    digits = source.replace(str(grouping), "") if grouping else source
    digits = digits.replace(str(point), ".") if point else digits
    if not digits.isascii() or not set(digits) <= set("0123456789+-.eE"):
        return None
    try:
        return unsigned(DECIMAL128.create_decimal(digits))
    except ArithmeticError:
        return None


@builtin("contains", "string, match")
def contains(text: Value, part: Value) -> Value:
    """Return whether *part* stands in *text*."""
    return part in text if isinstance(text, str) and isinstance(part, str) else None


@builtin("starts with", "string, match")
def starts_with(text: Value, part: Value) -> Value:
    """Return whether *text* begins with *part*."""
    return text.startswith(part) if isinstance(text, str) and isinstance(part, str) else None


@builtin("ends with", "string, match")
def ends_with(text: Value, part: Value) -> Value:
    """Return whether *text* ends with *part*."""
    return text.endswith(part) if isinstance(text, str) and isinstance(part, str) else None


@builtin("upper case", "string")
def upper_case(text: Value) -> Value:
    """Return *text* in capitals."""
    return text.upper() if isinstance(text, str) else None


@builtin("lower case", "string")
def lower_case(text: Value) -> Value:
    """Return *text* in small letters."""
    return text.lower() if isinstance(text, str) else None


@builtin("string length", "string")
def string_length(text: Value) -> Value:
    """Return the number of characters."""
    return Decimal(len(text)) if isinstance(text, str) else None


@builtin("substring", "string, start position, length?")
def substring(text: Value, start: Value, length: Value = None) -> Value:
    """Return *length* characters from position *start*, which counts from 1, or backwards from -1."""
    if not isinstance(text, str) or not isinstance(start, Decimal):
        return None
    first = whole(start)
    if first is None or not 1 <= abs(first) <= len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = whole(length.to_integral_value(ROUND_DOWN)) if isinstance(length, Decimal) else None
    return None if count is None or count < 1 else text[begin : begin + count]


@builtin("substring before", "string, match")
def substring_before(text: Value, part: Value) -> Value:
    """Return what stands before *part*; nothing if it does not stand in the text."""
    if not isinstance(text, str) or not isinstance(part, str):
        return None
    before, found, _ = text.partition(part) if part else ("", "", "")
    return before if found else ""


@builtin("substring after", "string, match")
def substring_after(text: Value, part: Value) -> Value:
    """Return what stands behind *part*; nothing if it does not stand in the text."""
    if not isinstance(text, str) or not isinstance(part, str):
        return None
    return text.partition(part)[2] if part else text


@builtin("string join", "list, delimiter?")
def string_join(items: Value, delimiter: Value = None) -> Value:
    """Return the texts of a list as one, *delimiter* between them; nulls are left out."""
    if not isinstance(items, list) or not (delimiter is None or isinstance(delimiter, str)):
        return None
    parts = [item for item in items if isinstance(item, str)]
    if len(parts) + items.count(None) < len(items):
        return None
    between = delimiter or ""
    length = sum(map(len, parts)) + len(between) * len(parts)
    return between.join(parts) if length <= CHARACTERS else None
