"""Officials edit tables as spreadsheets: nothing is lost on the way, and a broken sheet changes nothing."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def model(process, tmp_path):
    return shutil.copy(process / "limits.dmn", tmp_path / "limits.dmn")


def ask(ironcage, model, kind="Street Light Outages"):
    return ironcage("decide", model, "--decision", "usual_limit", "--data", f'{{"type": "{kind}"}}', "--json").out


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_taken_out_and_put_back_answers_as_before(ironcage, model, tmp_path, ending):
    sheet = tmp_path / f"limits.{ending}"
    before = ask(ironcage, model)
    assert ironcage("table", "take", model, sheet, "--decision", "usual_limit", "--json").data["rows"] == 113
    assert ironcage("table", "put", model, sheet, "--json").data == {"decision": "usual_limit", "rows": 113}
    assert ask(ironcage, model) == before


def test_an_edited_cell_takes_effect(ironcage, model, tmp_path):
    sheet = tmp_path / "limits.csv"
    ironcage("table", "take", model, sheet, "--decision", "usual_limit")
    lines = sheet.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "Street Light Outages" in line)
    lines[at] = lines[at].replace("P14D", "P68D")
    sheet.write_text("".join(lines), encoding="utf-8-sig", newline="")
    assert "P68D" not in ask(ironcage, model)
    assert ironcage("table", "put", model, sheet).code == 0
    assert "P68D" in ask(ironcage, model)


def test_a_sheet_that_does_not_parse_leaves_the_model_alone(ironcage, model, tmp_path):
    sheet = tmp_path / "limits.csv"
    ironcage("table", "take", model, sheet, "--decision", "usual_limit")
    sheet.write_text(sheet.read_text(encoding="utf-8-sig").replace("P14D", "P14D(("), encoding="utf-8", newline="")
    (tmp_path / "nonsense.csv").write_text("hello\n")
    before = (tmp_path / "limits.dmn").read_bytes()
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("duration(", "duration(("), encoding="utf-8", newline="")
    for name in ("limits.csv", "nonsense.csv"):
        answered = ironcage("table", "put", model, tmp_path / name)
        assert (answered.code, answered.out) == (1, "")
        assert answered.err
    assert (tmp_path / "limits.dmn").read_bytes() == before


def test_what_cannot_be_understood_is_usage(ironcage, model, tmp_path):
    assert ironcage("table", "take", model, tmp_path / "limits.txt", "--decision", "usual_limit").code == 2
    assert ironcage("table", "take", model, tmp_path / "limits.csv").code == 2
    assert ironcage("table", "take", model, tmp_path / "limits.csv", "--decision", "nothing").code == 1
    assert ironcage("table", "put", model, tmp_path / "nowhere.csv").code == 2
