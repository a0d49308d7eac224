"""A process folder becomes a definition, or every fault in it is named."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from running import definition
from written_models import written

from ironcage import definitions, spiff
from ironcage.definitions import NoFolderError, load, load_files, restore
from ironcage.faults import Fault, FaultyError, Level
from ironcage.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.program import Program

Files = dict[str, bytes]
PROCESSES = Path(__file__).parents[3] / "processes"


def faults_of(files: Files) -> list[Fault]:
    with pytest.raises(FaultyError) as refused:
        load_files(files, "report")
    return refused.value.faults


def edited(files: Files, name: str, old: str, new: str) -> Files:
    body = files[name].decode()
    assert old in body
    return {**files, name: body.replace(old, new).encode()}


def test_a_good_folder_has_no_faults(folder: Path) -> None:
    assert definitions.check(folder) == []


def test_a_definition_says_what_the_folder_says(folder: Path, files: Files) -> None:
    definition = load(folder)
    assert (definition.key, definition.owner, definition.title) == ("report", "the tests", Text("报告", "Report"))
    assert definition.zone.key == "Asia/Shanghai"
    assert [node.id for node in definition.program.nodes] == ["s", "route", "handle", "e"]
    assert definition.program.decisions["routing"].file.endswith("report/routing.dmn")
    assert definition.maps == {"old": "old.toml"}
    assert definition.files == files
    assert definition.model.file.endswith("report/report.bpmn")


def test_names_and_roles_are_in_both_languages(folder: Path) -> None:
    definition = load(folder)
    assert definition.roles == {"office": Text("办公室", "Office"), "hall": Text("厅", "厅")}
    assert definition.names["route"] == Text("派遣", "Route")
    assert definition.names["e"] == Text("结案", "结案")
    assert definition.names["p"] == Text("报告", "Report")
    assert "s" not in definition.names


def test_a_process_that_has_one_name_in_its_file_is_called_by_its_title() -> None:
    loaded = definition({"s": "start", "e": "end"}, "s -> e")
    assert loaded.names["p"] == loaded.title == Text("测试流程", "A process for tests")


def test_bytes_from_elsewhere_make_the_same_definition(folder: Path, files: Files) -> None:
    there, here = load(folder), load_files(files, "report@1")
    assert here.digest == there.digest
    assert replace(here.program, decisions={}) == replace(there.program, decisions={})


def test_every_file_that_is_named_counts_for_the_digest_and_no_other(files: Files) -> None:
    digest = load_files(files, "report").digest
    for name in files:
        assert load_files({**files, name: files[name] + b"\n"}, "report").digest != digest
    assert load_files({**files, "README.md": b"words"}, "report").digest == digest
    assert len(digest) == 32


def test_names_and_bodies_cannot_be_shifted_without_changing_the_digest() -> None:
    from ironcage.definitions.definition import digest

    assert digest({"a": b"bc"}) != digest({"ab": b"c"})
    assert digest({"a": b"", "b": b""}) != digest({"a": b"b"})


def test_a_folder_that_is_not_there_is_a_mistake_of_the_call(tmp_path: Path) -> None:
    for act in (load, definitions.check):
        with pytest.raises(NoFolderError):
            act(tmp_path)


def test_faults_of_all_files_are_named_in_one_run(files: Files) -> None:
    bad = edited(files, "process.toml", 'owner = "the tests"', "owner = 3")
    bad = edited(bad, "routing.dmn", "UNIQUE", "UNIQ")
    bad = edited(bad, "report.bpmn", "userTask", "implicitThrowEvent")
    named = {(fault.file, fault.rule) for fault in faults_of(bad)}
    assert {"report/process.toml", "report/routing.dmn", "report/report.bpmn"} == {file for file, _ in named}
    assert ("report/process.toml", "settings-type") in named
    assert ("report/report.bpmn", "unsupported-element") in named


@pytest.mark.parametrize(
    ("name", "rule"),
    [("process.toml", "settings-missing-key"), ("report.bpmn", "process-file-missing"),
     ("routing.dmn", "process-file-missing"), ("old.toml", "process-file-missing")],
)  # fmt: skip
def test_a_missing_file_is_named(files: Files, name: str, rule: str) -> None:
    del files[name]
    assert rule in {fault.rule for fault in faults_of(files)}


def test_a_decision_that_could_not_be_read_is_not_missed_a_second_time(files: Files) -> None:
    faults = faults_of({**files, "routing.dmn": b"<x/>"})
    assert "unknown-decision" not in {fault.rule for fault in faults}


def test_a_fault_in_one_table_hides_neither_those_of_others_nor_what_is_missed(files: Files) -> None:
    files = edited(files, "process.toml", '["routing.dmn"]', '["routing.dmn", "again.dmn", "broken.dmn"]')
    files = edited(files, "report.bpmn", 'ref="routing"', 'ref="rooting"')
    again = (
        files["routing.dmn"].replace(b'id="routing"', b'id="again"').replace(b"<rule", b"<rule><!-- --></rule><rule", 1)
    )
    twice = files["routing.dmn"].replace(b"</rule>", b"</rule>" + _first_rule(files["routing.dmn"]), 1)
    faults = faults_of({**files, "routing.dmn": twice, "again.dmn": again, "broken.dmn": b"<x"})
    found = {(fault.file, fault.rule) for fault in faults}
    assert {("report/routing.dmn", "dmn-duplicate"), ("report/again.dmn", "dmn-row")} < found
    assert ("report/broken.dmn", "xml-malformed") in found
    assert "unknown-decision" not in {fault.rule for fault in faults}  # it may be in the file that cannot be read
    sound = {**edited(files, "process.toml", ', "broken.dmn"', ""), "again.dmn": again}
    assert "unknown-decision" in {fault.rule for fault in faults_of(sound)}


def _first_rule(source: bytes) -> bytes:
    return source[source.index(b"<rule") : source.index(b"</rule>")].replace(b'rule id="', b'rule id="x') + b"</rule>"


def test_a_decision_may_stand_in_one_file_only(files: Files) -> None:
    files = edited(files, "process.toml", '["routing.dmn"]', '["routing.dmn", "again.dmn"]')
    faults = faults_of({**files, "again.dmn": files["routing.dmn"]})
    assert [(fault.rule, fault.file, fault.element) for fault in faults] == [
        ("decision-twice", "report/again.dmn", "routing")
    ]


def test_warnings_deploy_and_are_kept(files: Files) -> None:
    files = edited(files, "process.toml", "[roles.office]", "[roles.attic]")
    (fault,) = load_files(files, "report").faults
    assert (fault.rule, fault.level) == ("role-without-lane", Level.WARNING)


def test_a_variable_nobody_declares_is_warned_of(files: Files) -> None:
    bad = edited(files, "report.bpmn", 'result="unit"', 'result="unti"')
    warnings = load_files(bad, "report").faults
    assert [(fault.rule, fault.element, fault.fields["variable"]) for fault in warnings] == [
        ("undeclared-variable", "route", "unti")
    ]


@pytest.mark.parametrize(
    ("old", "new", "variable"),
    [('unit="unit"', 'unit="unti"', "unti"), ('at="target"', 'at="tarket"', "tarket")],
)
def test_a_variable_nothing_brings_is_warned_of(files: Files, old: str, new: str, variable: str) -> None:
    (fault,) = load_files(edited(files, "report.bpmn", old, new), "report").faults
    assert (fault.rule, fault.element, fault.fields["variable"]) == ("unknown-variable", "handle", variable)


def test_what_people_are_to_yield_must_be_declared_for_they_bring_nothing_else(files: Files) -> None:
    loop = """<multiInstanceLoopCharacteristics><extensionElements><ironcage:collections items="[1]" output="unit"
      outputItem="opinion"/></extensionElements></multiInstanceLoopCharacteristics></userTask>"""
    (fault,) = load_files(edited(files, "report.bpmn", "</userTask>", loop), "report").faults
    assert (fault.rule, fault.element, fault.fields["variable"]) == ("unknown-variable", "handle", "opinion")


def test_what_a_table_asks_for_must_be_brought_too(files: Files) -> None:
    (fault,) = load_files(edited(files, "routing.dmn", "<text>kind</text>", "<text>knid</text>"), "report").faults
    assert (fault.rule, fault.element, fault.fields["variable"]) == ("unknown-variable", "route", "knid")


CARRIED = """<process id="p" isExecutable="true">
s: startEvent
<userTask id="early"><extensionElements><ironcage:assignment unit="{early}"/></extensionElements></userTask>
{between}
<userTask id="late"><extensionElements><ironcage:assignment unit="{late}"/></extensionElements></userTask>
e: endEvent
s -> early
early -> m
m -> late
late -> e
</process>
<message id="paid" name="paid"/>"""
PLAIN = """key = "report"\nowner = "o"\nmodel = "report.bpmn"\ntime_zone = "UTC"\n[title]\nzh = "报"\nen = "R"
[data.kind]\ntype = "text"\n"""


def carried(between: str, early: str, late: str) -> list[tuple[str, str]]:
    model = written(CARRIED.format(between=between, early=early, late=late)).source
    found = load_files({"process.toml": PLAIN.encode(), "report.bpmn": model}, "report").faults
    return [(fault.element, str(fault.fields["variable"])) for fault in found if fault.rule == "unknown-variable"]


def test_a_message_may_bring_anything_to_what_comes_after_it_and_nothing_to_what_comes_before() -> None:
    message = '<receiveTask id="m" messageRef="paid"/>'
    assert carried(message, "amount", "amount") == [("early", "amount")]
    mapped = '<receiveTask id="m" messageRef="paid"><extensionElements><ironcage:output variable="kind" value="x"/>'
    assert carried(f"{mapped}</extensionElements></receiveTask>", "kind", "amount") == [("late", "amount")]


@pytest.mark.parametrize(
    ("script", "known", "unknown"),
    [
        ("amount = 1\nif kind:\n  fee = 2", ["amount", "fee"], ["amonut", "_rest"]),
        ('variables["amount"] = 1', ["amount", "anything"], []),
    ],
)
def test_a_script_brings_what_it_gives_values_to(script: str, known: list[str], unknown: list[str]) -> None:
    task = f'<scriptTask id="m" scriptFormat="starlark"><script>{script}</script></scriptTask>'
    assert [name for name in known + unknown if carried(task, "kind", name)] == unknown


def test_what_a_call_gives_is_known_to_what_it_calls() -> None:
    called = """<callActivity id="m" calledElement="q"><extensionElements><ironcage:call {all}/>
