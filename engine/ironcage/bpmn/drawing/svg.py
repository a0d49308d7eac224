"""The few SVG elements a diagram is made of. Built as a tree, so that no text in a model can become markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

SVG = "http://www.w3.org/2000/svg"
_PLAIN = cast("dict[str, str]", {None: SVG})
"""No prefix: in a page of HTML only elements without one are SVG. (The stubs of lxml know no such key.)"""


def make(tag: str, *children: _Element, text: str | None = None, **attributes: object) -> _Element:
    """Return an element; ``class_`` stands for ``class``, other underscores for hyphens, numbers are rounded."""
    element = etree.Element(f"{{{SVG}}}{tag}", nsmap=_PLAIN)
    for name, value in attributes.items():
        if value is not None:
            element.set(name.rstrip("_").replace("_", "-"), number(value) if isinstance(value, float) else str(value))
    element.text = text
    element.extend(children)
    return element


def number(value: float) -> str:
    """Return *value* with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def circle(x: float, y: float, radius: float, class_: str) -> _Element:
    """Return a circle around *x*, *y*."""
    return make("circle", cx=x, cy=y, r=radius, class_=class_)


def rectangle(x: float, y: float, width: float, height: float, class_: str, round_: float | None = None) -> _Element:
    """Return a rectangle."""
    return make("rect", x=x, y=y, width=width, height=height, rx=round_, class_=class_)


def path(drawn: str, class_: str, move: tuple[float, float] | None = None) -> _Element:
    """Return a path, moved by *move*."""
    shift = f"translate({number(move[0])} {number(move[1])})" if move else None
    return make("path", d=drawn, class_=class_, transform=shift)


def polyline(points: Sequence[tuple[float, float]], class_: str, marker_end: str | None = None) -> _Element:
    """Return a line through *points*."""
    drawn = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in points)
    return make("path", d=drawn, class_=class_, marker_end=marker_end)


def lettering(lines: Sequence[str], x: float, middle: float, size: float, class_: str = "text") -> _Element:
    """Return *lines* of text, centred on *x* and on the height *middle*."""
    step = size * 1.2
    top = middle - step * (len(lines) - 1) / 2 + size * 0.36
    spans = [make("tspan", text=line, x=x, y=top + step * row) for row, line in enumerate(lines)]
    return make("text", *spans, class_=class_, font_size=size)
