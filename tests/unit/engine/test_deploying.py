from __future__ import annotations

import sqlite3

import pytest
from running import LIMITED, TWO_TASKS, Running, definition

from ironcage.definitions import load_files
from ironcage.engine import UnknownProcessError
from ironcage.engine.catalogue import AlteredDefinitionError


def test_the_same_files_are_the_same_version(run):
    running = run()
    first = running.engine.deploy(definition(*TWO_TASKS))
    before = running.dump()
    again = running.engine.deploy(definition(*TWO_TASKS))
    assert (first.version, first.is_new, again.version, again.is_new) == (1, True, 1, False)
    assert running.dump() == before


def test_other_files_are_the_next_version_and_running_cases_stay_on_theirs(run):
    running = run(definition(*TWO_TASKS))
    old = running.engine.start("p")
    assert running.engine.deploy(definition(*LIMITED)).version == 2
    new = running.engine.start("p")
    assert [running.engine.case(case).version for case in (old, new)] == [1, 2]
    running.engine.complete(running.open_task(old))
    running.engine.complete(running.open_task(old))
    assert running.engine.case(old).status == "completed"


def test_what_is_deployed_within_a_transaction_is_the_newest_from_then_on(run):
    running = run(definition(*TWO_TASKS))
    with running.engine.batch():
        before = running.engine.start("p")
        running.engine.deploy(definition(*LIMITED))
        after = running.engine.start("p")
    assert [running.engine.case(case).version for case in (before, after)] == [1, 2]


def test_an_old_version_that_is_deployed_again_is_not_made_newest(run):
    running = run(definition(*TWO_TASKS), definition(*LIMITED))
    assert running.engine.deploy(definition(*TWO_TASKS)).version == 1
    assert running.engine.case(running.engine.start("p")).version == 2


def test_cases_run_on_the_files_in_the_database(run, url):
    case = run(definition(*TWO_TASKS)).engine.start("p")
    other = Running(url)
    other.engine.complete(other.open_task(case))
    assert other.engine.tasks(case=case)[0].element == "b"
    other.close()


def test_a_deployment_that_is_rolled_back_leaves_nothing_behind(run):
    running = run()

    def deploy_and_fail() -> None:
        with running.engine.batch():
            running.engine.deploy(definition(*LIMITED))
            running.engine.start("p")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deploy_and_fail()
    with pytest.raises(UnknownProcessError):
        running.engine.start("p")
    running.engine.deploy(definition({"s": "start", "z": "user", "e": "end"}, "s -> z", "z -> e"))
    case = running.engine.start("p")
    assert running.facts(case)[-1] == ("activity", "schedule", "z")


def test_what_every_case_must_pass_is_marked(run):
    running = run(definition(*LIMITED))
    with running.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT element, mandatory FROM definition_steps").all()
    assert {row.element for row in rows} == {"s", "a", "l", "b", "c", "e", "late"}
    assert {row.element for row in rows if row.mandatory} == set()
    running.engine.deploy(definition(*TWO_TASKS))
    with running.store.reading() as connection:
        mandatory = "SELECT element FROM definition_steps WHERE version = 2 AND mandatory = 1"
        rows = connection.exec_driver_sql(mandatory).all()
    assert {row.element for row in rows} == {"a", "b"}


def test_pairs_that_different_people_should_do_are_kept(run):
    running = run(definition(*TWO_TASKS, said={"b": '<separate from="a" control="observe"/>'}))
    with running.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT element, other FROM definition_separations").all()
    assert [tuple(row) for row in rows] == [("b", "a")]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "body", ["replace(body, '</', ' </')", "CAST(replace(body, '</', ' </') AS BLOB)", "x'00'", "7"]
)
def test_a_definition_that_was_altered_in_the_database_runs_no_case(run, url, body):
    case = run(definition(*TWO_TASKS)).engine.start("p")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute(f"UPDATE definition_files SET body = {body} WHERE name LIKE '%.bpmn'")
    other = Running(url)
    before = other.dump()
    for refused in (
        lambda: other.engine.start("p"),
        lambda: other.engine.complete(other.open_task(case)),
        lambda: other.engine.case(case),
    ):
        with pytest.raises(AlteredDefinitionError):
            refused()
    assert other.dump() == before
    other.close()


def test_every_process_of_a_file_runs_from_the_files_in_the_database(run, url):
    base = definition(*TWO_TASKS)
    source = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="urn:test">
    <process id="p" isExecutable="true">
      <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
      <callActivity id="c" calledElement="inner"/><sequenceFlow id="f2" sourceRef="c" targetRef="e"/>
      <endEvent id="e"/>
    </process>
    <process id="inner" isExecutable="true">
      <startEvent id="s2"/><sequenceFlow id="g1" sourceRef="s2" targetRef="t"/>
      <userTask id="t"/><sequenceFlow id="g2" sourceRef="t" targetRef="e2"/>
      <endEvent id="e2"/>
    </process></definitions>"""
    first = run(load_files({**base.files, "p.bpmn": source.encode()}, "p"))
    case = first.engine.start("p", key="k")
    other = Running(url)
    other.engine.complete(other.open_task("p.inner/p/k/c/1"))
    assert other.engine.case(case).status == "completed"
    with other.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT process, version FROM definitions ORDER BY process").all()
    assert [tuple(row) for row in rows] == [("p", 1), ("p.inner", 1)]
    other.close()
