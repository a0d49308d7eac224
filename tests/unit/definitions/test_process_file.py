"""Faults of process.toml, each with its line."""

from __future__ import annotations

import pytest

from ironcage.definitions.process_file import read_process_file
from ironcage.faults import FaultyError
from ironcage.values import ValueKind

GOOD = """\
key = "k"
owner = "o"
model = "m.bpmn"
time_zone = "Asia/Shanghai"
[title]
zh = "一"
en = "One"
"""


def faults_of(text: str, folder: str | None = "k") -> list[tuple[str, int]]:
    return [(fault.rule, fault.line) for fault in read_process_file(text.encode(), "process.toml", folder)[1]]


def test_what_is_needed_is_little() -> None:
    said, faults = read_process_file(GOOD.encode(), "process.toml", "k")
    assert faults == []
    assert said.names() == ["process.toml", "m.bpmn"]
    assert (said.decisions, dict(said.maps), dict(said.roles), dict(said.schema.fields)) == ((), {}, {}, {})


@pytest.mark.parametrize("kind", [kind for kind in ValueKind if kind is not ValueKind.NULL])
def test_a_field_is_of_any_kind_of_value(kind: ValueKind) -> None:
    said, faults = read_process_file(f'{GOOD}[data.x]\ntype = "{kind}"\n'.encode(), "process.toml", "k")
    assert faults == []
    assert said.schema.fields["x"].kind is kind


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('key = "k"', 'key = "a/b"', ("process-key", 1)),
        ('key = "k"', 'key = "other"', ("process-key", 1)),
        ('owner = "o"\n', "", ("settings-missing-key", 1)),
        ('owner = "o"', "owner = 1", ("settings-type", 2)),
        ('owner = "o"', 'owner = "o"\nowned = "x"', ("settings-unknown-key", 3)),
        ('"m.bpmn"', '"../m.bpmn"', ("process-file-name", 3)),
        ('"m.bpmn"', '".hidden"', ("process-file-name", 3)),
        ('"m.bpmn"', f'"{"m" * 300}"', ("process-file-name", 3)),
        ('"m.bpmn"', '"m\\u001b.bpmn"', ("process-file-name", 3)),
        ("Asia/Shanghai", "Asia/Nowhere", ("process-time-zone", 4)),
        ("Asia/Shanghai", "../../etc/passwd", ("process-time-zone", 4)),
        ('en = "One"', 'fr = "Un"', ("settings-unknown-key", 7)),
        ('en = "One"', "", ("settings-missing-key", 5)),
        ('en = "One"', 'en = "One"\n[data.x]\nkind = "text"', ("settings-missing-key", 8)),
        ('en = "One"', 'en = "One"\n[data.x]\ntype = "string"', ("data-type", 9)),
        ('en = "One"', 'en = "One"\n[data.x]\ntype = "null"', ("data-type", 9)),
        ('en = "One"', 'en = "One"\n[data."x y"]\ntype = "text"', ("data-name", 8)),
        ('en = "One"', 'en = "One"\n[data.x]\ntype = "text"\naudit = 1', ("settings-type", 10)),
        (
            'en = "One"',
            'en = "One"\n[data.x]\ntype = "text"\naudit = true\npersonal = true',
            ("data-audit-personal", 11),
        ),
        ('en = "One"', 'en = "One"\n[maps]\nold = "a/b.toml"', ("process-file-name", 9)),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, fault: tuple[str, int]) -> None:
    assert fault in faults_of(GOOD.replace(old, new))


def test_every_fault_is_named_at_once() -> None:
    assert len(faults_of('key = "k"\nmodel = 3\nwrong = 1')) == 6


def test_the_key_need_not_be_the_name_of_a_folder_that_is_none() -> None:
    assert faults_of(GOOD, folder=None) == []


def test_what_is_no_toml_is_refused_with_line_and_column() -> None:
    with pytest.raises(FaultyError) as refused:
        read_process_file(b'key = "k"\nowner = ', "process.toml", "k")
    (fault,) = refused.value.faults
    assert (fault.rule, fault.line) == ("settings-malformed", 2)
