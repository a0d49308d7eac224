"""Every construct of BPMN has a line in the reference, and the line is true."""

from __future__ import annotations

import importlib.util
import re

import pytest
from lxml import etree

from ironcage.bpmn.grammar import GRAMMAR
from ironcage.bpmn.unsupported import UNSUPPORTED

_BPMN = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
_PARTS = frozenset(
    [
        "incoming",
        "outgoing",
        "event",
        "sourceRef",
        "targetRef",
        "source",
        "target",
        "from",
        "to",
        "childLaneSet",
        "flowNodeRef",
        "dataPath",
        "messagePath",
        "errorRef",
        "endPointRef",
        "operationRef",
        "inMessageRef",
        "outMessageRef",
        "interfaceRef",
        "supportedInterfaceRef",
        "supports",
        "participantRef",
        "choreographyRef",
        "categoryValueRef",
        "partitionElement",
        "correlationPropertyRef",
        "dataInputRefs",
        "dataOutputRefs",
        "optionalInputRefs",
        "optionalOutputRefs",
        "inputSetRefs",
        "outputSetRefs",
        "resourceParameter",
        "resourceRef",
        "resourceParameterBinding",
        "resourceAssignmentExpression",
        "formalExpression",
    ]
)
"""Elements that only say something of the element around them; they are told of with it."""


def _script(root):
    spec = importlib.util.spec_from_file_location("make_bpmn", root / "docs/reference/make_bpmn.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture(scope="module")
def made(root):
    """The script that writes the table."""
    return _script(root)


@pytest.fixture(scope="module")
def lines(made):
    return [line for chapter in made.chapters() for line in chapter["lines"]]


def test_the_table_of_constructs_is_up_to_date(made):
    assert made.PAGE.read_text("utf-8") == made.page(), "run: python docs/reference/make_bpmn.py"


def test_every_element_that_is_read_or_refused_by_name_has_a_line(lines):
    named = {name for line in lines for name in line["element"].split()}
    known = {name.removeprefix("bpmn:") for name in (*GRAMMAR, *UNSUPPORTED) if name.startswith("bpmn:")}
    assert known - named - _PARTS == set()
    assert named - known == set()


def test_what_is_executed_is_shown_and_what_is_refused_is_not(made, lines):
    assert [line["en"] for line in lines if made.is_refused(line) and "shown" in line] == []


def test_every_pattern_holds_the_construct_it_is_named_for(made, lines):
    missing = []
    for line in lines:
        shown = line.get("shown", "")
        if shown and "::" not in shown:
            model = etree.parse(made.PATTERNS / shown / f"{shown}.bpmn")
            wanted = line.get("at") or f"//b:{line['element'].split()[0]}"
            if not model.xpath(wanted, namespaces=_BPMN):
                missing.append(f"{shown}: {wanted}")
    assert missing == []


def test_every_test_named_exists(root, lines):
    named = [line["shown"].split("::") for line in lines if "::" in line.get("shown", "")]
    missing = [name for file, name in named if f"\ndef {name}(" not in (root / file).read_text("utf-8")]
    assert missing == []


def test_every_pattern_is_gone_through_by_the_feature_and_named_in_its_readme(root, made):
    patterns = {folder.name for folder in made.PATTERNS.iterdir() if folder.is_dir()}
    feature = (root / "features/patterns.feature").read_text("utf-8")
    readme = (made.PATTERNS / "README.md").read_text("utf-8")
    assert patterns - set(re.findall("“(\\w+)”", feature)) == set()
    assert patterns == set(re.findall(r"\[`(\w+)`\]", readme))
