"""What process folders that are checked together mean to each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from written_models import written

from ironcage.definitions import check

Write = Callable[[str, str], Path]
CALLING = '<callActivity id="ask" calledElement="inspection"/>'
SETTINGS = 'key = "{key}"\nowner = "o"\nmodel = "m.bpmn"\ntime_zone = "UTC"\n[title]\nzh = "题"\nen = "T"\n{data}'
MESSAGES = """<process id="p" isExecutable="true">
s: startEvent
<sendTask id="send" messageRef="due">{sending}</sendTask>
e: endEvent
s -> send
send -> e
</process>
<process id="q" isExecutable="true">
s2: startEvent
<receiveTask id="get" messageRef="due"/>
e2: endEvent
s2 -> get
get -> e2
</process>
<message id="due" name="due">{subscription}</message>"""
BY_KEY = '<extensionElements><ironcage:subscription key="number"/></extensionElements>'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a process folder, and return it."""

    def put(key: str, model: str) -> Path:
        folder = tmp_path / key
        folder.mkdir()
        fields = '[data.number]\ntype = "text"\n'
        (folder / "process.toml").write_text(SETTINGS.format(key=key, data=fields), encoding="utf-8")
        (folder / "m.bpmn").write_bytes(written(model).source)
        return folder

    return put


def rules(*folders: Path) -> list[tuple[str, str, str]]:
    return [(fault.rule, fault.element, fault.level.value) for fault in check(*folders)]


def model(*nodes: str) -> str:
    ids = [node.partition('id="')[2].partition('"')[0] for node in nodes]
    flows = [f"{one} -> {other}" for one, other in zip(["s", *ids], [*ids, "e"], strict=True)]
    return "\n".join(["s: startEvent", *nodes, "e: endEvent", *flows])


def test_a_call_of_what_is_not_there_is_told(write: Write) -> None:
    (fault,) = check(write("permit", model(CALLING)))
    assert (fault.rule, fault.element, fault.level.value) == ("unknown-process", "ask", "advice")
    assert "inspection" in fault.sentence()


def test_a_call_of_what_is_checked_along_is_no_fault(write: Write) -> None:
    folders = write("permit", model(CALLING)), write("inspection", model('<userTask id="look"/>'))
    assert rules(*folders) == []
    assert rules(*reversed(folders)) == []


def test_a_call_of_what_has_errors_is_not_told_of_a_second_time(write: Write) -> None:
    folders = write("permit", model(CALLING)), write("inspection", model('<userTask id="look" up="down"/>'))
    assert [rule for rule, _, _ in rules(*folders)] == ["unknown-attribute"]


def test_a_call_inside_the_file_is_no_fault_and_one_of_another_folders_second_process_neither(write: Write) -> None:
    two = f"""<process id="p" isExecutable="true">\n{model('<callActivity id="ask" calledElement="q"/>')}\n</process>
<process id="q" isExecutable="true">\nx: startEvent\ny: endEvent\nx -> y\n</process>"""
    others = write("permit", model('<callActivity id="ask" calledElement="two.q"/>'))
    assert rules(write("two", two), others) == []


def sent(write: Write, key: str, subscription: str = BY_KEY, sending: str = "") -> list[tuple[str, str, str]]:
    return rules(write(key, MESSAGES.format(subscription=subscription, sending=sending)))


def test_a_message_that_nobody_can_tell_is_told(write: Write) -> None:
    assert sent(write, "a") == [("message-without-key", "send", "advice")]
    keyed = '<extensionElements><ironcage:correlation key="number"/></extensionElements>'
    assert sent(write, "b", sending=keyed) == []
    assert sent(write, "c", subscription="") == []


def test_a_message_that_begins_a_case_needs_no_key(write: Write) -> None:
    begun = '<process id="r" isExecutable="true">\n<startEvent id="s3"><messageEventDefinition messageRef="due"/>'
    begun += "</startEvent>\ne3: endEvent\ns3 -> e3\n</process>"
    text = MESSAGES.format(subscription=BY_KEY, sending="")
    assert rules(write("a", f"{text}\n{begun}")) == []


def test_a_message_to_another_folder_is_looked_at_too(write: Write) -> None:
    process = '<process id="p" isExecutable="true">\n{}\n</process>\n<message id="due" name="due">{}</message>'
    sender, receiver = process.format(model(SEND), ""), process.format(model(RECEIVE), BY_KEY)
    folders = write("a", sender), write("b", receiver)
    assert rules(folders[0]) == []
    assert rules(*folders) == [("message-without-key", "send", "advice")]


WHOLE = """<process id="p" isExecutable="true">
s: startEvent
<sendTask id="send" messageRef="due"><extensionElements>
<ironcage:input variable="{name}" value="number"/></extensionElements></sendTask>
e: endEvent
s -> send
send -> e
</process>
<process id="q" isExecutable="true">
<dataObject id="d"/>
<dataObjectReference id="r" name="kept" dataObjectRef="d"/>
s2: startEvent
<intermediateCatchEvent id="get"><dataOutput id="o" name="claim"/>
<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>r</targetRef></dataOutputAssociation>
<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet><messageEventDefinition messageRef="due"/>
</intermediateCatchEvent>
e2: endEvent
s2 -> get
get -> e2
</process>
<message id="due" name="due"/>"""


def test_what_becomes_of_a_data_output_that_is_not_called_like_what_is_sent_is_told(write: Write) -> None:
    assert rules(write("a", WHOLE.format(name="claim"))) == []
    (fault,) = check(write("b", WHOLE.format(name="request")))
    assert (fault.rule, fault.element, fault.level.value) == ("message-whole", "get", "advice")
    assert "request" in fault.sentence()


SEND = '<sendTask id="send" messageRef="due"/>'
RECEIVE = '<receiveTask id="get" messageRef="due"/>'
