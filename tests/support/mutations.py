"""Models with something wrong in them, drawn by chance from sound ones; the same seed always draws the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from lxml.etree import _Element

_VALUES = ("", " ", "0", "-1", "true", "false", "x", "nowhere", "p:q", "a b", "100%", "R/PT", "PT1S", "=", "Complex")


def mutated(source: bytes, chance: Random) -> bytes:
    """Return *source* after an accident or some to its elements, or to its bytes."""
    if chance.random() < 0.15:
        return _damaged(source, chance)
    root = etree.fromstring(source)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        elements = [each for each in root.iter("*") if each is not root]
        if elements:
            chance.choice(_ACCIDENTS)(chance.choice(elements), root, chance)
    return etree.tostring(root)


def _damaged(source: bytes, chance: Random) -> bytes:
    damaged = bytearray(source)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(damaged))
        end = place + chance.choice((1, 1, 2, 8, 40))
        damaged[place:end] = chance.choice(
            (b"", b"<", b">", b'"', b"&", b"\0", b"\xff", b"</x>", damaged[place:end] * 3)
        )
    return bytes(damaged)


def _cut(element: _Element, _: _Element, __: Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _strip(element: _Element, _: _Element, chance: Random) -> None:
    if element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]


def _move(element: _Element, root: _Element, chance: Random) -> None:
    inside = set(element.iter("*"))
    places = [each for each in root.iter("*") if each not in inside]
    place = chance.choice(places)
    place.insert(chance.randint(0, len(place)), element)


def _double(element: _Element, _: _Element, chance: Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.insert(chance.randint(0, len(parent)), etree.fromstring(etree.tostring(element)))


def _say(element: _Element, root: _Element, chance: Random) -> None:
    """Let an attribute, or the text, say what another one says, or something strange."""
    said = [value for each in root.iter("*") for value in each.attrib.values()] + list(_VALUES)
    value = str(chance.choice(said))
    if element.attrib and chance.random() < 0.8:
        element.set(chance.choice(sorted(element.attrib)), value)
    else:
        element.text = value


def _rename(element: _Element, root: _Element, chance: Random) -> None:
    element.tag = chance.choice([each.tag for each in root.iter("*")])


_ACCIDENTS: tuple[Callable[[_Element, _Element, Random], None], ...] = (
    _cut,
    _strip,
    _move,
    _double,
    _say,
    _say,
    _rename,
)
