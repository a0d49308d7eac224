"""What other engines put into their namespaces becomes plain BPMN and the elements of ``urn:ironcage:bpmn:1``.

It is done in the tree, before either reader sees it: both readers thus read the same. What is said differently there
is said anew on the line it stood on; what has no effect here is told as advice; anything else is refused, so that
nothing is dropped without a word. ``vocabulary`` lists every word and what becomes of it. Of a drawing, which is never
executed, nothing is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.dialects import calls, data, expressions, people, rules, work
from ironcage.bpmn.dialects.editing import Editing
from ironcage.bpmn.dialects.family import Family, family_of, is_ours, modelled_for, used, written_for
from ironcage.bpmn.dialects.vocabulary import VOCABULARY, word
from ironcage.bpmn.dialects.word import Fate
from ironcage.bpmn.names import DIALECTS, full, split
from ironcage.xml import elements

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    from ironcage.faults import Fault

__all__ = ["RULES", "VOCABULARY", "normalise"]

RULES = rules.RULES

_PROCESS = full("bpmn:process")
_READERS: dict[Family, tuple[Callable[[Editing, _Element], None], ...]] = {
    Family.CAMUNDA: (people.of_camunda, calls.of_camunda, data.of_camunda, work.of_camunda),
    Family.ZEEBE: (people.of_zeebe, calls.of_zeebe, data.of_zeebe, work.of_zeebe),
    Family.SPIFF: (calls.of_spiff, data.of_spiff, work.of_spiff),
}


def normalise(root: _Element, file: str, source: bytes = b"") -> list[Fault]:
    """Rewrite the tree of a file in place, and return what is wrong or without effect in it.

    Args:
        root: the tree; a file that speaks no dialect stays as it is.
        file: its name in faults.
        source: the file itself, which tells the columns of expressions.
    """
    editing = Editing(root, file, source)
    speaks = used(root)
    # The notes of a tool do not make a file one of its engine, where anything else does.
    meant = used(root, _means_something) or speaks
    if len(meant) > 1:
        first, second = list(meant)[:2]
        names = {"first": _engine(meant[first], first), "second": _engine(meant[second], second)}
        editing.note(rules.MIXED, meant[second], **names)
    ours = editing.says_ours = is_ours(root)
    family = next(iter(meant), None) or written_for(root)
    if family is Family.SPIFF and ours and family not in meant:
        # Its expressions are written like any other; those beside our own words are ours.
        family = None
    surely = bool(meant) and not ours
    # What only declares a namespace may be anybody's, unless its modeler or the lack of our words tells whose.
    told = family if family is Family.SPIFF or modelled_for(root) else None
    readers = [reader for each in Family if each in speaks or each is told for reader in _READERS[each]]
    executable = {each for each in root.iter(_PROCESS) if (each.get("isExecutable") or "").strip() in {"true", "1"}}
    for element in [each for each in root.iter("*") if family_of(each.tag) is None]:
        editing.is_drawing = _is_drawn(element, executable)
        expressions.in_bpmn(editing, element, family, surely)
        if family:
            expressions.of_name(editing, element, family)
        before = len(editing.faults)
        for reader in readers:
            reader(editing, element)
        _rest(editing, element)
        work.stand_in(editing, element, editing.faults[before:])
    return editing.faults


def _means_something(name: str, family: Family) -> bool:
    """Return whether a name that stands in a file says more than a note of a tool."""
    local = split(name)[1]
    found = word(family, f"@{local}") or word(family, local)
    return found is None or found.fate is not Fate.SILENT


def _is_drawn(element: _Element, executable: set[_Element]) -> bool:
    """Return whether *element* is never executed: it is in a drawing, or nothing in the file is executed."""
    if element.tag == _PROCESS:
        return element not in executable
    holder = next(element.iterancestors(_PROCESS), None)
    return not executable if holder is None else holder not in executable


def _engine(element: _Element, family: Family) -> str:
    names = (element.tag, *map(str, element.attrib))
    return next(DIALECTS[split(name)[0]] for name in names if family_of(name) is family)


def _rest(editing: Editing, element: _Element) -> None:
    """Tell what becomes of the words at *element* that nothing has taken up, and take them out."""
    for key in list(map(str, element.attrib)):
        family = family_of(key)
        if family:
            local = split(key)[1]
            found, value = word(family, f"@{local}"), str(element.attrib[key]).strip()
            if value and (found is None or value != found.off):
                editing.tell(element, family, f"@{local}", local)
            del element.attrib[key]
    for child in list(elements(element)):
        family = family_of(child.tag)
        if family:
            local = split(child.tag)[1]
            editing.tell(child, family, local, f"<{local}>")
            element.remove(child)
