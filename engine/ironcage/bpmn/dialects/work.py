"""The work of services, their retries, and what listeners and scripts do, where that is exactly a setting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage.bpmn.dialects import expressions, juel, juel_feel, people, python, reasons, rules
from ironcage.bpmn.dialects.family import Family
from ironcage.bpmn.dialects.formula import Said, UntranslatableError, is_name
from ironcage.bpmn.names import FEEL, full, split
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.xml import elements, line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.dialects.editing import Editing
    from ironcage.faults import Fault

_SERVICES = frozenset(full(f"bpmn:{name}") for name in ("serviceTask", "sendTask", "businessRuleTask"))
_THROWING = frozenset({full("bpmn:intermediateThrowEvent"), full("bpmn:endEvent")})
_WORKING = frozenset({full("bpmn:serviceTask"), full("bpmn:businessRuleTask")})
_SERVICE = full("bpmn:serviceTask")
_SCRIPT_TASK = full("bpmn:scriptTask")
_SCRIPT = full("bpmn:script")
_LOOPS = (full("bpmn:multiInstanceLoopCharacteristics"), full("bpmn:standardLoopCharacteristics"))
_MESSAGE_DEFINITION = full("bpmn:messageEventDefinition")
_USER_TASK = full("bpmn:userTask")
_ACTIVITIES = _SERVICES | {
    full(f"bpmn:{name}")
    for name in (
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
    )
}
_EXTERNAL = frozenset({"external", "external-worker"})
_STARLARK = frozenset({"starlark", "text/x-starlark", "application/x-starlark"})
_CYCLE = re.compile(r"R([1-9][0-9]{0,3})/P\S+")

_TYPED = mark("the engine itself would do the work")
_COMPUTED = mark("which worker does it would be computed")
_NAME_IT = mark("Name it plainly.")
_ATTEMPTS = mark("how often it is tried is not said as R3/PT10M, a list of durations or a number")
_SAY_ATTEMPTS = mark("Write it so, or use <ironcage:service retries=...>.")
_NO_RESULT = mark("nothing keeps the value of the script")
_NAME_RESULT = mark("Name the variable that keeps it.")
_ALONE = mark("nothing beside a taskDefinition tells a worker anything")
_NO_OPERATOR = mark("the name of the operator is missing")
_BEFORE = mark("what it sets could be lost, or seen too late, at this element")
_DRAW_BEFORE = mark("Draw a script task in front of it.")


def of_camunda(editing: Editing, element: _Element) -> None:
    """Bring the work of Camunda 7 at *element* into our namespace."""
    headers = _properties(editing, element, Family.CAMUNDA)
    if element.tag in _SERVICES or element.tag == _MESSAGE_DEFINITION:
        _external(editing, element, headers)
    _retries_of_camunda(editing, element)
    for name, event in (("taskListener", "complete"), ("executionListener", "end")):
        for said in editing.take_elements(element, Family.CAMUNDA, name):
            _listener(editing, element, said, name, event)
    if element.tag == _SCRIPT_TASK:
        _script_of_camunda(editing, element)


def of_zeebe(editing: Editing, element: _Element) -> None:
    """Bring the work of Camunda 8 at *element* into our namespace."""
    if any(name.startswith("inbound.") for name, _ in _properties(editing, element, Family.ZEEBE)):
        editing.refuse(element, "inbound.type", "Zeebe", reasons.CONNECTOR, reasons.SEND_MESSAGE)
    if element.tag in _SERVICES | _THROWING:
        for said in editing.take_elements(element, Family.ZEEBE, "taskDefinition"):
            _job_of_zeebe(editing, element, said)
    for said in editing.take_elements(element, Family.ZEEBE, "taskHeaders"):
        editing.refuse(said, "<taskHeaders>", "Zeebe", _ALONE, reasons.REMOVE_IT)
    for said in editing.take_elements(element, Family.ZEEBE, "taskDefinition"):
        editing.refuse(said, "<taskDefinition>", "Zeebe", reasons.WORKER_ELSEWHERE, reasons.DRAW_SERVICE)
    if element.tag == _SCRIPT_TASK:
        for said in editing.take_elements(element, Family.ZEEBE, "script"):
            _script_of_zeebe(editing, element, said)


def of_spiff(editing: Editing, element: _Element) -> None:
    """Bring the work of SpiffWorkflow at *element* into our namespace."""
    for name, value in _properties(editing, element, Family.SPIFF):
        if name == "formJsonSchemaFilename" and element.tag == _USER_TASK:
            editing.say(element, "form", line_of(element), key=value)
    for said in editing.take_elements(element, Family.SPIFF, "serviceTaskOperator") if element.tag == _SERVICE else ():
        _operator(editing, element, said)
    before = _scripts(editing, element, "preScript")
    after = _scripts(editing, element, "postScript")
    if element.tag == _SCRIPT_TASK:
        after = _python_task(editing, element) + after
    changed = {name for name, _, _ in after}
    for name, value, said in before:
        if not _is_exact_before(element, name in changed):
            editing.refuse(said, "<preScript>", "SpiffWorkflow", _BEFORE, _DRAW_BEFORE)
            return
        editing.say(element, "input", line_of(said), variable=name, value=value)
    for name in dict.fromkeys(name for name, _, _ in before):
        editing.say(element, "output", line_of(element), variable=name, value=name)
    if before:
        editing.say(element, "results", line_of(element), to="case")
    for name, value, said in after:
        editing.say(element, "set", line_of(said), variable=name, value=value)


def _is_exact_before(element: _Element, changed_after: bool) -> bool:
    """Return whether a script before *element* can be said as its inputs and outputs."""
    if element.tag not in _ACTIVITIES or changed_after or any(each.tag in _LOOPS for each in elements(element)):
        return False
    if split(element.tag)[1] in {"subProcess", "transaction", "callActivity"}:
        return False
    boundary, identity = full("bpmn:boundaryEvent"), element.get("id")
    attached = element.getroottree().getroot().iter(boundary)
    return not any((each.get("attachedToRef") or "").rpartition(":")[2] == identity for each in attached)


def stand_in(editing: Editing, element: _Element, faults: list[Fault]) -> None:
    """Put something in the place of work that was refused with *faults*, lest it be missed as well."""
    known = any(True for name in ("service", "decision") for _ in editing.ours(element, name))
    if element.tag in _WORKING and not known and any(fault.level is Level.ERROR for fault in faults):
        editing.say(element, "service", line_of(element), name="?")


def _properties(editing: Editing, element: _Element, family: Family) -> list[tuple[str, str]]:
    """Take out the notes of *element* and return them."""
    return [
        (each.get("name") or "", each.get("value") or "")
        for said in editing.take_elements(element, family, "properties")
        for each in elements(said)
    ]


def _external(editing: Editing, element: _Element, headers: list[tuple[str, str]]) -> None:
    engine = people.engine_of(element, Family.CAMUNDA)
    kind = editing.take(element, Family.CAMUNDA, "type")
    topic = editing.take(element, Family.CAMUNDA, "topic")
    if kind is None and topic is None:
        return
    if kind not in _EXTERNAL:
        editing.refuse(element, f"type={kind}", engine, _TYPED, reasons.USE_SERVICE)
    elif not topic or juel_feel.is_juel(topic):
        editing.refuse(element, "topic", engine, _COMPUTED, _NAME_IT)
    else:
        sender = element.getparent() if element.tag == _MESSAGE_DEFINITION else element
        assert sender is not None, "a definition of an event has one around it"
        said = editing.say(sender, "service", line_of(element), name=topic)
        for key, value in headers:
            editing.child(said, "header", line_of(element), key=key, value=value)


def _retries_of_camunda(editing: Editing, element: _Element) -> None:
    for said in editing.take_elements(element, Family.CAMUNDA, "failedJobRetryTimeCycle"):
        engine = people.engine_of(said, Family.CAMUNDA)
        service = next(editing.ours(element, "service"), None)
        if service is None:
            editing.note(
                rules.WITHOUT_EFFECT,
                said,
                found="<failedJobRetryTimeCycle>",
                engine=engine,
                reason=Said(reasons.NO_JOB),
            )
        elif (again := _again((said.text or "").strip())) is None:
            editing.refuse(said, "<failedJobRetryTimeCycle>", engine, _ATTEMPTS, _SAY_ATTEMPTS)
        else:
            service.set("retries", str(again))


def _again(written: str) -> int | None:
    """Return how often a job is tried again; ``R3/PT10M`` are three attempts in all, ``PT1M,PT5M`` three as well."""
    if cycle := _CYCLE.fullmatch(written):
        return int(cycle[1]) - 1
    intervals = [each.strip() for each in written.split(",")]
    return len(intervals) if all(each.startswith("P") for each in intervals) else None


def _listener(editing: Editing, element: _Element, said: _Element, name: str, event: str) -> None:
    """Say what a listener sets, if it sets a variable as the activity ends and nothing else."""
    engine = people.engine_of(said, Family.CAMUNDA)
    expression = (said.get("expression") or "").strip()
    alone = element.tag in _ACTIVITIES and not any(each.tag in _LOOPS for each in elements(element))
    plain = set(map(str, said.attrib)) <= {"event", "expression"} and len(said) == 0 and said.get("event") == event
    sets = _set(expression) if alone and plain and next(editing.ours(element, "results"), None) is None else None
    if sets is None:
        editing.refuse(said, f"<{name}>", engine, reasons.LISTENER, reasons.USE_TASK)
        return
    variable, value = sets
    try:
        editing.say(element, "set", line_of(said), variable=variable, value=juel_feel.feel_of(value))
    except UntranslatableError as error:
        editing.untranslatable(said, expression, error)


def _set(expression: str) -> tuple[str, juel.Juel] | None:
    """Return the variable and value of ``${execution.setVariable("x", value)}``, None for anything else."""
    try:
        said = juel_feel.parsed(expression)
    except UntranslatableError:
        return None
    match said:
        case juel.Method(
            source=juel.Variable(name=("execution" | "task"))
            | juel.Member(source=juel.Variable(name="task"), name="execution"),
            name="setVariable",
            arguments=(juel.Constant(value=str(variable), is_number=False), value),
        ) if is_name(variable):
            return variable, value
        case _:
            return None


def _script_of_camunda(editing: Editing, element: _Element) -> None:
    language = (element.get("scriptFormat") or "").strip()
    result = editing.take(element, Family.CAMUNDA, "resultVariable")
    written = next(element.iterchildren(_SCRIPT), None)
    if written is None:
        return
    if language.lower() == "feel" or language in FEEL:
        if result:
            editing.say(element, "set", line_of(written), variable=result, value=(written.text or "").strip())
        else:
            editing.refuse(element, "<script>", people.engine_of(element, Family.CAMUNDA), _NO_RESULT, _NAME_RESULT)
        _drop_script(element)
    elif language.lower() in _STARLARK:
        if result:
            editing.say(element, "script", line_of(element), result=result)
    else:
        editing.note(rules.SCRIPT, written, language=language[:40] or "?")
        _drop_script(element)


def _drop_script(element: _Element) -> None:
    """Take out the script of *element*, which has been said otherwise or refused."""
    if element.get("scriptFormat") is not None:
        del element.attrib["scriptFormat"]
    for written in list(element.iterchildren(_SCRIPT)):
        element.remove(written)


def _job_of_zeebe(editing: Editing, element: _Element, said: _Element) -> None:
    editing.only(said, "type retries", "taskDefinition")
    name, retries = ((said.get(each) or "").strip() for each in ("type", "retries"))
    headers = editing.take_elements(element, Family.ZEEBE, "taskHeaders")
    if not name or name.startswith("="):
        editing.refuse(said, "type", "Zeebe", _COMPUTED, _NAME_IT)
        return
    if retries and not retries.removeprefix("=").strip().isdecimal():
        editing.refuse(said, "retries", "Zeebe", _ATTEMPTS, _SAY_ATTEMPTS)
        retries = ""
    attempts = int(retries.removeprefix("=")) if retries else None
    again = None if attempts is None else str(max(attempts - 1, 0))
    service = editing.say(element, "service", line_of(said), name=name, retries=again)
    for header in (each for headed in headers for each in elements(headed)):
        editing.only(header, "id key value", "header")
        key, value = (header.get(each) or "" for each in ("key", "value"))
        editing.child(service, "header", line_of(header), key=key, value=value)


def _script_of_zeebe(editing: Editing, element: _Element, said: _Element) -> None:
    editing.only(said, "expression resultVariable", "script")
    result = (said.get("resultVariable") or "").strip()
    value = expressions.feel(editing, said, Family.ZEEBE, (said.get("expression") or "").strip())
    if not result or value is None:
        editing.refuse(said, "<script>", "Zeebe", _NO_RESULT, _NAME_RESULT)
    else:
        # Where outputs are said, the result stays inside and they alone come out.
        inside = next(editing.ours(element, "output"), None) is not None
        editing.say(element, "input" if inside else "set", line_of(said), variable=result, value=value)


def _operator(editing: Editing, element: _Element, said: _Element) -> None:
    editing.only(said, "id resultVariable", "serviceTaskOperator")
    name, result = ((said.get(each) or "").strip() for each in ("id", "resultVariable"))
    if not name:
        editing.refuse(said, "<serviceTaskOperator>", "SpiffWorkflow", _NO_OPERATOR, _NAME_IT)
        return
    retries: str | None = None
    for each in said.iter("*"):
        local = split(each.tag)[1]
        if local == "parameter":
            editing.only(each, "id value", "parameter")
            _parameter(editing, element, each)
        elif local == "retry":
            editing.only(each, "retries", "retry")
            retries = (each.get("retries") or "").strip() or None
    identity = str(element.get("id")).replace("-", "_")
    kept = result or f"spiff__{identity}_result"
    editing.say(element, "service", line_of(said), name=name, result=kept, retries=retries)


def _parameter(editing: Editing, element: _Element, said: _Element) -> None:
    text = (said.get("value") or "").strip()
    if not text:
        return
    value = expressions.feel(editing, said, Family.SPIFF, text)
    if value is not None:
        editing.say(element, "input", line_of(said), variable=(said.get("id") or "").strip(), value=value)


_Assigned = list[tuple[str, str, "_Element"]]


def _scripts(editing: Editing, element: _Element, name: str) -> _Assigned:
    """Return what the scripts *name* of *element* set."""
    return [
        found
        for said in (editing.take_elements(element, Family.SPIFF, name) if element.tag in _ACTIVITIES else ())
        for found in _assigned(editing, said)
    ]


def _assigned(editing: Editing, said: _Element) -> _Assigned:
    text = said.text or ""
    try:
        return [(variable, value, said) for variable, value in python.assignments(text)]
    except UntranslatableError as error:
        start = len(text) - len(text.lstrip())
        error.at -= start
        editing.untranslatable(said, text.strip(), error)
        return []


def _python_task(editing: Editing, element: _Element) -> _Assigned:
    """Return what the script of a script task sets."""
    language = (element.get("scriptFormat") or "").strip().lower()
    written = next(element.iterchildren(_SCRIPT), None)
    if written is None or language not in {"", "python", "text/x-python", "application/x-python"}:
        return []
    found = _assigned(editing, written)
    _drop_script(element)
    return found
