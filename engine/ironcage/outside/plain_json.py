"""Values as other systems know them: JSON without tags, and texts in an address."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ironcage.values import Months, to_json
from ironcage.values.temporal import text_of

if TYPE_CHECKING:
    from ironcage.values import Value


def plain_json(value: Value) -> str:
    """Return *value* as JSON; dates, times and durations are texts of ISO 8601, numbers keep their digits."""
    if isinstance(value, dict):
        entries = (f"{to_json(name)}:{plain_json(inner)}" for name, inner in value.items())
        return f"{{{','.join(entries)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(plain_json, value))}]"
    return to_json(_temporal(value))


def plain_text(value: Value) -> str | None:
    """Return *value* as it stands in an address; None for what has no such form: null, lists and contexts."""
    if value is None or isinstance(value, list | dict):
        return None
    return value if isinstance(value, str) else plain_json(value).strip('"')


def _temporal(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.isoformat()  # without the name of a zone, which the standard does not know
    return text_of(value) if isinstance(value, date | time | timedelta | Months) else value
