"""``ironcage table take|put MODEL SHEET``: a decision table to a spreadsheet, and the edited sheet back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.verb import declare_verb

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


class SheetKindError(UsageError):
    """The ending of a file names no kind of sheet."""

    message = mark("{file} is neither a .csv nor an .xlsx file.")


class DecisionMissingError(UsageError):
    """A table is to be taken out and nobody said which."""

    message = mark("Say which table to take out: --decision ID.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_verb(parser, ["take", "put"], text("take a table out as a sheet, or put one back"))
    parser.add_argument("model", type=Path, metavar="MODEL", help=text("DMN file"))
    parser.add_argument("sheet", type=Path, metavar="SHEET", help=text("CSV or XLSX file, by its ending"))
    parser.add_argument("--decision", metavar="ID", help=text("id of the decision whose table is taken out"))


def run(arguments: Namespace, output: Output) -> int:
    """Write the sheet, or write the model with the sheet in it; a model that would not be read stays as it was."""
    if arguments.sheet.suffix.lower() not in (".csv", ".xlsx"):
        raise SheetKindError(file=arguments.sheet)
    decision, rows = (_take if arguments.verb == "take" else _put)(arguments)
    output.say(text("{decision}: rows: {rows}.", decision=decision, rows=rows))
    output.data({"decision": decision, "rows": rows})
    return 0


def _take(arguments: Namespace) -> tuple[str, int]:
    from ironcage.dmn.exchange import taken_out  # noqa: PLC0415
    from ironcage.dmn.sheets import to_csv, to_xlsx  # noqa: PLC0415

    if arguments.decision is None:
        raise DecisionMissingError
    taken = taken_out(arguments.model.read_bytes(), str(arguments.model), arguments.decision)
    written = to_csv(taken) if arguments.sheet.suffix.lower() == ".csv" else to_xlsx(taken)
    arguments.sheet.write_bytes(written)
    return taken.decision, len(taken.rows)


def _put(arguments: Namespace) -> tuple[str, int]:
    from ironcage.dmn import read  # noqa: PLC0415
    from ironcage.dmn.exchange import put_back  # noqa: PLC0415
    from ironcage.dmn.sheets import from_csv, from_xlsx  # noqa: PLC0415

    readers = {".csv": from_csv, ".xlsx": from_xlsx}
    edited = readers[arguments.sheet.suffix.lower()](arguments.sheet.read_bytes(), str(arguments.sheet))
    changed = put_back(edited, arguments.model.read_bytes(), str(arguments.model))
    read(changed, str(arguments.model))
    draft = arguments.model.with_name(arguments.model.name + ".draft")
    draft.write_bytes(changed)
    draft.replace(arguments.model)
    return edited.decision, len(edited.rows)
