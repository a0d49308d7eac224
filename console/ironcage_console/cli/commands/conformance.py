"""``ironcage conformance dmn FOLDER``: runs a folder of a conformance kit and says what came of each result."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import mark, text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from ironcage.dmn.kit import Result
    from ironcage_console.cli.output import Output

VERDICTS = (mark("pass"), mark("refused"), mark("wrong"), mark("failed"))


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("kit", choices=["dmn"], help=text("which kit: dmn, the technology compatibility kit of DMN"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=text("folder with models and test cases"))


def run(arguments: Namespace, output: Output) -> int:
    """Run the kit; what is refused with a reason is no failure, what is answered wrongly is."""
    from ironcage.dmn import kit  # noqa: PLC0415

    arguments.folder.stat()  # what is not there is usage
    results = list(kit.run(arguments.folder))
    _tell(results, output)
    output.data({"results": [result.as_json() for result in results]})
    return 1 if any(result.verdict in ("wrong", "failed") for result in results) else 0


def _tell(results: Sequence[Result], output: Output) -> None:
    short = [result for result in results if result.verdict != "pass"]
    output.table(
        [text("suite"), text("case"), text("result"), text("verdict"), text("expected"), text("got"), text("reason")],
        [
            (each.suite, each.case, each.node, text(each.verdict), each.expected, each.got, each.reason)
            for each in short
        ],
    )
    counts = Counter(result.verdict for result in results)
    said = ", ".join(f"{counts[verdict]} {text(verdict)}" for verdict in VERDICTS if counts[verdict])
    output.say(text("{count} results: {verdicts}.", count=len(results), verdicts=said or "0"))
