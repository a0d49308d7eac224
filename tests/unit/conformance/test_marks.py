"""What the placeholder scripts do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ironcage.clock import VirtualClock
from ironcage.conformance.marks import TEN_SECONDS, Mark, Marks, UnknownScriptError
from ironcage.feel import variable
from ironcage.program import Kind, Node, Script, Setting
from ironcage.world import Answer


def task(script):
    return Node("t", 1, Kind.SCRIPT_TASK, script=Script("application/x-starlark", script))


@pytest.fixture
def marks():
    return Marks(VirtualClock(TEN_SECONDS))


def test_a_script_leaves_its_token(marks):
    assert marks.takes(task("SCRIPT_task1"), {}) == 0
    assert marks.does(task("SCRIPT_task1"), {}) == Answer()
    assert marks.trace == [Mark("SCRIPT_task1", "t")]


@pytest.mark.parametrize(("word", "tokens"), [("", []), ("_AND_LOG", ["INCREMENT"])])
def test_incrementing_adds_one_to_the_variable(marks, word, tokens):
    answer = marks.does(task(f"INCREMENT_INTEGER_VARIABLE{word}"), {"integerVariable": Decimal(2)})
    assert answer == Answer({"integerVariable": Decimal(3)})
    assert marks.tokens(()) == tokens


def test_a_marker_is_told_once_at_the_end_and_only_where_it_is_expected(marks):
    for script in ("CREATE_MARKER_FILE", "CREATE_MARKER_FILE", "SCRIPT_task1"):
        marks.does(task(script), {})
    assert marks.tokens(("MARKER_exists", "SCRIPT_task1")) == ["SCRIPT_task1", "MARKER_exists"]
    assert marks.tokens(("SCRIPT_task1",)) == ["SCRIPT_task1"]


@pytest.mark.parametrize(("data", "tokens"), [("String", ["DATA_correct"]), ("other", [])])
def test_data_are_right_if_the_text_that_was_set_is_read_back(marks, data, tokens):
    assert marks.does(task("SET_STRING_DATA"), {}) == Answer({"data": "String"})
    marks.does(task("LOG_DATA"), {"data": data})
    assert marks.tokens(("DATA_correct",)) == tokens


def test_data_outputs_and_inputs_are_what_is_set_and_read_back(marks):
    giving = replace(task("SET_STRING_DATA"), outputs=(Setting("store", variable("out")),))
    assert marks.does(giving, {}) == Answer({"data": "String", "out": "String"})
    taking = replace(task("LOG_DATA"), inputs=(Setting("in", variable("store")),))
    marks.does(taking, {"in": "other"})
    assert marks.tokens(("DATA_correct",)) == []
    marks.does(taking, {"in": "String"})
    assert marks.tokens(("DATA_correct",)) == ["DATA_correct"]


def test_an_error_is_thrown_with_its_code(marks):
    assert marks.does(task("THROW_ERROR"), {}) == Answer(error="ERR_CODE")


@pytest.mark.parametrize(("later", "tokens"), [(1, ["EXECUTION_parallel"]), (TEN_SECONDS, [])])
def test_scripts_that_log_their_time_ran_in_parallel_if_their_times_overlap(marks, later, tokens):
    assert marks.takes(task("CREATE_TIMESTAMP_LOG_1"), {}) == TEN_SECONDS
    marks.does(task("CREATE_TIMESTAMP_LOG_1"), {})
    marks.clock.move_to(TEN_SECONDS + later)
    marks.does(task("CREATE_TIMESTAMP_LOG_2"), {})
    assert marks.tokens(()) == tokens


def test_a_script_that_is_no_placeholder_is_refused(marks):
    with pytest.raises(UnknownScriptError) as caught:
        marks.takes(task("x = 1"), {})
    assert caught.value.fields == {"element": "t", "script": "x = 1"}


def test_work_that_is_no_script_is_left_open(marks):
    assert marks.takes(Node("u", 1, Kind.SERVICE_TASK, service="call"), {}) is None
