"""Models in which something is removed, doubled, moved or given another's value."""

from __future__ import annotations

import copy

from constructs import CONSTRUCTS
from hypothesis import strategies as st
from lxml import etree
from small_models import SMALL

_WHOLE = {**SMALL, **CONSTRUCTS}


@st.composite
def broken_models(draw: st.DrawFn, most: int = 2) -> bytes:
    """Draw a small model or one of a construct, with at most so many faults."""
    root = etree.fromstring(_WHOLE[draw(st.sampled_from(sorted(_WHOLE)))])
    for _ in range(draw(st.integers(1, most))):
        elements = [each for each in root.iter() if each.getparent() is not None]
        if not elements:
            break
        one, other = draw(st.sampled_from(elements)), draw(st.sampled_from(elements))
        match draw(st.sampled_from(["remove", "double", "move", "attribute", "cut", "text", "tag"])):
            case "remove":
                one.getparent().remove(one)
            case "double":
                one.addnext(copy.deepcopy(one))
            case "move" if other not in one.iter():
                other.append(one)
            case "attribute" if one.attrib:
                name = draw(st.sampled_from(sorted(one.attrib)))
                values = sorted({value for each in elements for value in each.attrib.values()})
                one.set(name, draw(st.sampled_from([*values, "", " ", "true", "0"])))
            case "cut" if one.attrib:
                del one.attrib[draw(st.sampled_from(sorted(one.attrib)))]
            case "text":
                one.text = draw(st.sampled_from([other.text or "", "x", " ", "PT1H", "1"]))
            case "tag":
                one.tag = other.tag
    return etree.tostring(root)
