"""Reads an XML file that may come from anyone: no DTD, no entities, no network, bounded in size, number and depth.

Comments and processing instructions stay in the tree (their ``tag`` is not text); lines stay in ``sourceline``, which
lxml does not know beyond 65,534: there they are counted by another parser and kept in an attribute of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from xml.parsers import expat

from lxml import etree

from ironcage.faults import Fault, FaultyError
from ironcage.foreign import Foreign
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused."""

    size: int = 16 * 1024 * 1024
    """Bytes."""
    elements: int = 50_000
    depth: int = 200


MODEL = Limits()
"""What is enough for a drawn model."""

_PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]*)")
_CODECS = {
    "utf-8": "utf-8-sig",
    "us-ascii": "utf-8",
    "utf-16": "utf-16",
    "iso-8859-1": "iso-8859-1",
    "windows-1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
}


_LINE = "{urn:ironcage:place}line"
_LAST_LINE = 65_534
"""The last line that lxml tells exactly."""


def parse(source: bytes, file: str, limits: Limits = MODEL, every_line: bool = False) -> etree._Element:
    """Return the root element of *source*; *file* is its name in faults.

    With *every_line* lines are exact in files of any length; elements beyond lxml's reach then have one more attribute.

    Raises:
        FaultyError: broken, too large, too deep, in an encoding that is not read, or with a DOCTYPE.
    """
    if len(source) > limits.size or source.count(b"<") > 2 * limits.elements:
        raise _refused(file, 0, _TOO_LARGE, size=limits.size, elements=limits.elements)
    text = _decoded(source, file)
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if text.startswith("<!DOCTYPE", start):
        raise _refused(file, text.count("\n", 0, start) + 1, _DOCTYPE)
    root = _parsed(text, file)
    if cast("object", root.getroottree().docinfo.internalDTD) is not None:
        raise _refused(file, 0, _DOCTYPE)
    _measure(root, file, limits)
    if every_line and text.count("\n") >= _LAST_LINE:
        _number(root, text)
    return root


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements of *parent*, without comments and processing instructions."""
    return parent.iterchildren(tag=etree.Element)


def line_of(element: etree._Element) -> int:
    """Return the line *element* begins on, 1-based; 0 where it is not known."""
    line = cast("int | None", element.sourceline) or 0
    return line if line <= _LAST_LINE else int(element.get(_LINE, line))


def placed(element: etree._Element, line: int) -> etree._Element:
    """Put a new *element* on a line of the file, as ``line_of`` tells it, and return it."""
    element.sourceline = min(line, _LAST_LINE + 1)  # type: ignore[assignment]  # a number, whatever the stubs say
    if line > _LAST_LINE:
        element.set(_LINE, str(line))
    return element


def _decoded(source: bytes, file: str) -> str:
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        declared = _DECLARED.match(source.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    codec = _CODECS.get(encoding)
    if codec is None:
        raise _refused(file, 1, _UNKNOWN_ENCODING, encoding=encoding)
    try:
        return source.decode(codec)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _refused(file, line, _ENCODING, encoding=encoding) from error


def _parsed(text: str, file: str) -> etree._Element:
    # One decoder, ours: the text goes in as UTF-8 whatever the declaration says.
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        detail = " ".join(str(error.msg).split()).rpartition(", line ")[0]
        template = _TOO_DEEP if "depth" in detail else _MALFORMED
        raise _refused(file, line, template, column, detail=Foreign(detail), depth=MODEL.depth) from error


def _number(root: etree._Element, text: str) -> None:
    """Write its line on every element that stands beyond the last one lxml tells."""
    lines: list[int] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda _name, _attributes: lines.append(parser.CurrentLineNumber)
    parser.Parse(text.encode(), True)
    for element, line in zip(root.iter(tag=etree.Element), lines, strict=True):
        if line > _LAST_LINE:
            element.set(_LINE, str(line))


def _measure(root: etree._Element, file: str, limits: Limits) -> None:
    count, depth, level = 1, 0, [root]
    while level:
        depth += 1
        if depth > limits.depth:
            raise _refused(file, line_of(level[0]), _TOO_DEEP, depth=limits.depth)
        level = [child for element in level for child in elements(element)]
        count += len(level)
        if count > limits.elements:
            raise _refused(file, 0, _TOO_LARGE, size=limits.size, elements=limits.elements)


_MALFORMED = (
    "xml-malformed",
    mark("The file is not well-formed XML: {detail}."),
    mark("Open it in the program that made it and save it again."),
)
_DOCTYPE = (
    "xml-doctype",
    mark("The file declares a document type (DOCTYPE), which is not read."),
    mark("Remove the DOCTYPE; a model needs none."),
)
_TOO_LARGE = (
    "xml-too-large",
    mark("The file is larger than {size} bytes or has more than {elements} elements."),
    mark("Split it into several files."),
)
_TOO_DEEP = (
    "xml-too-deep",
    mark("Elements are nested more than {depth} deep."),
    mark("Flatten the model; move inner parts to files of their own."),
)
_ENCODING = ("xml-encoding", mark("The file is not valid {encoding}."), mark("Save it as UTF-8."))
_UNKNOWN_ENCODING = ("xml-encoding", mark("The encoding {encoding} is not read."), mark("Save it as UTF-8."))


def _refused(file: str, line: int, kind: tuple[str, str, str], column: int = 0, **fields: object) -> FaultyError:
    rule, what, mend = kind
    return FaultyError([Fault(file, line, "", rule, what, mend, column=column, fields=fields)])
