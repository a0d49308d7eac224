"""The gate: every fault of a model at once. A rule is a function; its name, sentence and remedy stand above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check import (
    activities,
    collaboration,
    compensation,
    connections,
    data,
    events,
    expressions,
    gateways,
    identity,
    items,
    links,
    particulars,
    references,
    scripts,
    soundness,
    triggers,
    twice,
    waiting,
)
from ironcage.bpmn.check.subject import Check, Subject
from ironcage.faults import Level

if TYPE_CHECKING:
    from collections.abc import Collection

    from ironcage.bpmn.model import Model
    from ironcage.faults import Fault

__all__ = ["CHECKS", "check"]

_MODULES = (
    identity,
    references,
    connections,
    gateways,
    waiting,
    events,
    triggers,
    links,
    compensation,
    activities,
    data,
    items,
    collaboration,
    particulars,
    expressions,
    scripts,
    twice,
    soundness,
)

CHECKS = tuple(each for module in _MODULES for each in vars(module).values() if isinstance(each, Check))
"""Every rule of a model."""


def check(model: Model, decisions: Collection[str], *, whole: bool = True) -> list[Fault]:
    """Return every fault of *model* as an executable process, by line.

    Args:
        model: a model as read.
        decisions: the ids of the decisions there are.
        whole: whether the model holds all that the file does; if not, rules about the process as a whole are left out.
    """
    subject = Subject(model, decisions)
    faults = _examine(subject, last=False)
    if whole and not any(fault.level is Level.ERROR for fault in faults):
        faults += _examine(subject, last=True)
    return sorted(faults, key=lambda fault: fault.line)


def _examine(subject: Subject, *, last: bool) -> list[Fault]:
    return [
        each.rule.fault(subject.model.file, place.line, place.element, place.column, **place.fields)
        for each in CHECKS
        if each.last is last
        for place in each.examine(subject)
    ]
