from __future__ import annotations

import contextlib
from decimal import Decimal
from enum import Enum

import msgpack
import pytest
from any_values import any_values, exactly
from hypothesis import given
from hypothesis import strategies as st

from ironcage.values import (
    NotPackableError,
    StoredBytesError,
    Value,
    from_bytes,
    packed,
    to_bytes,
    unpack_extension,
)


@given(any_values)
def test_every_value_comes_back_from_bytes_with_sign_scale_zone_fold_and_order(value: Value) -> None:
    assert exactly(from_bytes(to_bytes(value))) == exactly(value)


@given(any_values)
def test_a_larger_structure_is_packed_in_one_call(value: Value) -> None:
    number, body = msgpack.unpackb(packed([7, {"variables": value}]), ext_hook=unpack_extension)
    assert number == 7
    assert exactly(body["variables"]) == exactly(value)


def test_a_number_takes_its_digits_and_two_bytes_more() -> None:
    assert len(to_bytes(Decimal(42))) == 4


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize("value", [Decimal("NaN"), Colour.RED, object(), {1, 2}, "\ud800"])
def test_what_is_not_case_data_is_not_stored(value: object) -> None:
    with pytest.raises(NotPackableError):
        to_bytes([value])  # type: ignore[list-item]  # that is the point


def test_what_is_nested_without_end_is_not_stored() -> None:
    value: list[Value] = []
    for _ in range(2000):
        value = [value]
    with pytest.raises(NotPackableError):
        to_bytes(value)


@given(st.binary(max_size=30))
def test_any_bytes_are_read_or_refused(stored: bytes) -> None:
    with contextlib.suppress(StoredBytesError):
        from_bytes(stored)
