from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from permit_log import SAMPLE

from ironcage.faults import FaultyError
from ironcage.importing import Mapping, load, parse
from ironcage.importing.mapping_file import NoMappingError

WRONG = b"""process = 3
colour = "blue"
[file]
encoding = "utf-16"
quote = "''"
[time]
zone = "Mars/Olympus"
format = "%B"
[case]
ky = "id"
[data]
a = { column = "x", kind = "blob" }
b = {}
[[event]]
transition = "start"
at = "opened"
[[event]]
transition = "jump"
at = "closed"
data = ["zz"]
"""


def test_every_fault_of_a_mapping_is_named_with_its_line() -> None:
    with pytest.raises(FaultyError) as caught:
        parse(WRONG, "m.toml")
    assert [(fault.line, fault.rule) for fault in caught.value.faults] == [
        (1, "settings-type"),
        (2, "settings-unknown-key"),
        (4, "mapping-encoding"),
        (5, "mapping-sign"),
        (7, "mapping-zone"),
        (8, "mapping-format"),
        (9, "settings-missing-key"),
        (10, "settings-unknown-key"),
        (12, "mapping-kind"),
        (13, "mapping-field"),
        (18, "mapping-transition"),
        (20, "mapping-unknown-field"),
    ]


def test_what_is_not_toml_is_refused_with_line_and_column() -> None:
    with pytest.raises(FaultyError) as caught:
        parse(b'process = "p"\n[file\n', "m.toml")
    (fault,) = caught.value.faults
    assert (fault.rule, fault.line, fault.column) == ("settings-malformed", 2, 6)


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(FaultyError) as caught:
        parse('process = "p"\n# 流程'.encode("gb18030"), "m.toml")
    (fault,) = caught.value.faults
    assert (fault.rule, fault.line) == ("settings-encoding", 2)


@pytest.mark.parametrize(
    "events",
    [
        "",
        '[[event]]\nelement = "a"\ntransition = "start"\nat = "x"',
        '[[event]]\ntransition = "start"\nat = "x"\noptional = true',
        '[[event]]\ntransition = "complete"\nat = "x"',
    ],
)
def test_the_first_event_must_start_the_case(events: str) -> None:
    with pytest.raises(FaultyError) as caught:
        parse(f'process = "p"\n[time]\nzone = "UTC"\n[case]\nkey = "id"\n{events}'.encode(), "m.toml")
    assert [fault.rule for fault in caught.value.faults] == ["mapping-first-event"]


def test_a_mapping_that_is_not_there_is_named() -> None:
    with pytest.raises(NoMappingError, match="nowhere"):
        load(Path("nowhere.toml"))


def test_the_shipped_mapping_reads_only_the_columns_of_the_shipped_sample(boston: Mapping) -> None:
    header = SAMPLE.read_text("utf-8").split("\n", 1)[0].split(",")
    assert set(boston.columns()) == set(header) - {"ontime"}


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_the_reader(source: bytes) -> None:
    with pytest.raises(FaultyError):
        parse(source, "m.toml")


@given(st.data())
def test_a_mapping_with_any_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    good = bytearray(WRONG.replace(b"= 3", b'= "p"'))
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with pytest.raises(FaultyError):
        parse(bytes(good), "m.toml")


def test_the_example_of_the_reference_is_a_mapping() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "mapping.md").read_text("utf-8")
    example = parse(page.partition("```toml\n")[2].partition("```")[0].encode(), "mapping.md")
    assert [milestone.transition for milestone in example.milestones] == ["start", "schedule", "complete", "complete"]
    assert example.file.encoding == "gb18030"
    for rule in ("log-column", "log-instant", "log-order", "log-duplicate", "log-nul", "log-cut-off"):
        assert f"`{rule}`" in page
