"""``ironcage conformance dmn FOLDER`` and ``bpmn MANIFEST``: runs a suite and says what came of each piece of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import mark, text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence

    from ironcage.conformance import Broken, Outcome, Tested
    from ironcage.dmn.kit import Result
    from ironcage_console.cli.output import Output

VERDICTS = (mark("pass"), mark("refused"), mark("wrong"), mark("failed"))


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "kit",
        choices=["bpmn", "dmn"],
        help=text("which kit: bpmn, a manifest of processes; dmn, the technology compatibility kit of DMN"),
    )
    parser.add_argument(
        "path",
        type=Path,
        metavar="MANIFEST|FOLDER",
        help=text("bpmn: the manifest, its files beside it; dmn: the folder with models and test cases"),
    )
    parser.add_argument(
        "--disputes",
        type=Path,
        metavar="FILE",
        help=text("bpmn: reviewed disputes with the suite, in TOML, beside those that are shipped"),
    )


def run(arguments: Namespace, output: Output) -> int:
    """Run the kit; what is refused with a reason is no failure, what is answered wrongly is."""
    arguments.path.stat()  # what is not there is usage
    return _run_bpmn(arguments, output) if arguments.kit == "bpmn" else _run_dmn(arguments.path, output)


def _run_bpmn(arguments: Namespace, output: Output) -> int:
    from ironcage import conformance  # noqa: PLC0415

    manifest = conformance.read_manifest(arguments.path)
    disputes = conformance.read_disputes()
    if arguments.disputes is not None:
        disputes = [*disputes, *conformance.read_disputes(arguments.disputes)]
    tested = list(conformance.run(manifest, disputes))
    broken = list(conformance.examine(manifest))
    _tell_bpmn(tested, broken, output)
    output.data({"tests": [each.as_json() for each in tested], "constraints": [each.as_json() for each in broken]})
    right = all(each.verdict in ("pass", "refused") for each in tested) and all(each.refused for each in broken)
    return 0 if right else 1


def _tell_bpmn(tested: Sequence[Tested], broken: Sequence[Broken], output: Output) -> None:
    output.table(
        [text("process"), text("case"), text("verdict"), text("trace"), text("expected"), text("reason")],
        [
            (each.id, run.number, text(run.verdict), ", ".join(run.trace), ", ".join(run.expected), _why(each, run))
            for each in tested
            for run in each.outcomes
            if run.verdict != "pass" or run.dispute or run.remarks
        ],
    )
    passed = [each for each in broken if not each.refused]
    output.table([text("must be refused, and is not"), text("reason")], [(each.id, each.reason) for each in passed])
    output.say(
        text(
            "{count} processes: {verdicts}; {disputed} of those passed by a dispute that the clause decides.",
            count=len(tested),
            verdicts=_counted(each.verdict for each in tested),
            disputed=sum(any(run.dispute for run in each.outcomes) for each in tested),
        )
    )
    output.say(
        text(
            "{count} files that must be refused: {refused} are.",
            count=len(broken),
            refused=len(broken) - len(passed),
        )
    )


def _why(tested: Tested, run: Outcome) -> str:
    return " ".join([run.reason or tested.reason, *run.remarks])


def _run_dmn(folder: Path, output: Output) -> int:
    from ironcage.dmn import kit  # noqa: PLC0415

    results = list(kit.run(folder))
    _tell_dmn(results, output)
    output.data({"results": [result.as_json() for result in results]})
    return 1 if any(result.verdict in ("wrong", "failed") for result in results) else 0


def _tell_dmn(results: Sequence[Result], output: Output) -> None:
    short = [result for result in results if result.verdict != "pass"]
    output.table(
        [text("suite"), text("case"), text("result"), text("verdict"), text("expected"), text("got"), text("reason")],
        [
            (each.suite, each.case, each.node, text(each.verdict), each.expected, each.got, each.reason)
            for each in short
        ],
    )
    counted = _counted(result.verdict for result in results)
    output.say(text("{count} results: {verdicts}.", count=len(results), verdicts=counted))


def _counted(verdicts: Iterable[str]) -> str:
    counts = Counter(verdicts)
    return ", ".join(f"{counts[verdict]} {text(verdict)}" for verdict in VERDICTS if counts[verdict]) or "0"
