from __future__ import annotations

import json

import pytest
from between import write


@pytest.fixture
def permits(ironcage, tmp_path):
    """Return the command with a process that waits for a payment by its number, and calls another."""
    assert ironcage("deploy", write("permit", tmp_path), write("inspection", tmp_path)).code == 0
    return ironcage


def _start(ironcage, number: str) -> str:
    return ironcage("start", "permit", "--key", number, "--data", json.dumps({"number": number})).out.strip()


def test_a_message_finds_its_case_by_its_name(permits):
    case = _start(permits, "7")
    answered = permits("message", "已缴费", "--to", case, "--data", '{"width": 3}', "--actor", "bank", "--json")
    assert (answered.code, answered.data) == (0, {"outcome": "received", "case": case, "kept_until": None})
    shown = permits("case", "show", case, "--json").data
    assert shown["variables"] == {"number": "7", "width": 3}
    assert [(wait["kind"], wait["name"]) for wait in shown["waits"]] == [
        ("call", "inspection/permit/7/inspect/1"),
        ("signal", "台风停工"),
    ]
    called = permits("case", "show", "inspection/permit/7/inspect/1", "--json").data
    assert called["parent"] == case


def test_a_message_finds_its_case_by_its_key(permits):
    cases = [_start(permits, number) for number in ("7", "8")]
    refused = permits("message", "已缴费", "--key", '"9"')
    assert refused.code == 1
    assert "--ttl" in refused.err
    assert permits("message", "已缴费", "--key", '["8"]', "--json").data["case"] == cases[1]


def test_a_message_can_be_kept(permits):
    kept = permits("message", "已缴费", "--key", '"9"', "--ttl", "P1D")
    assert kept.code == 0
    assert "kept until" in kept.out
    _start(permits, "9")
    assert [task["element"] for task in permits("tasks", "--json").data] == ["look"]
    assert permits("message", "已缴费", "--ttl", "tomorrow").code == 2


def test_a_message_kept_in_vain_is_listed_until_it_is_given_up(permits):
    permits("message", "已缴费", "--key", '"9"', "--ttl", "PT0.000001S")
    permits("worker", "--once")
    (incident,) = permits("incident", "list", "--json").data
    assert (incident["case"], incident["kind"]) == ("已缴费", "ExpiredMessageError")
    assert "消息 已缴费" in permits("--lang", "zh", "incident", "list").out
    assert permits("incident", "dismiss").code == 2
    assert permits("incident", "dismiss", "已缴费", "--json").data == []
    assert permits("incident", "list", "--json").data == []
    assert permits("incident", "dismiss", "已缴费").code == 1


def test_what_a_case_waits_for_is_shown_to_people(permits):
    case = _start(permits, "7")
    shown = permits("case", "show", case).out
    assert "已缴费" in shown
    assert '["7"]' in shown
    assert "消息" in permits("--lang", "zh", "case", "show", case).out


def test_the_instants_of_a_case_are_shown_in_the_zone_of_its_process(permits):
    case = _start(permits, "7")
    opened = permits("case", "show", case).out.splitlines()[1]
    assert opened.startswith("opened ")
    assert "+0800, closed" in opened


def test_a_signal_reaches_all(permits):
    for number in ("7", "8"):
        permits("message", "已缴费", "--to", _start(permits, number))
    answered = permits("signal", "台风停工", "--json")
    assert (answered.code, answered.data) == (0, {"signal": "台风停工", "received": 2})
    assert {task["element"] for task in permits("tasks", "--json").data} == {"later"}


def test_a_case_is_cancelled_with_a_reason(permits):
    case = _start(permits, "7")
    assert permits("case", "cancel", case).code == 2
    cancelled = permits("case", "cancel", case, "--reason", "申请人撤回", "--actor", "受理员", "--json")
    assert (cancelled.code, cancelled.data["status"]) == (0, "cancelled")
    assert cancelled.data["events"][-1]["payload"] == {"reason": "申请人撤回"}
    assert permits("case", "cancel", case, "--reason", "again").code == 1


def test_a_call_that_cannot_be_made_is_shown_and_tried_again(ironcage, tmp_path):
    ironcage("deploy", write("permit", tmp_path))
    case = _start(ironcage, "7")
    assert ironcage("message", "已缴费", "--to", case).code == 0
    shown = ironcage("case", "show", case, "--json").data
    assert [each["kind"] for each in shown["incidents"]] == ["CallOfNothingError"]
    assert "The call activity inspect can call nothing" in ironcage("case", "show", case).out
    assert "调用活动 inspect 无从调用" in ironcage("--lang", "zh", "case", "show", case).out
    assert [each["case"] for each in ironcage("incident", "list", "--json").data] == [case]
    ironcage("deploy", write("inspection", tmp_path))
    assert ironcage("incident", "retry", case, "--json").data == []
    assert [task["element"] for task in ironcage("tasks", "--json").data] == ["look"]
