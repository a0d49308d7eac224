"""Expressions of a dialect become FEEL: those in its own words, and those in the elements of BPMN.

The language of an expression is the one it names, else the one the file names, else the dialect's, else FEEL.

    Camunda 7    ``${...}`` and ``#{...}`` are unified expressions, anything else is text
    Camunda 8    ``=...`` is FEEL, anything else is text; its FEEL has functions beyond DMN 1.5, which are refused where
                 they are called, and names of variables with blanks, which must be declared here
    SpiffWorkflow    Python
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.dialects import juel_feel, python, reasons, rules
from ironcage.bpmn.dialects.family import Family
from ironcage.bpmn.dialects.formula import UntranslatableError, constant
from ironcage.bpmn.names import BPMN, FEEL, split

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.dialects.editing import Editing

FEEL_NAME = "https://www.omg.org/spec/DMN/20230324/FEEL/"
"""What FEEL is called where an expression has to name it."""

CONDITIONS = frozenset(
    {"conditionExpression", "condition", "completionCondition", "loopCondition", "activationCondition"}
)
TIMERS = frozenset({"timeDate", "timeDuration", "timeCycle"})
VALUES = frozenset({"loopCardinality", "messagePath", "dataPath", "transformation", "from"})
_PYTHON = frozenset({"python", "text/x-python", "application/x-python", "http://www.python.org/"})
_JUEL = frozenset({"juel", "http://www.jcp.org/en/jsr/detail?id=245", "http://www.java.com/javatypes"})
_XPATH = frozenset({"http://www.w3.org/1999/xpath", "http://www.w3.org/tr/xpath"})
_NAMED = {
    "message": ("name",),
    "signal": ("name",),
    "error": ("errorCode",),
    "escalation": ("escalationCode",),
}
_FORMS = {Family.CAMUNDA: "${...}", Family.ZEEBE: "=..."}


def is_expression(family: Family, text: str) -> bool:
    """Return whether *text*, in a word of the family, is an expression and not a text that stands for itself."""
    if family is Family.CAMUNDA:
        return juel_feel.is_juel(text)
    return family is Family.SPIFF or text.startswith("=")


def feel(editing: Editing, element: _Element, family: Family, text: str) -> str | None:
    """Return *text*, of a word of the family at *element*, as FEEL; None if that was refused."""
    if not is_expression(family, text):
        return constant(text)
    if family is Family.ZEEBE:
        return text[1:].strip()
    translate = juel_feel.translated if family is Family.CAMUNDA else python.value
    try:
        return translate(text)
    except UntranslatableError as error:
        editing.untranslatable(element, text, error)
        return None


def in_bpmn(editing: Editing, element: _Element, family: Family | None, surely: bool) -> None:
    """Bring the expression that is the text of *element* of BPMN into FEEL.

    Args:
        editing: the file.
        element: any element; nothing happens to one that holds no expression.
        family: the dialect of the file.
        surely: whether the file was written for its engine, and not only by its modeler.
    """
    namespace, name = split(element.tag)
    if namespace != BPMN or name not in CONDITIONS | TIMERS | VALUES or len(element):
        return
    text = (element.text or "").strip()
    own, inherited = element.get("language", "").strip(), _of_file(element)
    if (own or inherited).lower() == "feel":
        element.set("language", FEEL_NAME)
    elif spoken := _spoken(own, inherited, family, text):
        _translate(editing, element, spoken, text, surely)


def _of_file(element: _Element) -> str:
    return str(element.getroottree().getroot().get("expressionLanguage", "")).strip()


def _spoken(own: str, inherited: str, family: Family | None, text: str) -> Family | None:
    """Return in whose language an expression is; None where it is for the rules of the gate to judge."""
    language = own or inherited
    if language in FEEL:
        return None
    if language.lower() in _PYTHON:
        return Family.SPIFF
    if language.lower() in _JUEL:
        return Family.CAMUNDA
    # ``${...}`` is no XPath: the modelers of this family write the default of the standard, and mean another language.
    unmeant = not own and inherited.lower() in _XPATH and family is Family.CAMUNDA and juel_feel.is_juel(text)
    return family if not language or unmeant else None


def _translate(editing: Editing, element: _Element, family: Family, text: str, surely: bool) -> None:
    name = split(element.tag)[1]
    if family is Family.SPIFF:
        translated = _python(editing, element, text, name)
    elif is_expression(family, text):
        translated = feel(editing, element, family, text)
    else:
        if name in CONDITIONS and surely and text:
            written = " ".join(text.split())[:80]
            editing.note(rules.PLAIN_CONDITION, element, written=written, form=_FORMS[family])
            _refused(element)
        return
    if translated is None:
        _refused(element)
        return
    element.text = translated
    if _of_file(element) not in FEEL | {""}:
        element.set("language", FEEL_NAME)
    elif element.get("language"):
        del element.attrib["language"]


def _refused(element: _Element) -> None:
    """Put FEEL in the place of what was refused, lest it be refused again as FEEL."""
    element.set("language", FEEL_NAME)
    element.text = "false" if split(element.tag)[1] in CONDITIONS else "null"


def of_name(editing: Editing, element: _Element, family: Family) -> None:
    """Refuse a message, signal, error or escalation whose name or code would be computed."""
    namespace, local = split(element.tag)
    for name in _NAMED.get(local, ()) if namespace == BPMN and family in _FORMS else ():
        if is_expression(family, (element.get(name) or "").strip()):
            engine = {Family.CAMUNDA: "Camunda 7", Family.ZEEBE: "Zeebe"}[family]
            editing.refuse(element, name, engine, reasons.EXPRESSION_NAMED, reasons.NAME_PLAINLY)


def _python(editing: Editing, element: _Element, text: str, name: str) -> str | None:
    if name in TIMERS and text[:1] not in {'"', "'"}:
        # A timer of BPMN, as the standard writes it.
        return text
    try:
        if name in TIMERS:
            return _unquoted(python.value(text))
        return python.condition(text) if name in CONDITIONS else python.value(text)
    except UntranslatableError as error:
        editing.untranslatable(element, text, error)
        return None


def _unquoted(written: str) -> str:
    """Return the text that a FEEL text literal holds, where it holds nothing that is written otherwise."""
    inside = written[1:-1]
    return inside if written == constant(inside) else written
