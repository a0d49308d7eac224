"""Elements of a page. Built as a tree, so that no text of a case, a model or a rule can become markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from ironcage_audit.reports.words import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element

Child: TypeAlias = "_Element | str"


def make(tag: str, *children: Child, **attributes: str | int) -> _Element:
    """Return an element; ``class_`` stands for ``class``, other underscores for hyphens."""
    element = etree.Element(tag)
    for name, value in attributes.items():
        element.set(name.rstrip("_").replace("_", "-"), harmless(str(value)))
    for child in children:
        if isinstance(child, str):
            _write(element, harmless(child))
        else:
            element.append(child)
    return element


def _write(element: _Element, words: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words


def name(written: str, class_: str = "name") -> _Element:
    """Return a name out of the data, kept apart so that its direction of writing does not disturb its surroundings."""
    return make("bdi", written, class_=class_)


def code(written: str) -> _Element:
    """Return an identifier."""
    return make("code", written, translate="no")


def section(id_: str, heading: str, *children: Child) -> _Element:
    """Return a numbered chapter."""
    return make("section", make("h2", heading, id=f"{id_}-h"), *children, id=id_, aria_labelledby=f"{id_}-h")


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], texts: int = 1, class_: str = ""
) -> _Element:
    """Return a table whose first column names the row; the columns after the first *texts* hold numbers."""
    classes = ["" if nth < texts else "number" for nth in range(len(heads))]
    return make(
        "div",
        make(
            "table",
            make("caption", caption),
            make(
                "thead",
                make("tr", *(_cell("th", head, of, scope="col") for head, of in zip(heads, classes, strict=True))),
            ),
            make("tbody", *(_row(row, classes) for row in rows)),
            class_=class_,
        ),
        class_="wide",
        role="region",
        aria_label=caption,
        tabindex="0",
    )


def _row(cells: Sequence[Child], classes: Sequence[str]) -> _Element:
    first, *others = zip(cells, classes, strict=True)
    return make("tr", _cell("th", *first, scope="row"), *(_cell("td", *each) for each in others))


def _cell(tag: str, child: Child, class_: str, **attributes: str) -> _Element:
    return make(tag, child, **attributes, **({"class_": class_} if class_ else {}))


def pairs(rows: Iterable[tuple[str, Child]], class_: str = "pairs") -> _Element:
    """Return a list of terms, each with what belongs to it."""
    return make("dl", *(make("div", make("dt", term), make("dd", said)) for term, said in rows), class_=class_)
