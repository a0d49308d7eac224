"""Which process a call activity calls and what goes in and out, and which decision a business rule task asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.dialects import data, expressions, juel, juel_feel, people, reasons, rules
from ironcage.bpmn.dialects.family import Family
from ironcage.bpmn.dialects.formula import Said, UntranslatableError
from ironcage.bpmn.names import full
from ironcage.messages import mark
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.dialects.editing import Editing

_CALL = full("bpmn:callActivity")
_IO = full("bpmn:ioSpecification")
_PROCESS = full("bpmn:process")
_RULE = full("bpmn:businessRuleTask")

_NUMBER = mark("a version is a number written out")
_RESULT = mark("nothing keeps the answer")
_NAME_RESULT = mark("Name the variable that keeps it.")
_COMPUTED = mark("which decision it is would be computed")
_NAME_DECISION = mark("Name the decision plainly, or draw a gateway.")
_LISTS = mark("the list of all entries of all rules is not how the standard gives the answer")
_CHOOSE = mark("Write mapDecisionResult=singleEntry or collectEntries, or use <ironcage:decision>.")
_BY_CALLED = mark("what goes in and out would be said by the process that is called")
_CHILD_KEY = mark("the key of a case is given by who starts it, or derived")
_PASS_KEY = mark("Pass it on as a variable.")


def of_camunda(editing: Editing, element: _Element) -> None:
    """Bring what Camunda 7 says of a call activity or a decision into our namespace."""
    if element.tag == _CALL:
        _call_of_camunda(editing, element)
    elif element.tag == _RULE:
        _decision_of_camunda(editing, element)


def of_zeebe(editing: Editing, element: _Element) -> None:
    """Bring what Camunda 8 says of a call activity or a decision into BPMN and our namespace."""
    for said in editing.take_elements(element, Family.ZEEBE, "calledElement") if element.tag == _CALL else ():
        _call_of_zeebe(editing, element, said)
    for said in editing.take_elements(element, Family.ZEEBE, "calledDecision") if element.tag == _RULE else ():
        _decision_of_zeebe(editing, element, said)


def of_spiff(editing: Editing, element: _Element) -> None:
    """Say that all data go in and come out, as in SpiffWorkflow they do where the called process does not say which."""
    called = (element.get("calledElement") or "").strip()
    if element.tag != _CALL or not called:
        return
    if any(each.get("id") == called and each.find(_IO) is not None for each in editing.root.iter(_PROCESS)):
        editing.refuse(
            element, "calledElement", people.engine_of(element, Family.SPIFF), _BY_CALLED, reasons.USE_OUTPUT
        )
    else:
        editing.say(element, "call", line_of(element), allIn="true", allOut="true")


def _call_of_camunda(editing: Editing, element: _Element) -> None:
    process = None
    called = element.get("calledElement", "").strip()
    if juel_feel.is_juel(called):
        process = expressions.feel(editing, element, Family.CAMUNDA, called)
        del element.attrib["calledElement"]
        if process is None:
            return
    binding = _binding_of_camunda(editing, element)
    inherits = editing.take(element, Family.CAMUNDA, "inheritVariables") == "true"
    all_in = _passed(editing, element, "in") or inherits
    all_out = _passed(editing, element, "out")
    version = editing.take(element, Family.CAMUNDA, "calledElementVersion")
    if version is not None and not version.isdecimal():
        editing.refuse(
            element, "calledElementVersion", people.engine_of(element, Family.CAMUNDA), _NUMBER, reasons.USE_VERSION
        )
        version = None
    _say_call(editing, element, element, process, binding, version, all_in, all_out)


def _binding_of_camunda(editing: Editing, element: _Element) -> str | None:
    binding = editing.take(element, Family.CAMUNDA, "calledElementBinding") or "latest"
    if editing.take(element, Family.CAMUNDA, "sameDeployment") == "true":
        binding = "deployment"
    if binding not in {"latest", "deployment", "version"}:
        found = f"calledElementBinding={binding[:40]}"
        engine = people.engine_of(element, Family.CAMUNDA)
        editing.refuse(element, found, engine, reasons.VERSION_TAG, reasons.USE_VERSION)
        return None
    return None if binding == "latest" else binding


def _say_call(
    editing: Editing,
    element: _Element,
    said: _Element,
    process: str | None,
    binding: str | None,
    version: str | None,
    all_in: bool,
    all_out: bool,
) -> None:
    """Say how *element* calls, unless that goes without saying."""
    passed = {"allIn": "true" if all_in else None, "allOut": "true" if all_out else None}
    if process or binding or all_in or all_out:
        of_version = version if binding == "version" else None
        editing.say(element, "call", line_of(said), process=process, binding=binding, version=of_version, **passed)


def _passed(editing: Editing, element: _Element, name: str) -> bool:
    """Say the variables that go *name* (in or out), and return whether all do."""
    everything = False
    for said in editing.take_elements(element, Family.CAMUNDA, name):
        if said.get("businessKey") is not None:
            _key(editing, said)
        elif said.get("variables") == "all":
            editing.only(said, "variables", name)
            everything = True
        else:
            data.passed(editing, element, said, "input" if name == "in" else "output")
    return everything


def _key(editing: Editing, said: _Element) -> None:
    engine = people.engine_of(said, Family.CAMUNDA)
    try:
        key = juel_feel.parsed(str(said.get("businessKey")))
    except UntranslatableError:
        key = None
    member = isinstance(key, juel.Member) and isinstance(key.source, juel.Variable)
    if member and (key.source.name, key.name) == ("execution", "processBusinessKey"):  # type: ignore[union-attr]  # both as just asked
        editing.note(rules.WITHOUT_EFFECT, said, found="businessKey", engine=engine, reason=Said(reasons.CALLER_KEY))
    else:
        editing.refuse(said, "businessKey", engine, _CHILD_KEY, _PASS_KEY)


def _call_of_zeebe(editing: Editing, element: _Element, said: _Element) -> None:
    known = "processId processIdExpression propagateAllParentVariables propagateAllChildVariables bindingType"
    editing.only(said, known, "calledElement")
    process = None
    written = said.get("processId") or said.get("processIdExpression") or ""
    if written.strip().startswith("=") or not said.get("processId"):
        process = written.strip().removeprefix("=").strip() or None
    else:
        element.set("calledElement", written.strip())
    binding = (said.get("bindingType") or "latest").strip()
    people.bound(editing, said, binding, "bindingType")
    all_in = (said.get("propagateAllParentVariables") or "true").strip() == "true"
    # Where outputs are said, they alone come out.
    all_out = (said.get("propagateAllChildVariables") or "true").strip() == "true" and not data.has_outputs(element)
    _say_call(editing, element, said, process, "deployment" if binding == "deployment" else None, None, all_in, all_out)


def _decision_of_camunda(editing: Editing, element: _Element) -> None:
    ref = editing.take(element, Family.CAMUNDA, "decisionRef")
    if ref is None:
        return
    engine = people.engine_of(element, Family.CAMUNDA)
    people.bound(editing, element, editing.take(element, Family.CAMUNDA, "decisionRefBinding"), "decisionRefBinding")
    shape = editing.take(element, Family.CAMUNDA, "mapDecisionResult") or "resultList"
    variable = editing.take(element, Family.CAMUNDA, "resultVariable")
    variable = editing.take(element, Family.CAMUNDA, "resultVariableName") or variable
    if juel_feel.is_juel(ref):
        editing.refuse(element, "decisionRef", engine, _COMPUTED, _NAME_DECISION)
    elif not variable:
        editing.refuse(element, "decisionRef", engine, _RESULT, _NAME_RESULT)
    elif shape not in {"singleEntry", "collectEntries", "singleResult"}:
        editing.refuse(element, f"mapDecisionResult={shape[:40]}", engine, _LISTS, _CHOOSE)
    else:
        editing.say(element, "decision", line_of(element), ref=ref, result=variable)
        if shape == "singleResult":
            editing.note(rules.SINGLE_RESULT, element)
        if shape == "collectEntries":
            entries = f"if {variable} = null then [] else {_listed(variable)}"
            editing.say(element, "set", line_of(element), variable=variable, value=entries)


def _decision_of_zeebe(editing: Editing, element: _Element, said: _Element) -> None:
    editing.only(said, "decisionId resultVariable bindingType", "calledDecision")
    people.bound(editing, said, said.get("bindingType"), "bindingType")
    ref = (said.get("decisionId") or "").strip()
    if ref.startswith("="):
        editing.refuse(said, "decisionId", people.engine_of(said, Family.ZEEBE), _COMPUTED, _NAME_DECISION)
    else:
        editing.say(element, "decision", line_of(said), ref=ref, result=(said.get("resultVariable") or "").strip())


def _listed(variable: str) -> str:
    """Return the FEEL of *variable* as a list, which an answer of one rule is not."""
    return f"if {variable} instance of list<Any> then {variable} else [{variable}]"
