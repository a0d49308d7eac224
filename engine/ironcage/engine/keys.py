"""Correlation keys as texts, so that an index finds them: equal values give equal texts."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.values import NotAValueError, to_json

if TYPE_CHECKING:
    from ironcage.machine.step import Key
    from ironcage.program import Message
    from ironcage.values import Value

_LONGEST = 200
"""A longer text is known by its digest."""

_NEVER = "null"
"""No key is written like this: they are lists, or digests."""


def written(key: Key) -> str:
    """Return *key* as text, empty for none.

    What is null, or no value at all (a built-in function, where the payload has nothing of that name), is nothing to go
    by: such a key is none.
    """
    if not key or any(value is None for value in key):
        return ""
    try:
        return _short(to_json([_normal(value) for value in key]))
    except NotAValueError:
        return ""


def awaited(key: Key) -> str:
    """Return the *key* that a wait names as text, empty for a wait that names none.

    A wait whose key turned out to be null names one that no message has: it must not take the messages of others.
    """
    return written(key) or (_NEVER if key else "")


def way_of(message: Message) -> str:
    """Return how the key of *message* is read off its payload, as text: empty where it is not."""
    return _short(to_json([each.text for each in message.found])) if message.found else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _normal(value: Value) -> Value:
    """Return the value that stands for all that equal it: 1 for 1.0, the instant in UTC for any zone."""
    if isinstance(value, Decimal):
        return _shortest(value)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC)
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if isinstance(value, dict):
        return {name: _normal(each) for name, each in value.items()}
    return value


def _shortest(number: Decimal) -> Decimal:
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "a value is a finite number"
    if not any(digits):
        return Decimal(0)
    while digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    return Decimal((sign, digits, exponent))
