from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from any_values import any_values, exactly
from hypothesis import given
from hypothesis import strategies as st

from ironcage.messages import speaking
from ironcage.values import JsonTextError, Months, NotAValueError, Value, from_json, to_json

NEW_YORK = ZoneInfo("America/New_York")


def in_name_order(value: Value) -> Value:
    if isinstance(value, dict):
        return {name: in_name_order(value[name]) for name in sorted(value)}
    return [in_name_order(item) for item in value] if isinstance(value, list) else value


@given(any_values)
def test_every_value_comes_back_from_json_with_sign_scale_zone_and_fold(value: Value) -> None:
    assert exactly(from_json(to_json(value))) == exactly(in_name_order(value))


@given(any_values)
def test_what_is_written_is_canonical_and_is_json(value: Value) -> None:
    written = to_json(value)
    assert to_json(from_json(written)) == written
    json.loads(written, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1.10"), "1.10"),
        (Decimal("-0"), "-0"),
        (Decimal("1E+3"), "1E+3"),
        ("街道\n", '"街道\\n"'),
        ({"b": None, "a": [True]}, '{"a":[true],"b":null}'),
        (date(2011, 7, 1), '{"$date":"2011-07-01"}'),
        (time(1, 2, 3, tzinfo=UTC), '{"$time":"01:02:03+00:00"}'),
        (
            datetime(2011, 7, 1, 1, 32, 33, tzinfo=NEW_YORK),
            '{"$datetime":"2011-07-01T01:32:33-04:00[America/New_York]"}',
        ),
        (timedelta(hours=26, seconds=0.5), '{"$duration":"P1DT2H0.5S"}'),
        (-timedelta(minutes=1), '{"$duration":"-PT1M"}'),
        (Months(-14), '{"$months":"-P1Y2M"}'),
        ({"$date": "x"}, '{"$context":{"$date":"x"}}'),
    ],
)
def test_each_kind_has_one_form(value: Value, written: str) -> None:
    assert to_json(value) == written


def test_the_hour_that_comes_twice_in_autumn_stays_distinct() -> None:
    first, second = (datetime(2011, 11, 6, 1, 30, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1))
    assert to_json(first) != to_json(second)
    again = from_json(to_json(second))
    assert isinstance(again, datetime)
    assert again.utcoffset() == second.utcoffset()


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_spring_leaves_out_comes_back_as_it_was(fold: int) -> None:
    missing = datetime(2011, 3, 13, 2, 30, tzinfo=NEW_YORK, fold=fold)
    assert exactly(from_json(to_json(missing))) == exactly(missing)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("[1,]", 1, 4),
        ('{"a": 1,\n "a": 2}', 2, 2),
        ("[1 2]", 1, 4),
        ('{"a" 1}', 1, 6),
        ("{1: 2}", 1, 2),
        ('"x', 1, 1),
        ('"\\ud800"', 1, 1),
        ('"\\u0000"', 1, 1),
        ("nul", 1, 1),
        ("NaN", 1, 1),
        ("01", 1, 2),
        ("1e9999", 1, 1),
        ("1" * 35, 1, 1),
        ("[\n  1,\n  x]", 3, 3),
        ('{"$date": "2011-02-30"}', 1, 1),
        ('{"$date": "2011-02-03", "b": 1}', 1, 1),
        ('{"$unknown": 1}', 1, 1),
        ("[" * 101 + "]" * 101, 1, 101),
        ("[" * 100_000, 1, 101),
        ("1 1", 1, 3),
    ],
)
def test_a_text_that_holds_no_value_is_refused_at_its_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(JsonTextError) as refused:
        from_json(text)
    assert (refused.value.fields["line"], refused.value.fields["column"]) == (line, column)


def test_a_refusal_says_what_is_wrong() -> None:
    with speaking("en"), pytest.raises(JsonTextError, match="JSON, line 1, column 8: the name a is given twice"):
        from_json('{"a":1,"a":2}')


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(JsonTextError):
        from_json(text)


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("sNaN12"), Decimal("Infinity"), Decimal("9" * 35), 1.5, "\ud800"]
)
def test_what_is_not_case_data_is_not_written(value: object) -> None:
    with pytest.raises(NotAValueError):
        to_json({"a": [value]})  # type: ignore[list-item]  # that is the point
