"""What scripts rely on: exit codes, shapes, and that nothing is said in the wrong place."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from ironcage.resources import folder
from ironcage_console.cli.commands import COMMANDS

REQUEST = json.dumps({"type": "Graffiti Removal", "queue": "PROP_GRAF_GraffitiRemoval"})


def start(ironcage, key: str) -> str:
    return ironcage("start", "service_request", "--key", key, "--data", REQUEST, "--actor", "ann").out.strip()


def task_of(ironcage, case: str) -> str:
    (task,) = ironcage("tasks", "--case", case, "--json").data
    return task["name"]


def test_every_command_has_help_in_both_languages(ironcage):
    for name in COMMANDS:
        english, chinese = ironcage(name, "--help"), ironcage("--lang", "zh", name, "--help")
        assert (english.code, chinese.code) == (0, 0), name
        assert f"ironcage {name}" in english.out


def test_an_unknown_command_or_option_is_usage(ironcage):
    assert ironcage("dance").code == 2
    assert ironcage("tasks", "--dance").code == 2
    assert ironcage().code == 2


def test_a_path_that_is_not_there_is_usage_and_is_named(ironcage, tmp_path):
    for words in (("check", "nowhere"), ("deploy", "nowhere"), ("import", "nowhere.csv", "--map", "nowhere.toml")):
        answered = ironcage(*words)
        assert answered.code == 2, words
        assert "nowhere" in answered.err
    assert ironcage("check", tmp_path).code == 2


def test_a_database_that_is_not_there_is_usage_and_says_what_to_do(ironcage, tmp_path):
    answered = ironcage("tasks")
    assert answered.code == 2
    assert "ironcage db upgrade" in answered.err
    assert answered.out == ""


def test_a_database_is_made_and_checked(ironcage):
    assert ironcage("db", "upgrade").code == 0
    assert ironcage("db", "check", "--json").data["current"] is True
    assert ironcage("tasks", "--json").data == []


def test_deploying_says_which_calls_lead_nowhere_yet(ironcage):
    patterns = folder("processes") / "patterns"
    caller, called = patterns / "call_subordinate", patterns / "called_inspection"
    alone = ironcage("deploy", caller, "--json").data
    assert alone[0]["calls_of_nothing"] == [{"element": "inspection", "process": "called_inspection"}]
    assert "inspection calls called_inspection, which is not deployed" in ironcage("deploy", caller).out
    together = ironcage("deploy", caller, called, "--json").data
    assert [each["calls_of_nothing"] for each in together] == [[], []]


def test_deploying_says_the_version_and_whether_it_is_new(ironcage, process):
    first, second = (ironcage("deploy", process, "--json").data for _ in range(2))
    assert [(each["process"], each["version"], each["new"]) for each in first + second] == [
        ("service_request", 1, True),
        ("service_request", 1, False),
    ]


def test_what_check_refuses_deploy_refuses(ironcage, process, tmp_path):
    copy = shutil.copytree(process, tmp_path / "service_request")
    model = copy / "service_request.bpmn"
    model.write_text(model.read_text().replace('targetRef="handle"', 'targetRef="nobody"'))
    faults = ironcage("check", copy, "--json")
    assert faults.code == 1
    errors = [fault for fault in faults.data if fault["level"] == "error"]
    assert errors
    assert all(fault["line"] > 0 and fault["file"].endswith(".bpmn") for fault in errors)
    assert ironcage("deploy", copy).code == 1
    assert ironcage("start", "service_request").code != 0


def test_rows_that_match_together_are_warnings_and_strict_makes_them_count(ironcage, process, tmp_path):
    copy = shutil.copytree(process, tmp_path / "service_request")
    table = copy / "routing_by_type.dmn"
    table.write_text(table.read_text("utf-8").replace('hitPolicy="COLLECT"', 'hitPolicy="UNIQUE"'), "utf-8")
    answered = ironcage("check", copy, "--json")
    assert answered.code == 0
    warnings = [fault for fault in answered.data if fault["level"] == "warning"]
    assert len(warnings) == 41
    assert {fault["file"].rpartition("/")[2] for fault in warnings} == {"routing_by_type.dmn"}
    assert ironcage("check", copy, "--strict").code == 1
    assert ironcage("check", process, "--strict").code == 0


def test_a_case_runs_and_is_shown(deployed):
    case = start(deployed, "A-1")
    assert case == "service_request/A-1"
    task = task_of(deployed, case)
    assert deployed("claim", task, "--actor", "ben").code == 0
    assert deployed("complete", task, "--actor", "ann").code == 1
    assert deployed("release", task, "--actor", "ben").code == 0
    done = deployed("complete", task, "--actor", "ben", "--json").data
    assert (done["case"], done["status"], done["tasks"]) == (case, "completed", [])
    shown = deployed("case", "show", case, "--json").data
    assert [event["seq"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))
    assert shown["status"] == "completed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("start", "service_request", "--key", "A-1", "--data", REQUEST), "service_request/A-1"),
        (("start", "nothing"), "nothing"),
        (("start", "service_request", "--data", '{"colour": "red"}'), "colour"),
        (("complete", "service_request/A-1/99"), "service_request/A-1/99"),
        (("complete", "service_request/none/1"), "service_request/none/1"),
        (("case", "show", "service_request/none"), "service_request/none"),
        (("erase", "service_request/none", "--order", "x"), "service_request/none"),
        (("rule", "explain", "no.rule"), "no.rule"),
        (("audit", "--rules", "no.rule"), "no.rule"),
    ],
)
def test_a_refusal_is_one_names_its_subject_and_records_nothing(deployed, tmp_path, words, said):
    start(deployed, "A-1")
    before = dump(tmp_path)
    answered = deployed(*words)
    assert answered.code == 1
    assert said in answered.err
    assert answered.out == ""
    assert dump(tmp_path) == before


def dump(folder) -> list[str]:
    with sqlite3.connect(folder / "ironcage.db") as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    "words",
    [
        ("start", "service_request", "--data", "{"),
        ("start", "service_request", "--data", "[1]"),
        ("audit", "--as-of", "yesterday"),
        ("audit", "--as-of", "2012-01-01T00:00:00"),
        ("audit", "--set", "nonsense"),
        ("audit", "--log", "x.csv"),
        ("incident", "retry"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(deployed, words):
    answered = deployed(*words)
    assert answered.code in (1, 2)
    assert answered.err.strip()
    assert "Traceback" not in answered.err


def test_completing_a_closed_task_is_refused_and_says_when_it_was_closed(deployed, tmp_path):
    task = task_of(deployed, start(deployed, "A-1"))
    deployed("complete", task, "--actor", "ben")
    before = dump(tmp_path)
    again = deployed("complete", task, "--actor", "eve")
    assert again.code == 1
    assert "ben" in again.err
    assert dump(tmp_path) == before


def test_findings_are_a_result_not_a_failure(deployed):
    start(deployed, "A-1")
    answered = deployed("audit", "--as-of", "2099-01-01T00:00:00+00:00", "--json")
    assert answered.code == 0
    found = [line for line in answered.lines if line["type"] == "finding"]
    assert [(each["rule"], each["case"]) for each in found] == [("deadlines.overdue", "service_request/A-1")]
    assert {"fingerprint", "subject", "severity", "occurred_at", "evidence"} <= found[0].keys()
    rules = {line["rule"]: line for line in answered.lines if line["type"] == "rule"}
    assert {"examined", "not_examined", "failed"} <= rules["deadlines.overdue"].keys()
    kept = deployed("findings", "--json").lines
    assert [each["fingerprint"] for each in kept] == [found[0]["fingerprint"]]


def test_a_log_is_audited_without_a_database(ironcage, process):
    sample = process / "sample/boston311-2011-q3-sample.csv"
    answered = ironcage("audit", "--log", sample, "--map", process / "boston311.toml", "--rules", "deadlines", "--json")
    assert answered.code == 0
    assert {line["rule"] for line in answered.lines if line["type"] == "rule"} == {
        "deadlines.overdue",
        "deadlines.too-fast",
    }


def test_a_parameter_out_of_bounds_is_refused_before_anything_runs(deployed):
    assert deployed("audit", "--set", "handling.bulk-closing:count=-5").code == 1
    assert deployed("findings", "--json").lines == []


def test_import_tells_how_many(ironcage, process):
    sample = process / "sample/boston311-2011-q3-sample.csv"
    told = ironcage("import", sample, "--map", process / "boston311.toml", "--json").data
    assert (told["cases"], told["rejected"]) == (2000, 0)
    assert ironcage("import", sample, "--map", process / "boston311.toml").code == 1


def test_output_goes_to_a_file(deployed, tmp_path):
    start(deployed, "A-1")
    answered = deployed("tasks", "--json", "--out", tmp_path / "tasks.json")
    assert answered.out == ""
    assert len(json.loads((tmp_path / "tasks.json").read_text())) == 1


def test_a_command_that_fails_leaves_the_file_it_would_have_written_as_it_was(deployed, tmp_path):
    made = tmp_path / "seal.json"
    made.write_text("an earlier seal", encoding="utf-8")
    assert deployed("seal", "--key", tmp_path / "missing.pem", "--out", made).code == 2
    assert deployed("tasks", "--out", tmp_path / "nowhere" / "tasks.txt").code == 2
    assert made.read_text(encoding="utf-8") == "an earlier seal"
    assert not list(tmp_path.glob("*.unfinished"))


def test_output_goes_to_a_device_without_replacing_it(deployed):
    assert deployed("tasks", "--out", os.devnull).code == 0
    assert not Path(os.devnull).is_file()


def test_a_process_that_is_installed_is_deployed_by_its_name(ironcage):
    assert ironcage("deploy", "service_request").code == 0
    assert ironcage("start", "service_request", "--data", '{"type": "X"}').code == 0
    assert ironcage("deploy", "no_such_process").code == 2


def test_a_record_is_sealed_altered_and_found_out(deployed, tmp_path):
    start(deployed, "A-1")
    assert deployed("seal", "--key", "key.pem", "--new-key", "--out", "seal.json").code == 0
    whole = deployed("verify", "--seal", "seal.json", "--json")
    assert (whole.code, whole.data["whole"]) == (0, True)
    with sqlite3.connect(tmp_path / "ironcage.db") as connection:
        connection.execute("UPDATE events SET actor = 'eve' WHERE seq = 1")
    broken = deployed("verify", "--json")
    assert broken.code == 1
    assert [(each["kind"], each["case"], each["seq"]) for each in broken.data["problems"]] == [
        ("altered-event", "service_request/A-1", 1)
    ]
    assert deployed("seal", "--key", "key.pem").code == 1


def test_erasing_empties_the_words_and_keeps_the_chain(deployed):
    data = json.dumps({**json.loads(REQUEST), "description": "call me at home"})
    case = deployed("start", "service_request", "--key", "A-1", "--data", data).out.strip()
    assert "call me" in deployed("case", "show", case, "--json").out
    erased = deployed("erase", case, "--order", "order 7 of the data office", "--json").data
    assert (erased["payloads"], erased["variables"]) == (1, ["description"])
    assert "call me" not in deployed("case", "show", case, "--json").out
    verified = deployed("verify", "--json").data
    assert (verified["whole"], verified["erased"]) == (True, 1)


def test_the_report_is_written_in_both_languages(deployed, tmp_path):
    start(deployed, "A-1")
    answered = deployed("report", "--dir", tmp_path / "report", "--as-of", "2099-01-01T00:00:00+00:00")
    assert answered.code == 0
    assert sorted(file.name for file in (tmp_path / "report").iterdir()) == [
        "report.html",
        "report.json",
        "report.txt",
        "report.zh.html",
    ]


def test_the_worker_does_what_is_due_once(deployed):
    start(deployed, "A-1")
    assert deployed("worker", "--once", "--json").data == {"incidents": []}
    assert deployed("incident", "list", "--json").data == []


def test_rules_are_listed_explained_and_tried(ironcage):
    assert "deadlines.overdue" in {rule["rule"] for rule in ironcage("rule", "list", "--json").data}
    assert "SELECT" in ironcage("rule", "explain", "deadlines.overdue").out
    tried = ironcage("rule", "test", "--json")
    assert tried.code == 0
    assert all(each["wrong"] == [] for each in tried.data)


def test_the_shipped_plugin_is_listed(ironcage):
    assert "ironcage_plugins" in {plugin["module"] for plugin in ironcage("plugin", "list", "--json").data["plugins"]}


def test_a_record_that_is_all_a_logs_is_examined_as_of_its_end(ironcage, process):
    ironcage("import", process / "sample/boston311-2011-q3-sample.csv", "--map", process / "boston311.toml")
    lines = ironcage("audit", "--rules", "deadlines.overdue", "--json").lines
    ended = lines[-1]["as_of"]
    assert ended < "2020"
    ironcage("deploy", process)
    start(ironcage, "A-1")
    assert ironcage("audit", "--rules", "deadlines.overdue", "--json").lines[-1]["as_of"] > ended


def test_a_case_is_shown_to_programs_as_data_not_as_text(deployed):
    case = start(deployed, "A-1")
    shown = deployed("case", "show", case, "--json").data
    assert shown["variables"]["department"] == "PROP"
    assert shown["events"][0]["facts"] == json.loads(REQUEST)
    assert shown["events"][0]["happened"] == shown["opened_at"]
