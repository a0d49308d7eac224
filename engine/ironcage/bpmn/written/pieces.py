"""What stands in an element: its attributes, texts, children and references, as the reading of a model needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.model import Formula, Reference
from ironcage.bpmn.names import DIALECTS, full
from ironcage.xml import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_EXTENSIONS = full("bpmn:extensionElements")
_TYPE = full("xsi:type")
_FORMAL = frozenset(map(full, ("bpmn:formalExpression", "bpmn:messagePath", "bpmn:dataPath", "bpmn:transformation")))
"""Expressions that the schema declares as formal ones; so it does the condition of a complex behavior."""
_BEHAVIOR = full("bpmn:complexBehaviorDefinition")


def children(element: _Element, name: str) -> Iterator[_Element]:
    """Yield the children called *name* (``bpmn:lane``)."""
    return element.iterchildren(full(name))


def child(element: _Element, name: str) -> _Element | None:
    """Return the first child called *name*."""
    return next(children(element, name), None)


def ours(element: _Element, name: str) -> Iterator[_Element]:
    """Yield what our namespace says under *name* (``set``) in the extension elements of *element*."""
    for extensions in element.iterchildren(_EXTENSIONS):
        yield from children(extensions, f"ironcage:{name}")


def attribute(element: _Element, name: str) -> str:
    """Return an attribute without surrounding white space, empty where there is none."""
    return (element.get(name) or "").strip()


def is_true(element: _Element, name: str, otherwise: bool = False) -> bool:
    """Return whether a boolean attribute is true; *otherwise* where it is not there or neither true nor false."""
    written = attribute(element, name)
    return written in {"true", "1"} if written in {"true", "1", "false", "0"} else otherwise


def text_of(element: _Element) -> str:
    """Return all text inside *element*, comments left out, without surrounding white space."""
    return raw_text_of(element).strip()


def raw_text_of(element: _Element) -> str:
    """Return all text inside *element* as it is written, comments left out."""
    return "".join(map(str, element.itertext()))


def reference(element: _Element, name: str) -> str:
    """Return the id an attribute refers to, empty where there is none."""
    return local(element, attribute(element, name))


def references(element: _Element, name: str) -> tuple[Reference, ...]:
    """Return the ids the children called *name* refer to."""
    return tuple(Reference(local(each, text_of(each)), line_of(each)) for each in children(element, name))


def named(element: _Element, name: str) -> str:
    """Return the id that the text of the first child called *name* refers to, empty where there is none."""
    return next((each.id for each in references(element, name)), "")


def formula(element: _Element | None) -> Formula | None:
    """Return the expression that is the text of *element*, None without an element."""
    if element is None:
        return None
    root = element.getroottree().getroot()
    language = attribute(element, "language") or attribute(root, "expressionLanguage")
    return Formula(text_of(element), line_of(element), language, _is_formal(element, root))


def _is_formal(element: _Element, root: _Element) -> bool:
    if attribute(element, _TYPE).rpartition(":")[2] == "tFormalExpression" or element.tag in _FORMAL:
        return True
    within = element.getparent()
    if within is not None and within.tag == _BEHAVIOR:
        return True
    # The engines whose dialects we read take every expression for a formal one, and their tools leave the type out.
    return not DIALECTS.keys().isdisjoint(root.nsmap.values())


def our_formula(element: _Element, name: str) -> Formula | None:
    """Return the expression in an attribute of an element of our namespace, which is always FEEL."""
    written = element.get(name)
    return None if written is None else Formula(written.strip(), line_of(element))


def local(element: _Element, name: str) -> str:
    """Take off a prefix that stands for the target namespace; any other stays, and so refers to nothing here."""
    prefix, colon, local = name.rpartition(":")
    if colon and element.nsmap.get(prefix) == element.getroottree().getroot().get("targetNamespace"):
        return local
    return name
