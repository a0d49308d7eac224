"""What our namespace says of an element (``urn:ironcage:bpmn:1``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.model import (
    Assignment,
    Deadline,
    DecisionCall,
    Formula,
    Label,
    Separation,
    ServiceCall,
    Setting,
)
from ironcage.bpmn.written import attribute, our_formula, ours
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


def deadline(element: _Element) -> Deadline | None:
    """Return when *element* must be done."""
    for said in ours(element, "deadline"):
        return Deadline(line_of(said), our_formula(said, "at"), our_formula(said, "within"))
    return None


def settings(element: _Element) -> tuple[Setting, ...]:
    """Return the variables set when *element* completes."""
    return tuple(
        Setting(line_of(said), attribute(said, "variable"), our_formula(said, "value") or Formula("", line_of(said)))
        for said in ours(element, "set")
    )


def decision(element: _Element) -> DecisionCall | None:
    """Return the decision *element* asks."""
    for said in ours(element, "decision"):
        return DecisionCall(line_of(said), attribute(said, "ref"), attribute(said, "result"))
    return None


def service(element: _Element) -> ServiceCall | None:
    """Return the function *element* calls."""
    for said in ours(element, "service"):
        return ServiceCall(line_of(said), attribute(said, "name"), attribute(said, "result") or None)
    return None


def separations(element: _Element) -> tuple[Separation, ...]:
    """Return at which elements those who act at *element* must not have acted."""
    return tuple(Separation(line_of(said), attribute(said, "from")) for said in ours(element, "separate"))
