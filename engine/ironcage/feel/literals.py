"""Writes a value as the FEEL literal that means it."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel.functions.texts import written
from ironcage.feel.ranges import Range
from ironcage.feel.temporal import feel_text
from ironcage.feel.types import FunctionValue
from ironcage.values import Months

if TYPE_CHECKING:
    from ironcage.values import Value

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def literal(value: Value) -> str:
    """Return *value* as a literal; a function, which has none, by its name."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _number(value)
        case str():
            return f'"{value.translate(_ESCAPES)}"'
        case date() | time() | timedelta() | Months():
            return f'@"{feel_text(value)}"'
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return f"{{{', '.join(f'{literal(name)}: {literal(part)}' for name, part in value.items())}}}"
        case Range():
            if value.low is None or value.high is None:
                return written(value)
            ends = f"{literal(value.low)}..{literal(value.high)}"
            return f"{'[' if value.low_closed else '('}{ends}{']' if value.high_closed else ')'}"
        case FunctionValue():
            return f"function {value.name}".strip()
        case _:
            return f'@"{written(value)}"'  # a date that the record cannot hold


def _number(number: Decimal) -> str:
    exponent = number.as_tuple().exponent
    if number == number.to_integral_value() and isinstance(exponent, int) and -40 < exponent < 40:
        return f"{number.to_integral_value():f}"
    return f"{number.normalize():f}" if isinstance(exponent, int) and exponent > -60 else str(number)
