"""Which dialect a name belongs to, and which one a file is written in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ironcage.bpmn.names import IRONCAGE, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element


class Family(StrEnum):
    """Engines that share one vocabulary."""

    CAMUNDA = "camunda"
    """Camunda 7 and its kin: Operaton, Flowable, Activiti."""
    ZEEBE = "zeebe"
    """Camunda 8."""
    SPIFF = "spiffworkflow"


FAMILIES = {
    "http://camunda.org/schema/1.0/bpmn": Family.CAMUNDA,
    "http://operaton.org/schema/1.0/bpmn": Family.CAMUNDA,
    "http://flowable.org/bpmn": Family.CAMUNDA,
    "http://activiti.org/bpmn": Family.CAMUNDA,
    "http://camunda.org/schema/zeebe/1.0": Family.ZEEBE,
    "http://spiffworkflow.org/bpmn/schema/1.0/core": Family.SPIFF,
}

_PLATFORM = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_PLATFORMS = {"Camunda Platform": Family.CAMUNDA, "Camunda Cloud": Family.ZEEBE, "Operaton": Family.CAMUNDA}


def family_of(name: str) -> Family | None:
    """Return the family whose namespace *name*, as lxml writes it, is in."""
    return FAMILIES.get(split(name)[0])


def used(root: _Element, counts: Callable[[str, Family], bool] | None = None) -> dict[Family, _Element]:
    """Return the families whose words the file uses, each with the first element that does, in document order.

    *counts* tells which words count; all do without it.
    """
    found: dict[Family, _Element] = {}
    for element in root.iter("*"):
        for name in (element.tag, *map(str, element.attrib)):
            family = family_of(name)
            if family and family not in found and (counts is None or counts(name, family)):
                found[family] = element
    return found


def is_ours(root: _Element) -> bool:
    """Return whether the file says anything in our own namespace, whose expressions are FEEL."""
    return any(split(element.tag)[0] == IRONCAGE for element in root.iter("*"))


def modelled_for(root: _Element) -> Family | None:
    """Return the family that the modeler of the file says it was drawn for."""
    return _PLATFORMS.get(root.get(_PLATFORM, ""))


def written_for(root: _Element) -> Family | None:
    """Return the family the file was drawn for as its modeler says, else the only one it declares; None for none."""
    declared = {FAMILIES[namespace] for namespace in root.nsmap.values() if namespace in FAMILIES}
    return modelled_for(root) or (declared.pop() if len(declared) == 1 else None)
