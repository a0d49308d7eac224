from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from dmn_files import definitions, table
from hypothesis import given
from hypothesis import strategies as st

from ironcage import dmn
from ironcage.dmn import exchange, sheets
from ironcage.dmn.sheets import Column, Row, Sheet, SheetError
from ironcage.messages import speaking

# What XML and spreadsheets can both hold; a carriage return is a line feed in every one of them.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t"), max_size=12)
TEXTS = TEXT.filter(lambda text: "￾" not in text and "￿" not in text) | st.sampled_from(
    ["=1+1", "-", '"a","b"', "+2", "@x", "#N/A", "1.10", "true", " a ", "_x000D_", "'quoted", '@"2011-07-01"', "市 级"]
)


@st.composite
def tables(draw: st.DrawFn) -> Sheet:
    kinds = ["input"] * draw(st.integers(0, 3)) + ["output"] * draw(st.integers(1, 2))
    kinds += ["annotation"] * draw(st.integers(0, 1)) + ["description"] * draw(st.integers(0, 1))
    columns = tuple(Column(kind, *(draw(TEXTS) for _ in range(5))) for kind in kinds)
    cells = st.tuples(*(TEXTS for _ in kinds))
    rows = tuple(Row(f"r{number}", texts) for number, texts in enumerate(draw(st.lists(cells, max_size=4)), 1))
    return Sheet("pick", draw(TEXTS), "COLLECT", "SUM", columns, rows)


@given(tables())
def test_a_table_comes_back_from_csv_as_it_was(table: Sheet) -> None:
    assert sheets.from_csv(sheets.to_csv(table), "t.csv") == table


@given(tables())
def test_a_table_comes_back_from_xlsx_as_it_was(table: Sheet) -> None:
    pytest.importorskip("openpyxl")
    assert sheets.from_xlsx(sheets.to_xlsx(table), "t.xlsx") == table


SOURCE = definitions(
    '<inputData id="i" name="x"/><decision id="pick" name="Pick"><decisionTable id="t" hitPolicy="FIRST">'
    '<input label="X"><inputExpression typeRef="number"><text>x</text></inputExpression>'
    "<inputValues><text>[0..9]</text></inputValues></input>"
    '<output name="o" typeRef="string"><outputValues><text>"a","b"</text></outputValues>'
    '<defaultOutputEntry><text>"b"</text></defaultOutputEntry></output><annotation name="why"/>'
    '<rule id="one"><description>first</description><inputEntry><text>&lt; 5</text></inputEntry>'
    '<outputEntry><text>"a"</text></outputEntry><annotationEntry><text>since May</text></annotationEntry></rule>'
    "</decisionTable></decision>"
)


def test_a_table_comes_back_into_its_file_as_it_was() -> None:
    taken = exchange.taken_out(SOURCE, "f.dmn", "pick")
    assert taken.rows == (Row("one", ("< 5", '"a"', "since May", "first")),)
    back = exchange.put_back(taken, SOURCE, "f.dmn")
    assert exchange.taken_out(back, "f.dmn", "pick") == taken
    assert b'<inputData id="i" name="x"/>' in back
    (before,), (after,) = (dmn.read(source, "f.dmn") for source in (SOURCE, back))
    assert after.logic.rules[0].cells == before.logic.rules[0].cells  # type: ignore[attr-defined]


IDS = definitions(
    """<!-- of the office --><decision id="pick" name="Pick">
  <decisionTable id="t">
    <description>kept</description>
    <input id="i1" label="X"><inputExpression id="e1" typeRef="string"><text>x</text></inputExpression></input>
    <output id="o1" name="o"/>
    <rule id="one"><inputEntry id="c"><text>"a"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
    <rule id="two"><inputEntry><text>"b"<!-- ? --></text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
  </decisionTable>
</decision><decision id="other" name="other"><literalExpression><text>1</text></literalExpression></decision>"""
)


def changed(**rows: tuple[str, ...]) -> Sheet:
    taken = exchange.taken_out(IDS, "f.dmn", "pick")
    return dataclasses.replace(taken, rows=tuple(Row(name, cells) for name, cells in rows.items()))


def test_what_is_not_changed_comes_back_byte_for_byte() -> None:
    assert exchange.put_back(exchange.taken_out(IDS, "f.dmn", "pick"), IDS, "f.dmn") == IDS
    edited = exchange.put_back(changed(one=('"a"', "7"), two=('"b"', "2")), IDS, "f.dmn")
    assert edited == IDS.replace(b"<text>1</text></outputEntry>", b"<text>7</text></outputEntry>", 1)


