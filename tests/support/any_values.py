"""Every kind of case data, for hypothesis."""

from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ironcage.values import Months, Value

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = st.one_of(texts, st.sampled_from(["$date", "$context", "$", "a"]))
numbers = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(digits), exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=34),
    st.integers(-6000, 6000),
)
offsets = st.timedeltas(timedelta(hours=-18), timedelta(hours=18)).map(
    lambda length: timezone(timedelta(minutes=length // timedelta(minutes=1)))
)
zones = st.sampled_from(["America/New_York", "Asia/Shanghai", "Europe/Paris", "UTC"]).map(ZoneInfo)
any_zone = st.one_of(st.none(), offsets, zones)
scalars: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    texts,
    st.dates(),
    st.times(timezones=any_zone),
    st.datetimes(timezones=any_zone, allow_imaginary=True),
    st.timedeltas(),
    st.integers(-(10**6), 10**6).map(Months),
)
any_values: st.SearchStrategy[Value] = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4))
)


def exactly(value: Value) -> object:
    """Return what tells apart values that Python calls equal: signs, scales, zones, folds, the order of names."""
    if isinstance(value, list):
        return [exactly(item) for item in value]
    if isinstance(value, dict):
        return [(name, exactly(item)) for name, item in value.items()]
    zone = getattr(value, "tzinfo", None)
    offset = value.utcoffset() if zone is not None else None  # type: ignore[union-attr]  # only what has a zone
    return (type(value).__name__, str(value), str(zone), offset)
