from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from permit_log import GOOD, HEADER, OPEN, content, mapping

from ironcage.clock import micros
from ironcage.faults import FaultyError
from ironcage.importing.lines import LONGEST, NoLogError
from ironcage.importing.records import Rejected, offsets
from ironcage.importing.rows import Row, Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ironcage.faults import Fault

    Log = Callable[..., Path]


def faults(log: Path, encoding: str = "utf-8", form: str = "iso") -> list[Fault]:
    return [row.fault for row in Rows(log, mapping(encoding, form)) if isinstance(row, Rejected)]


def rows(log: Path, encoding: str = "utf-8", form: str = "iso") -> list[Row]:
    return [row for row in Rows(log, mapping(encoding, form)) if isinstance(row, Row)]


def places(found: list[Fault]) -> list[tuple[int, int, str]]:
    return [(fault.line, fault.column, fault.rule) for fault in found]


def test_a_row_is_a_case_with_its_events_in_order(log: Log) -> None:
    first, second = rows(log(GOOD, OPEN))
    assert (first.key, first.data) == ("7", {"kind": "树木", "fee": Decimal("12.50")})
    assert [(h.milestone.element, h.milestone.transition) for h in first.happenings] == [
        (None, "start"),
        ("decide", "complete"),
        (None, "complete"),
    ]
    assert first.happenings[0].at == micros(datetime(2011, 7, 1, 12, tzinfo=UTC))
    assert second.data["fee"] is None
    assert len(second.happenings) == 1


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("9,a,1,2011-02-30 08:00:00,", (3, 7, "log-instant")),
        ("9,a,1,2011-07-01,", (3, 7, "log-instant")),
        ("9,a,1,0011-07-01 08:00:00,", (3, 7, "log-instant")),
        ("9,a,1,2011-03-13 02:30:00,", (3, 7, "log-instant")),
        ("9,a,1,2011-07-01 25:00:00,", (3, 7, "log-instant")),
        ("9,a,1,2011-07-02 08:00:00,2011-07-01 08:00:00", (3, 27, "log-order")),
        ("9,a,1,,", (3, 7, "log-needed")),
        ("9,,1,2011-07-01 08:00:00,", (3, 3, "log-needed")),
        ("9,a,1e5,2011-07-01 08:00:00,", (3, 5, "log-number")),
        ("9,a,一,2011-07-01 08:00:00,", (3, 5, "log-number")),
        (",a,1,2011-07-01 08:00:00,", (3, 1, "log-key")),
        ("7,a,1,2011-07-01 08:00:00,", (3, 1, "log-duplicate")),
        ("9,a,1,2011-07-01 08:00:00", (3, 26, "log-cells")),
        ("9,a,1,2011-07-01 08:00:00,,", (3, 28, "log-cells")),
        ('9,"a",1,"2011-13-01 08:00:00",', (3, 9, "log-instant")),
        ('9,"a"b,1,2011-07-01 08:00:00,', (3, 3, "log-quote")),
        ("9,a\0,1,2011-07-01 08:00:00,", (3, 4, "log-nul")),
    ],
)
def test_a_faulty_cell_is_named_with_line_and_column(log: Log, line: str, place: tuple[int, int, str]) -> None:
    written = log(GOOD, line, OPEN)
    assert places(faults(written)) == [place]
    assert [row.key for row in rows(written)] == ["7", "8"]


def test_a_fault_says_what_is_wrong_and_how_to_mend_it(log: Log) -> None:
    (fault,) = faults(log(GOOD, "9,a,1,2011-02-30 08:00:00,"))
    assert str(fault).endswith(
        "log.csv:3:7: error: opened: 2011-02-30 08:00:00 is no date and time. "
        "Correct it; how times are written stands under [time] in the mapping. [log-instant]"
    )


def test_the_place_in_a_record_of_several_lines_is_that_of_its_cell(log: Log) -> None:
    assert places(faults(log('9,"a\nb",1,2011-02-30 08:00:00,'))) == [(3, 6, "log-instant")]


def test_a_quote_that_is_never_closed_costs_only_its_line(log: Log) -> None:
    written = log(GOOD, '9,"a,1,2011-07-01 08:00:00,', OPEN)
    assert places(faults(written)) == [(3, 3, "log-quote")]
    assert [row.key for row in rows(written)] == ["7", "8"]


@pytest.mark.parametrize(("cut", "rule"), [(b'9,"a', "log-quote"), (b"9,a,1,2011-0", "log-cut-off")])
def test_a_last_line_that_is_cut_off_is_named(log: Log, cut: bytes, rule: str) -> None:
    assert [(fault.line, fault.rule) for fault in faults(log(source=content(GOOD) + cut))] == [(3, rule)]


def test_a_last_line_without_a_line_end_is_whole(log: Log) -> None:
    assert [row.key for row in rows(log(source=content(GOOD, OPEN).rstrip(b"\n")))] == ["7", "8"]