def test_a_new_row_looks_like_the_others_and_a_row_that_is_gone_leaves_nothing() -> None:
    edited = exchange.put_back(changed(two=('"b"', "2"), three=('"c & 市"', "3")), IDS, "f.dmn")
    new = '<rule id="three"><inputEntry><text>"c &amp; 市"</text></inputEntry><outputEntry><text>3</text></outputEntry>'
    assert new.encode() in edited
    assert b'id="one"' not in edited
    before, after = IDS.split(b'<rule id="one">')[0], IDS.split(b"</rule>")[-1]
    assert edited.startswith(before)
    assert edited.endswith(after)
    added = exchange.put_back(changed(one=('"a"', "1"), two=('"b"', "2"), three=('"c & 市"', "3")), IDS, "f.dmn")
    row = f"</rule>\n    {new}</rule>\n  </decisionTable>".encode()
    assert added == IDS.replace(b"</rule>\n  </decisionTable>", row)


def test_columns_may_be_added_and_taken_out() -> None:
    taken = exchange.taken_out(IDS, "f.dmn", "pick")
    wider = dataclasses.replace(
        taken,
        policy="FIRST",
        columns=(taken.columns[0], Column("input", "", "Y", "y", "number", "[0..9]"), *taken.columns[1:]),
        rows=(Row("one", ('"a"', "> 1", "1")),),
    )
    edited = exchange.put_back(wider, IDS, "f.dmn")
    assert exchange.taken_out(edited, "f.dmn", "pick") == wider
    assert b'<input id="i1" label="X">' in edited
    back = exchange.put_back(taken, edited, "f.dmn")
    assert exchange.taken_out(back, "f.dmn", "pick") == taken
    assert b"hitPolicy" not in IDS


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_file_of_another_encoding_takes_an_edited_table(encoding: str) -> None:
    said = encoding.removesuffix("-sig")
    source = IDS.decode().replace("kept", "市级").replace('encoding="UTF-8"', f'encoding="{said}"').encode(encoding)
    edited = exchange.put_back(changed(one=('"市"', "1")), source, "f.dmn")
    assert exchange.taken_out(edited, "f.dmn", "pick").rows == (Row("one", ('"市"', "1")),)
    assert len(dmn.read(edited, "f.dmn")) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_what_any_spreadsheet_saves_as_csv_is_read(encoding: str, delimiter: str, end: str) -> None:
    table = changed(one=('"市,级; x"', "1"), two=("-", '"说\n明"'))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([*table.lines(), [], ["", ""]])
    assert sheets.from_csv(out.getvalue().encode(encoding), "t.csv") == table


def test_a_sheet_alone_makes_a_file_that_is_read() -> None:
    taken = exchange.taken_out(definitions(table(["1 | 2", "3 | 4"])), "f.dmn", "pick")
    (decision,) = dmn.read(exchange.document(taken), "g.dmn")
    assert [rule.cells[0].text for rule in decision.logic.rules] == ["1", "3"]  # type: ignore[attr-defined]


def test_what_is_no_table_is_refused_with_its_place() -> None:
    good = sheets.to_csv(exchange.taken_out(SOURCE, "f.dmn", "pick")).decode("utf-8-sig")
    for source, place in (
        ("a,b\r\n", "t.csv"),
        (good.replace("input,", "inputs,"), "t.csv:2"),
        (good.replace("since May", '"a",b,c,d'), "t.csv:8"),
        ('"a', "t.csv"),
    ):
        with pytest.raises(SheetError) as refused:
            sheets.from_csv(source.encode(), "t.csv")
        assert refused.value.fields["place"] == place
        for language in ("zh", "en"):
            with speaking(language):
                assert str(refused.value)
    with pytest.raises(exchange.NoSuchTableError):
        exchange.taken_out(SOURCE, "f.dmn", "other")


def test_a_workbook_that_is_none_or_holds_a_formula_is_refused() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    with pytest.raises(SheetError):
        sheets.from_xlsx(b"PK no", "t.xlsx")
    book = openpyxl.Workbook()
    book.active.append(["decision", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(SheetError, match="B1"):
        sheets.from_xlsx(out.getvalue(), "t.xlsx")


def test_what_a_spreadsheet_made_of_a_cell_is_read_as_feel_writes_it() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from datetime import date

    taken = exchange.taken_out(definitions(table(["1 | 2"])), "f.dmn", "pick")
    book = openpyxl.load_workbook(io.BytesIO(sheets.to_xlsx(taken)))
    page = book.active
    page["B8"], page["C8"] = 1.5, date(2026, 1, 4)
    out = io.BytesIO()
    book.save(out)
    assert sheets.from_xlsx(out.getvalue(), "t.xlsx").rows == (Row("r1", ("1.5", '@"2026-01-04"')),)
