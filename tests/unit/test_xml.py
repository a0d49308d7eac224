from __future__ import annotations

import time

import pytest

from ironcage.faults import FaultyError
from ironcage.messages import speaking
from ironcage.xml import Limits, elements, line_of, parse


def refused(source: bytes, limits: Limits | None = None) -> tuple[str, int, int]:
    with pytest.raises(FaultyError) as error:
        parse(source, "model.bpmn", limits or Limits())
    (fault,) = error.value.faults
    assert fault.file == "model.bpmn"
    for language in ("zh", "en"):
        with speaking(language):
            assert str(error.value)
    return fault.rule, fault.line, fault.column


def test_a_file_is_read_with_its_comments_and_lines() -> None:
    root = parse(b"<a>\n<!-- why --><b/>\n<c/></a>", "model.bpmn")
    assert [(child.tag, line_of(child)) for child in elements(root)] == [("b", 2), ("c", 3)]
    assert len(root) == 3


@pytest.mark.parametrize(
    "source",
    [
        "<a>市</a>".encode(),
        b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?><a>" + "市".encode() + b"</a>",
        '<?xml version="1.0" encoding="UTF-16"?><a>市</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="GBK"?><a>市</a>'.encode("gbk"),
    ],
)
def test_the_usual_encodings_are_read(source: bytes) -> None:
    assert parse(source, "model.bpmn").text == "市"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (b"", ("xml-malformed", 1, 1)),
        (b"<a>\n<b></a>", ("xml-malformed", 2, 8)),
        (b"<a>&x;</a>", ("xml-malformed", 1, 7)),
        (b"<a>\x00</a>", ("xml-malformed", 1, 4)),
        (b"<!-- <!DOCTYPE -->\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", ("xml-doctype", 2, 0)),
        (b"<?xml version='1.0'?>\n<?p?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", ("xml-doctype", 2, 0)),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode("utf-16"), ("xml-doctype", 1, 0)),
        ("<?xml version='1.0' encoding='UTF-8'?>\n<a>é</a>".encode("latin-1"), ("xml-encoding", 2, 0)),
        (b"<?xml version='1.0' encoding='EBCDIC-XX'?><a/>", ("xml-encoding", 1, 0)),
        (b"<a>" * 201 + b"</a>" * 201, ("xml-too-deep", 1, 0)),
        (b"<a>" * 50_000 + b"</a>" * 50_000, ("xml-too-deep", 1, 771)),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", ("xml-too-large", 0, 0)),
        (b"<a>" + b"<b/>" * 50_000 + b"</a>", ("xml-too-large", 0, 0)),
        (b"<a>" + b" " * (16 * 1024 * 1024) + b"</a>", ("xml-too-large", 0, 0)),
    ],
    ids=str,
)
def test_a_hostile_or_broken_file_is_refused_at_once_with_its_place(source: bytes, fault: tuple[str, int, int]) -> None:
    began = time.process_time()
    rule, line, column = refused(source)
    assert (rule, line) == fault[:2]
    assert bool(column) == bool(fault[2])
    assert time.process_time() - began < 2


def test_doctype_in_text_is_text() -> None:
    assert parse(b"<a>&lt;!DOCTYPE a&gt;<![CDATA[<!DOCTYPE a>]]></a>", "model.bpmn").text == "<!DOCTYPE a><!DOCTYPE a>"


def test_the_limits_are_the_callers() -> None:
    assert refused(b"<a><b/><b/></a>", Limits(elements=2))[0] == "xml-too-large"
    assert parse(b"<a><b/></a>", "model.bpmn", Limits(elements=2)).tag == "a"


def test_lines_are_exact_where_the_parser_has_lost_count() -> None:
    body = "\n" * 70_000 + "<b/><c><d/></c>\n<e/>\n<f>x</f>\n<!-- \n --><g>\n<h/>\n\n</g><i/>"
    root = parse(f"<a>{body}</a>".encode(), "f.xml", every_line=True)
    lines = {element.tag: line_of(element) for element in root.iter(tag="*")}
    assert lines == {
        "a": 1, "b": 70_001, "c": 70_001, "d": 70_001, "e": 70_002, "f": 70_003, "g": 70_005, "h": 70_006, "i": 70_008,
    }  # fmt: skip
