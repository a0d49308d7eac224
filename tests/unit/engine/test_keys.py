from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from ironcage import feel
from ironcage.clock import Moment
from ironcage.engine.keys import written

NOON = datetime(2011, 7, 1, 12, tzinfo=UTC)
SAME = [
    (Decimal(1), Decimal("1.00")),
    (Decimal(100), Decimal("1E+2")),
    (Decimal(0), Decimal("-0.0")),
    (NOON, NOON.astimezone(timezone(timedelta(hours=8)))),
    ([Decimal("2.0")], [Decimal(2)]),
    ({"b": Decimal(1), "a": "x"}, {"a": "x", "b": Decimal("1.0")}),
]
OTHER = [(Decimal(1), "1"), ("a", "A"), (Decimal("0.1"), Decimal("0.1000000000000000000000000000000001"))]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_values_make_one_key(one, other):
    assert written((one,)) == written((other,)) != ""


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_values_make_other_keys(one, other):
    assert written((one,)) != written((other,))


def test_a_key_of_nothing_is_none():
    function = feel.compile("number").evaluate({}, Moment(0))
    assert [written(key) for key in ((), (None,), ("a", None), (function,))] == [""] * 4


def test_a_long_key_is_known_by_its_digest():
    keys = {written(("x" * 100_000 + end,)) for end in "ab"}
    assert len(keys) == 2
    assert max(map(len, keys)) < 100