def test_a_wrong_encoding_is_named_with_line_and_column(log: Log) -> None:
    written = log(source=content() + GOOD.encode("gb18030") + b"\n" + OPEN.encode() + b"\n")
    assert places(faults(written)) == [(2, 3, "log-encoding")]
    assert [row.key for row in rows(written)] == ["8"]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "big5"])
def test_chinese_encodings_are_read(log: Log, encoding: str) -> None:
    traditional = GOOD.replace("树", "樹")
    (row,) = rows(log(source=f"{HEADER}\r\n{traditional}\r\n".encode(encoding)), encoding)
    assert row.data["kind"] == "樹木"


def test_a_byte_order_mark_is_not_part_of_the_first_column(log: Log) -> None:
    assert [row.key for row in rows(log(source=b"\xef\xbb\xbf" + content(GOOD)))] == ["7"]


def test_a_compressed_log_reads_like_a_plain_one(log: Log) -> None:
    assert [row.key for row in rows(log(source=gzip.compress(content(GOOD, OPEN))))] == ["7", "8"]


@pytest.mark.parametrize("harm", [lambda data: data[:-9], lambda data: data[:-8] + bytes(8), lambda data: data[:14]])
def test_a_damaged_compressed_log_is_refused(log: Log, harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FaultyError, match="log-damaged"):
        faults(log(source=harm(gzip.compress(content(GOOD, OPEN)))))


def test_missing_and_repeated_columns_are_all_named(log: Log) -> None:
    with pytest.raises(FaultyError) as caught:
        Rows(log(source=b"id,kind,kind,opened\n"), mapping())
    assert [(fault.line, fault.fields["column"]) for fault in caught.value.faults] == [
        (1, "kind"),
        (1, "fee"),
        (1, "closed"),
    ]


@pytest.mark.parametrize("source", [b"", b"\n\n", b"\0", b'"id'])
def test_a_log_without_a_header_is_refused(log: Log, source: bytes) -> None:
    with pytest.raises(FaultyError):
        Rows(log(source=source), mapping())


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoLogError, match=r"nowhere\.csv"):
        Rows(tmp_path / "nowhere.csv", mapping())
    with pytest.raises(NoLogError):
        Rows(tmp_path, mapping())


def test_a_line_of_any_length_is_refused_in_bounded_memory(log: Log) -> None:
    written = log(source=content(GOOD) + b"x" * (3 * LONGEST) + b"\n" + OPEN.encode())
    assert places(faults(written)) == [(3, 0, "log-line-too-long")]
    assert [row.key for row in rows(written)] == ["7", "8"]


def test_a_local_time_that_comes_twice_is_its_first_occurrence_and_counted(log: Log) -> None:
    read = Rows(log("9,a,1,2011-11-06 01:30:00,"), mapping())
    (row,) = read
    assert isinstance(row, Row)
    assert row.happenings[0].at == micros(datetime(2011, 11, 6, 5, 30, tzinfo=UTC))
    assert read.ambiguous == 1


def test_a_written_offset_counts_more_than_the_zone(log: Log) -> None:
    (row,) = rows(log("9,a,1,2011-11-06T01:30:00+08:00,"))
    assert row.happenings[0].at == micros(datetime(2011, 11, 5, 17, 30, tzinfo=UTC))


def test_times_in_another_form_are_read_by_its_pattern(log: Log) -> None:
    (row,) = rows(log("9,a,1,2011/7/1 8:05,"), form="%Y/%m/%d %H:%M")
    assert row.happenings[0].at == micros(datetime(2011, 7, 1, 12, 5, tzinfo=UTC))


TABLES = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=4))


@given(TABLES)
def test_the_offsets_of_cells_are_where_they_begin(table: list[list[str]]) -> None:
    for cells in table:
        file = io.StringIO()
        csv.writer(file, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
        found = offsets(file.getvalue(), ",", '"')
        assert len(found) == len(cells)
        assert all(file.getvalue()[at] == '"' for at in found)


@given(st.data())
def test_a_damaged_line_never_crashes_the_reader_and_costs_no_other_row(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = [f"{key * 6},树木,1,2011-07-01 08:00:00," for key in "123456"]
    victim = data.draw(st.integers(0, 5))
    harmed = bytearray(lines[victim].encode())
    for _ in range(data.draw(st.integers(1, 3))):
        harmed[data.draw(st.integers(0, len(harmed) - 1))] = data.draw(
            st.sampled_from(b'\0\n\r",\xff1') | st.integers(0, 255)
        )
    source = content(*lines).replace(lines[victim].encode(), harmed)
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_bytes(source)
    kept = {row.record.text.rstrip("\n") for row in rows(path)}
    assert kept >= set(lines) - {lines[victim]}
