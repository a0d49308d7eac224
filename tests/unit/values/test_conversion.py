from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType

import pytest
from any_values import any_values
from hypothesis import given

from ironcage.messages import speaking
from ironcage.values import NotAValueError, Value, ValueKind, conforms, kind_of, plain


class Word(StrEnum):
    A = "a"


class Number(IntEnum):
    ONE = 1


class Odd(tzinfo):
    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta()

    dst = utcoffset

    def tzname(self, _: datetime | None) -> str:
        return "odd"


@given(any_values)
def test_a_value_stays_as_it_is(value: Value) -> None:
    assert plain(value) == value


def test_ints_tuples_and_mappings_become_values() -> None:
    handed_over = MappingProxyType({"n": 3, "l": (1, [True]), "o": OrderedDict(a=None)})
    assert plain(handed_over) == {"n": Decimal(3), "l": [Decimal(1), [True]], "o": {"a": None}}
    assert type(plain(handed_over)) is dict


@pytest.mark.parametrize(
    ("handed_over", "path"),
    [
        ({"items": [{"price": 1.5}]}, "$.items[0].price"),
        (Word.A, "$"),
        (Number.ONE, "$"),
        ([b"bytes"], "$[0]"),
        ({1: "x"}, "$"),
        ("a\0b", "$"),
        ({"\ud800": 1}, "$"),
        ([datetime(2011, 7, 1, tzinfo=Odd())], "$[0]"),
        (10**35, "$"),
        (Decimal("NaN"), "$"),
        (Decimal("1E+6200"), "$"),
        ({1, 2}, "$"),
    ],
)
def test_what_is_not_case_data_is_refused_with_its_path(handed_over: object, path: str) -> None:
    with pytest.raises(NotAValueError) as refused:
        plain(handed_over)
    assert refused.value.fields["path"] == path
    assert path in str(refused.value)


def test_a_float_is_refused_with_the_way_out() -> None:
    with speaking("en"), pytest.raises(NotAValueError, match="hand over a Decimal or a text"):
        plain({"price": 0.1})


def test_what_contains_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(NotAValueError):
        plain(endless)


@given(any_values)
def test_every_value_is_of_one_kind(value: Value) -> None:
    assert [kind for kind in ValueKind if conforms(value, kind)] == [kind_of(value)]


def test_a_schema_names_kinds_by_their_words() -> None:
    assert conforms("x", "text")
    assert not conforms(True, "number")
    assert not conforms(None, "text")
