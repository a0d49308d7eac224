"""Case data fit the schema, or each field that does not is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ironcage.definitions import DataField, DataRefusedError, DataSchema
from ironcage.messages import Text, speaking
from ironcage.values import Months, ValueKind

SCHEMA = DataSchema(
    {
        "number": DataField(ValueKind.NUMBER, Text("数", "Number"), audit=True, required=True),
        "text": DataField(ValueKind.TEXT, Text("文", "Text"), personal=True),
        **{
            kind: DataField(ValueKind(kind), Text(kind, kind))
            for kind in ("date", "time", "date-time", "duration", "months")
        },
    }
)


def problems(data: dict[str, object], *, partial: bool = True) -> dict[str, str]:
    with pytest.raises(DataRefusedError) as refused, speaking("en"):
        SCHEMA.accept(data, partial=partial)
    with speaking("en"):
        return {problem.name: str(problem) for problem in refused.value.problems}


def test_data_that_fit_are_taken_as_values() -> None:
    assert SCHEMA.accept({"number": 1, "text": "a"}) == {"number": Decimal(1), "text": "a"}


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("date", "2011-07-01", date(2011, 7, 1)),
        ("time", "10:00:00", time(10)),
        ("date-time", "2011-07-01T10:00:00Z", datetime(2011, 7, 1, 10, tzinfo=UTC)),
        ("duration", "P1DT2H", timedelta(days=1, hours=2)),
        ("months", "P1Y", Months(12)),
    ],
)
def test_a_text_stands_for_what_json_has_no_word_for(name: str, written: str, value: object) -> None:
    assert SCHEMA.accept({name: written}, partial=True) == {name: value}


@pytest.mark.parametrize(
    ("name", "brought", "said"),
    [
        ("number", "1", "of the kind number, but is of the kind text"),
        ("number", True, "of the kind boolean"),
        ("text", 1, "of the kind number"),
        ("date", "2011-02-30", "'2011-02-30' does not say"),
        ("date", "yesterday", "'yesterday' does not say"),
        ("date-time", date(2011, 7, 1), "of the kind date"),
        ("number", 0.1, "is not case data"),
        ("text", "\0", "is not case data"),
    ],
)
def test_a_field_of_another_kind_is_named(name: str, brought: object, said: str) -> None:
    assert said in problems({name: brought})[name]


def test_every_bad_field_is_named_at_once() -> None:
    found = problems({"text": 1, "other": 2}, partial=False)
    assert list(found) == ["text", "other", "number"]
    assert "is no field of the process" in found["other"]
    assert "is missing" in found["number"]


def test_a_process_without_fields_says_so() -> None:
    with pytest.raises(DataRefusedError) as refused:
        DataSchema({}).accept({"other": 2})
    assert [problem.fields["known"] for problem in refused.value.problems] == ["-"]


def test_what_a_task_brings_need_not_be_complete() -> None:
    assert SCHEMA.accept({}, partial=True) == {}


def test_null_is_nothing_so_a_required_field_may_not_be_null() -> None:
    assert SCHEMA.accept({"text": None}, partial=True) == {"text": None}
    assert "is missing" in problems({"number": None}, partial=False)["number"]


def test_the_schema_says_which_fields_are_for_audit_and_which_are_personal() -> None:
    assert SCHEMA.audit_fields == {"number"}
    assert SCHEMA.personal_fields == {"text"}


@pytest.mark.parametrize(("language", "word"), [("en", "other"), ("zh", "other")])
def test_the_refusal_names_its_fields_in_either_language(language: str, word: str) -> None:
    with pytest.raises(DataRefusedError) as refused:
        SCHEMA.accept({"other": 1}, partial=True)
    with speaking(language):
        assert word in str(refused.value)
        assert "{" not in str(refused.value)
