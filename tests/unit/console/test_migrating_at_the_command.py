from __future__ import annotations

import json

import pytest
from bpmn_model import model
from running import _PROCESS, LIMITED, TWO_TASKS

from ironcage.engine.moving import Writer


@pytest.fixture
def put(ironcage, tmp_path):
    """Return a function that deploys the process p, drawn as ``bpmn_model`` says, as its next version."""

    def deploy(nodes, *flows):
        folder = tmp_path / "p"
        folder.mkdir(exist_ok=True)
        (folder / "process.toml").write_text(_PROCESS.format(key="p"), "utf-8")
        (folder / "p.bpmn").write_bytes(model(nodes, *flows, process="p"))
        assert ironcage("deploy", folder).code == 0

    return deploy


CHECKED = ({"s": "start", "a": "user", "c": "user", "b": "user", "e": "end"}, "s -> a", "a -> c", "c -> b", "b -> e")
RENAMED = ({"s": "start", "x": "user", "b": "user", "e": "end"}, "s -> x", "x -> b", "b -> e")


@pytest.fixture
def cases(ironcage, put):
    """Return the command with three cases of the first version: one at b, two at a."""
    put(*TWO_TASKS)
    for key in "123":
        assert ironcage("start", "p", "--key", key).code == 0
    (first,) = (task["name"] for task in ironcage("tasks", "--json").data if task["case"] == "p/1")
    assert ironcage("complete", first).code == 0
    return ironcage


def test_a_plan_says_how_many_and_why_not_with_element_and_line(cases, put):
    put(*CHECKED)
    planned = cases("migrate", "p", "--from", 1, "--to", 2, "--dry-run")
    assert planned.code == 1
    assert "would migrate: 2" in planned.out
    assert "cannot migrate: 1\n  p/1\n  - c:14: The new version leads through c before b" in planned.out
    assert "What cannot migrate stays on version 1 and is done there." in planned.out
    assert "--reason TEXT instead of --dry-run" in planned.out
    assert cases("case", "show", "p/2", "--json").data["version"] == 1


def test_for_programs_each_case_is_a_line_and_the_whole_the_last(cases, put):
    put(*CHECKED)
    *lines, whole = cases("migrate", "p", "--from", 1, "--to", 2, "--dry-run", "--json").lines
    by_case = {line["case"]: line for line in lines}
    assert {case: line["outcome"] for case, line in by_case.items()} == {
        "p/1": "refused", "p/2": "migrates", "p/3": "migrates"
    }  # fmt: skip
    assert by_case["p/1"]["reasons"][0] | {"what": ""} == {"element": "c", "line": 14, "what": ""}
    assert whole == {
        "type": "migration", "id": None, "process": "p", "from": 1, "to": 2, "renamed": {}, "gone": [], "added": ["c"],
        "counts": {"migrates": 2, "refused": 1},
    }  # fmt: skip


def test_it_is_done_with_a_reason_and_taken_back_by_its_id(cases, put):
    put(*CHECKED)
    assert cases("migrate", "p", "--from", 1, "--to", 2).code == 2, "without a reason"
    done = cases("migrate", "p", "--from", 1, "--to", 2, "--reason", "order 7", "--actor", "chief", "--json")
    assert done.code == 1, "one case stays"
    whole = done.lines[-1]
    assert whole["counts"] == {"migrated": 2, "refused": 1}
    shown = cases("case", "show", "p/2", "--json").data
    assert (shown["version"], shown["events"][-1]["transition"], shown["events"][-1]["actor"]) == (
        2,
        "migrate",
        "chief",
    )
    assert "case migrated to another version" in cases("case", "show", "p/2").out
    assert cases("claim", "p/3/4", "--actor", "li").code in (0, 1)
    back = cases("migrate", "--undo", whole["id"], "--reason", "order 8", "--json")
    assert back.lines[-1]["counts"]["undone"] >= 1
    assert cases("case", "show", "p/2", "--json").data["version"] == 1
    assert cases("verify").code == 0
    assert cases("db", "check").code == 0


def test_ids_that_changed_are_said_one_by_one_or_in_a_file(cases, put, tmp_path):
    put(*RENAMED)
    assert "--map" in cases("migrate", "p", "--from", 1, "--to", 2, "--dry-run").out
    (tmp_path / "ids.toml").write_text('a = "x"\n', "utf-8")
    for said in (("--map", "a=x"), ("--map-file", tmp_path / "ids.toml")):
        planned = cases("migrate", "p", "--from", 1, "--to", 2, "--dry-run", *said)
        assert planned.code == 0, planned.out
        assert "a becomes x" in planned.out
        assert "would migrate: 3" in planned.out or "would migrate: 2" in planned.out


def test_chinese_says_it_in_chinese(cases, put):
    put(*CHECKED)
    planned = cases("--lang", "zh", "migrate", "p", "--from", 1, "--to", 2, "--dry-run").out
    assert "不能迁移：1 件" in planned
    assert "会被跳过" in planned


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("p", "--from", 1), 2),
        (("p", "--from", 1, "--to", 1), 2),
        (("p", "--from", 1, "--to", 9, "--dry-run"), 1),
        (("q", "--from", 1, "--to", 2, "--dry-run"), 1),
        (("p", "--from", 1, "--to", 2, "--map", "a"), 2),
        (("p", "--from", 1, "--to", 2, "--map", "nobody=a", "--dry-run"), 1),
        (("p", "--from", 1, "--to", 2, "--map-file", "nowhere.toml"), 2),
        (("--undo", "nothing", "--reason", "x"), 1),
    ],
)
def test_what_cannot_be_meant_is_refused(cases, put, words, code):
    put(*LIMITED)
    answered = cases("migrate", *words)
    assert (answered.code, bool(answered.err)) == (code, True)


def test_a_mapping_file_that_is_none_is_refused_with_its_line(cases, put, tmp_path):
    put(*RENAMED)
    (tmp_path / "ids.toml").write_text("a = 1\n", "utf-8")
    answered = cases("migrate", "p", "--from", 1, "--to", 2, "--dry-run", "--map-file", tmp_path / "ids.toml")
    assert answered.code == 1
    assert "ids.toml:1" in answered.err


def test_where_no_case_runs_there_is_nothing_to_do(ironcage, put):
    put(*TWO_TASKS)
    put(*CHECKED)
    done = ironcage("migrate", "p", "--from", 1, "--to", 2, "--reason", "order 7")
    assert done.code == 0
    assert "No open case runs on version 1" in done.out
    assert json.loads(ironcage("migrate", "p", "--from", 1, "--to", 2, "--dry-run", "--json").out)["counts"] == {}


def test_a_case_with_which_something_unforeseen_goes_wrong_is_named_and_the_exit_code_says_so(cases, put, monkeypatch):
    put(*RENAMED)
    real = Writer.put

    def fail(self, case, *rest):
        return real(self, case, *rest) if case.key != "2" else int("!")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "put", fail)
        done = cases("migrate", "p", "--from", 1, "--to", 2, "--map", "a=x", "--reason", "order 7")
    assert done.code == 1
    assert "cannot migrate: 1\n  p/2\n  - Something went wrong with this case that nobody foresaw" in done.out
    again = cases("migrate", "p", "--from", 1, "--to", 2, "--map", "a=x", "--reason", "mended")
    assert again.code == 0
    assert "migrated: 1" in again.out
