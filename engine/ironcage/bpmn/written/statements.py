"""What our namespace says of an element (``urn:ironcage:bpmn:1``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.model import (
    Assignment,
    Collections,
    Deadline,
    DecisionCall,
    Formula,
    Label,
    ProcessCall,
    Separation,
    ServiceCall,
    Setting,
)
from ironcage.bpmn.written.pieces import attribute, children, is_true, our_formula, ours
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def labels(element: _Element) -> tuple[Label, ...]:
    """Return the names of *element* in other languages."""
    said = ours(element, "label")
    return tuple(Label(attribute(each, "lang"), each.get("text") or "", line_of(each)) for each in said)


def assignment(element: _Element) -> Assignment | None:
    """Return whom *element* is offered to."""
    for said in ours(element, "assignment"):
        who = (our_formula(said, name) for name in ("role", "unit", "actor"))
        return Assignment(line_of(said), *who)
    return None


def deadline(element: _Element, name: str = "deadline") -> Deadline | None:
    """Return when *element* must be done; with the name ``followUp``, when it is looked at again."""
    for said in ours(element, name):
        return Deadline(line_of(said), our_formula(said, "at"), our_formula(said, "within"))
    return None


def settings(element: _Element, name: str = "set") -> tuple[Setting, ...]:
    """Return the variables set when *element* completes; those of ``input`` or ``output`` with that name."""
    return tuple(
        Setting(line_of(said), attribute(said, "variable"), our_formula(said, "value") or Formula("", line_of(said)))
        for said in ours(element, name)
    )


def said_of(element: _Element, name: str, attribute_name: str) -> str | None:
    """Return an attribute of the extension element *name*, None without one."""
    return next((attribute(said, attribute_name) for said in ours(element, name)), None)


def formula_of(element: _Element, name: str, attribute_name: str) -> Formula | None:
    """Return the expression in an attribute of the extension element *name*, None without one."""
    return next((our_formula(said, attribute_name) for said in ours(element, name)), None)


def call(element: _Element) -> ProcessCall | None:
    """Return how *element* calls a process."""
    for said in ours(element, "call"):
        return ProcessCall(
            line_of(said),
            our_formula(said, "process"),
            attribute(said, "binding"),
            attribute(said, "version"),
            is_true(said, "allIn"),
            is_true(said, "allOut"),
        )
    return None


def collections(element: _Element) -> Collections | None:
    """Return what the loop *element* goes through."""
    for said in ours(element, "collections"):
        return Collections(
            line_of(said),
            our_formula(said, "items"),
            attribute(said, "item"),
            attribute(said, "output"),
            our_formula(said, "outputItem"),
        )
    return None


def decision(element: _Element) -> DecisionCall | None:
    """Return the decision *element* asks."""
    for said in ours(element, "decision"):
        return DecisionCall(line_of(said), attribute(said, "ref"), attribute(said, "result"))
    return None


def service(element: _Element) -> ServiceCall | None:
    """Return the function *element* calls."""
    for said in ours(element, "service"):
        headers = ((each.get("key") or "", each.get("value") or "") for each in children(said, "ironcage:header"))
        return ServiceCall(
            line_of(said),
            attribute(said, "name"),
            attribute(said, "result") or None,
            attribute(said, "retries"),
            tuple(headers),
        )
    return None


def separations(element: _Element) -> tuple[Separation, ...]:
    """Return at which elements those who act at *element* must not have acted."""
    return tuple(Separation(line_of(said), attribute(said, "from")) for said in ours(element, "separate"))