<ironcage:input variable="x" value="kind"/></extensionElements></callActivity>"""
    inner = """</process><process id="q" isExecutable="true">
s2: startEvent
<userTask id="look"><extensionElements><ironcage:assignment unit="{reads}"/></extensionElements></userTask>
e2: endEvent
s2 -> look
look -> e2
</process>"""

    def unknown(reads: str, everything: str = "") -> list[tuple[str, str]]:
        text = CARRIED.replace("</process>", inner.replace("{reads}", reads)).replace("{between}", called)
        model = written(text.format(all=everything, early="kind", late="kind")).source
        found = load_files({"process.toml": PLAIN.encode(), "report.bpmn": model}, "report").faults
        return [(each.element, str(each.fields["variable"])) for each in found if each.rule == "unknown-variable"]

    assert unknown("x") == []
    assert unknown("y") == [("look", "y")]


def disagreeing(change: Callable[[Program], Program]) -> Callable[..., Program]:
    """Return a second reader that reads the file otherwise."""
    read = spiff.compile
    return lambda *arguments: change(read(*arguments))


@pytest.mark.parametrize(
    ("change", "element", "line", "field"),
    [
        (lambda p: replace(p, nodes=(replace(p.nodes[0], name="x"), *p.nodes[1:])), "s", 5, "name"),
        (lambda p: replace(p, flows=(replace(p.flows[0], line=1), *p.flows[1:])), "s_route", 14, "line"),
        (lambda p: replace(p, nodes=p.nodes[:-1]), "p", 0, "nodes"),
        (lambda p: replace(p, lanes=()), "p", 0, "lanes"),
        (lambda p: replace(p, name="y"), "p", 0, "name"),
    ],
)
def test_where_the_two_readers_differ_the_file_is_refused(
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Program], Program],
    element: str,
    line: int,
    field: str,
) -> None:
    monkeypatch.setattr(spiff, "compile", disagreeing(change))
    (fault,) = faults_of(files)
    assert (fault.rule, fault.file, fault.element) == ("readers-disagree", "report/report.bpmn", element)
    assert (fault.line, fault.fields["field"]) == (line, field)


def test_what_the_second_reader_cannot_read_is_refused(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Program:
        raise FaultyError([Fault("report/report.bpmn", 1, "", "second-reader", "no", "no")])

    monkeypatch.setattr(spiff, "compile", refuse)
    assert [fault.rule for fault in faults_of(files)] == ["second-reader"]


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PROCESSES.glob("*/process.toml")), ids=os.path.basename
)
def test_every_shipped_process_loads(folder: Path) -> None:
    assert all(fault.level is not Level.ERROR for fault in load(folder).faults)


def test_a_model_that_is_a_drawing_is_refused(files: Files) -> None:
    files["report.bpmn"] = written('<process id="p">\ns: startEvent\ne: endEvent\ns -> e\n</process>').source
    assert "not-executable" in {fault.rule for fault in faults_of(files)}


def test_what_was_deployed_is_restored_without_being_judged_again(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = load_files(files, "here")
    monkeypatch.setattr("ironcage.bpmn.examine", refuse_everything)
    monkeypatch.setattr("ironcage.spiff.compile", refuse_everything)
    monkeypatch.setattr("ironcage.dmn.check", refuse_everything)
    restored = restore(files, "here")
    assert restored.program == deployed.program
    assert restored.digest == deployed.digest
    with pytest.raises(FaultyError):
        load_files(files, "here")


def refuse_everything(*_: object) -> NoReturn:
    """Stand for a gate of a later release that is stricter than the one the files passed."""
    raise FaultyError([])


def test_every_executable_process_of_a_file_is_a_program(files: Files) -> None:
    second = '<process id="q" isExecutable="true">\ns: startEvent\n<userTask id="more" name="Mehr"/>\ne: endEvent\n'
    inner = written(second + "s -> more\nmore -> e\n</process>").source.split(b"\n", 1)[1]
    inner = inner.replace(b'id="s"', b'id="qs"').replace(b'id="e"', b'id="qe"')
    inner = inner.replace(b'sourceRef="s"', b'sourceRef="qs"').replace(b'targetRef="e"', b'targetRef="qe"')
    both = {**files, "report.bpmn": files["report.bpmn"].replace(b"</definitions>", inner)}
    definition = load_files(both, "report")
    assert list(definition.programs) == ["p", "q"]
    assert definition.program is definition.programs["p"]
    assert [node.id for node in definition.programs["q"].nodes] == ["qs", "more", "qe"]
    assert definition.names["more"] == Text("Mehr", "Mehr")
    assert restore(both, "report").programs == definition.programs
