"""Random data for the cases of a process definition: values of the declared kinds, and the texts its files speak of."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ironcage.values import Months, ValueKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.definitions import Definition
    from ironcage.values import Value

_TEXT = re.compile(r'(?:"|&quot;)([^"&<>]{1,40})(?:"|&quot;)')

_VALUES: Mapping[ValueKind, st.SearchStrategy[Value]] = {
    ValueKind.NUMBER: st.integers(-1, 100).map(Decimal),
    ValueKind.BOOLEAN: st.booleans(),
    ValueKind.DATE: st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    ValueKind.TIME: st.times().map(lambda at: time(at.hour, at.minute)),
    ValueKind.DATE_TIME: st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  # local ones, too
    ValueKind.DURATION: st.integers(0, 100).map(lambda days: timedelta(days=days)),
    ValueKind.MONTHS: st.integers(0, 100).map(Months),
    ValueKind.LIST: st.just([]),
    ValueKind.CONTEXT: st.just({}),
}


def values(definition: Definition) -> dict[str, st.SearchStrategy[Value]]:
    """Return what each declared field may be; a text is one that stands in quotes in some file, or none of them."""
    spoken = {text for body in definition.files.values() for text in _TEXT.findall(body.decode("utf-8", "replace"))}
    texts = st.sampled_from([*sorted(spoken), "something else"])
    return {name: st.none() | _VALUES.get(declared.kind, texts) for name, declared in definition.schema.fields.items()}
