"""Whom a task is given to, by when, and with which form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn.dialects import expressions
from ironcage.bpmn.dialects.family import Family, family_of
from ironcage.bpmn.dialects.formula import constant
from ironcage.bpmn.names import DIALECTS, full, split
from ironcage.bpmn.timers import literal
from ironcage.feel.parser import parse
from ironcage.feel.printer import source_of
from ironcage.feel.tree import Items
from ironcage.messages import mark
from ironcage.xml import elements, line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    from ironcage.bpmn.dialects.editing import Editing

_USER_TASK = full("bpmn:userTask")
_OWNERS = {full("bpmn:potentialOwner"): "group", full("bpmn:humanPerformer"): "user", full("bpmn:performer"): "user"}
_FORMAL = full("bpmn:formalExpression")
_CALLED = re.compile(r"(user|group)\s*\(([^()]*)\)")
_WITH_FORM = frozenset({_USER_TASK, full("bpmn:startEvent")})
_OWN_CHILDREN = frozenset(
    full(f"bpmn:{name}") for name in ("documentation", "extensionElements", "incoming", "outgoing")
)

_SEVERAL = mark("a task is offered to one role or one person here")
_ONE_ROLE = mark("Give the people one role, and name it: <ironcage:assignment role=...>.")
_NO_LITERAL = mark("it is neither a date of ISO 8601 nor a duration")
_WRITE_ISO = mark("Write 2026-07-01T10:00:00+08:00 or P3D, or use <ironcage:deadline>.")
_COMPUTED = mark("which form it is would be computed")
_NAME_FORM = mark("Name the form plainly: <ironcage:form key=...>.")
_BINDING = mark("it binds to what is not deployed with the process")
_BIND = mark("Use the binding latest or deployment.")


def of_camunda(editing: Editing, element: _Element) -> None:
    """Bring the assignment, dates and form of Camunda 7 at *element* into our namespace."""
    if element.tag == _USER_TASK:
        given = {name: editing.take(element, Family.CAMUNDA, name) for name in _GIVEN}
        _assign(editing, element, element, Family.CAMUNDA, given)
        _dates(editing, element, element, Family.CAMUNDA, lambda name: editing.take(element, Family.CAMUNDA, name))
    if element.tag in _OWNERS and not editing.says_ours:
        _owner(editing, element)
    if element.tag in _WITH_FORM and _is_plain(element):
        key = editing.take(element, Family.CAMUNDA, "formKey")
        ref = editing.take(element, Family.CAMUNDA, "formRef")
        bound(editing, element, editing.take(element, Family.CAMUNDA, "formRefBinding"), "formRefBinding")
        for written in filter(None, (key, ref)):
            _form(editing, element, element, Family.CAMUNDA, written)


def _owner(editing: Editing, element: _Element) -> None:
    """Bring who does a task, which the family writes as ``group(desk), user(anna)`` in BPMN, into FEEL."""
    for said in element.iter(_FORMAL):
        written = (said.text or "").strip()
        if not written or said.get("language"):
            continue
        names = [each.strip() for each in written.split(",")]
        called = _CALLED.fullmatch(names[0])
        translated: str | None = None
        if expressions.is_expression(Family.CAMUNDA, written):
            translated = expressions.feel(editing, said, Family.CAMUNDA, written)
        elif len(names) > 1 or (called and called[1] != _OWNERS[element.tag]):
            editing.refuse(said, written[:40], engine_of(said, Family.CAMUNDA), _SEVERAL, _ONE_ROLE)
        else:
            translated = constant(called[2].strip() if called else names[0])
        said.text = translated or "null"


def of_zeebe(editing: Editing, element: _Element) -> None:
    """Bring the assignment, schedule and form of Camunda 8 at *element* into our namespace."""
    if element.tag != _USER_TASK:
        return
    for said in editing.take_elements(element, Family.ZEEBE, "assignmentDefinition"):
        editing.only(said, " ".join(_GIVEN), "assignmentDefinition")
        _assign(editing, element, said, Family.ZEEBE, {name: said.get(name) for name in _GIVEN})
    for said in editing.take_elements(element, Family.ZEEBE, "taskSchedule"):
        editing.only(said, "dueDate followUpDate", "taskSchedule")
        _dates(editing, element, said, Family.ZEEBE, said.get)
    for said in editing.take_elements(element, Family.ZEEBE, "formDefinition"):
        editing.only(said, "formKey formId externalReference bindingType", "formDefinition")
        bound(editing, said, said.get("bindingType"), "bindingType")
        for written in filter(None, map(said.get, ("formKey", "formId", "externalReference"))):
            _form(editing, element, said, Family.ZEEBE, written.strip())


_GIVEN = ("assignee", "candidateUsers", "candidateGroups")


def _is_plain(element: _Element) -> bool:
    """Return whether *element* is a task, or an event without a definition."""
    return element.tag == _USER_TASK or all(each.tag in _OWN_CHILDREN for each in elements(element))


def engine_of(element: _Element, family: Family) -> str:
    """Return the name of the engine whose word stands at *element*."""
    if family_of(element.tag):
        return DIALECTS[split(element.tag)[0]]
    return {Family.CAMUNDA: "Camunda 7", Family.ZEEBE: "Zeebe", Family.SPIFF: "SpiffWorkflow"}[family]


def _assign(editing: Editing, element: _Element, said: _Element, family: Family, given: dict[str, str | None]) -> None:
    assignee, users, groups = (each.strip() if each else None for each in (given[name] for name in _GIVEN))
    if not (assignee or users or groups):
        return
    if users and (groups or assignee):
        editing.refuse(said, "candidateUsers", engine_of(said, family), _SEVERAL, _ONE_ROLE)
        users = None
    actor = expressions.feel(editing, said, family, assignee) if assignee else None
    if users:
        actor = _one(editing, said, family, "candidateUsers", users)
    role = _one(editing, said, family, "candidateGroups", groups) if groups else None
    if actor is not None or role is not None:
        editing.say(element, "assignment", line_of(said), role=role, actor=actor)


def _one(editing: Editing, said: _Element, family: Family, name: str, written: str) -> str | None:
    """Return the one name that *written* lists, as FEEL; None if it lists several."""
    if not expressions.is_expression(family, written):
        names = [each.strip() for each in written.split(",") if each.strip()]
        if len(names) == 1:
            return constant(names[0])
    elif family is Family.ZEEBE:
        # The expression yields a list there.
        if (only := _only_item(written[1:])) is not None:
            return only
    elif "," not in _outside(written):
        return expressions.feel(editing, said, family, written)
    editing.refuse(said, name, engine_of(said, family), _SEVERAL, _ONE_ROLE)
    return None


def _outside(written: str) -> str:
    """Return what stands outside the braces."""
    return written[: written.find("{")] + written[written.rfind("}") :]


def _only_item(written: str) -> str | None:
    try:
        tree, _ = parse(written.strip(), (), None, True)
    except feel.FeelSyntaxError:
        return None
    return source_of(tree.items[0]) if isinstance(tree, Items) and len(tree.items) == 1 else None


def _dates(
    editing: Editing, element: _Element, said: _Element, family: Family, get: Callable[[str], str | None]
) -> None:
    for name, becomes in (("dueDate", "deadline"), ("followUpDate", "followUp")):
        written = (get(name) or "").strip()
        if not written:
            continue
        if expressions.is_expression(family, written):
            at = expressions.feel(editing, said, family, written)
            if at is not None:
                editing.say(element, becomes, line_of(said), at=at)
            continue
        try:
            value = literal(written)
        except ValueError:
            value = None
        if value is None:
            editing.refuse(said, name, engine_of(said, family), _NO_LITERAL, _WRITE_ISO)
        else:
            length = not hasattr(value, "isoformat")
            editing.say(element, becomes, line_of(said), **{"within" if length else "at": written})


def _form(editing: Editing, element: _Element, said: _Element, family: Family, written: str) -> None:
    if expressions.is_expression(family, written):
        editing.refuse(said, "form", engine_of(said, family), _COMPUTED, _NAME_FORM)
    else:
        editing.say(element, "form", line_of(said), key=written)


def bound(editing: Editing, said: _Element, binding: str | None, name: str) -> None:
    """Refuse a *binding* to anything but what is deployed with the process."""
    if binding and binding.strip() not in {"latest", "deployment"}:
        family = family_of(said.tag) or Family.CAMUNDA
        editing.refuse(said, f"{name}={binding.strip()[:40]}", engine_of(said, family), _BINDING, _BIND)
