"""FEEL against pySFeel, on the expressions of the public conformance kit that both answer.

pySFeel reads the text every time; Ironcage reads it once, when a definition is deployed. Most expressions of the kit
are constant and would be worked out when they are read: ``feel_over_pysfeel`` is measured with that turned off, so that
every operator and function is run each time, as it is for an expression over variables. The two figures beside it say
what an expression of the kit costs as deployed, and when the text is read each time as pySFeel does.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

from lxml import etree

from benchmarks.figures import Figure
from ironcage import feel
from ironcage.clock import Moment
from ironcage.feel.compiler import Code, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pySFeel import SFeelParser

ROUNDS = 5
NOW = Moment(1_600_000_000_000_000)


def figures() -> Iterator[Figure]:
    """Yield the ratios of the times taken, pySFeel's over Ironcage's; nothing where the kit is not at hand."""
    suites = os.environ.get("IRONCAGE_SUITES")
    if not suites:
        return
    from pySFeel import SFeelParser

    other = SFeelParser()
    texts = [text for text in _texts(Path(suites)) if _both_answer(text, other)]
    how = f"{len(texts)} expressions of the kit that both answer, warm, CPU time, median of {ROUNDS} paired rounds"
    theirs = [partial(other.sFeelParse, text) for text in texts]
    with ExitStack() as stack:
        for module in ("compiler", "calls", "unary"):
            stack.enter_context(patch(f"ironcage.feel.{module}.folded", _unfolded))
        unfolded = [feel.compile(text) for text in texts]
    for name, said, ours in (
        (
            "feel_over_pysfeel",
            "nothing worked out when it is read",
            [partial(each.evaluate, {}, NOW) for each in unfolded],
        ),
        (
            "feel_deployed_over_pysfeel",
            "as deployed",
            [partial(feel.compile(text).evaluate, {}, NOW) for text in texts],
        ),
        ("feel_read_over_pysfeel", "the text read each time", [partial(_read_and_evaluate, text) for text in texts]),
    ):
        yield Figure(name, round(_ratio(theirs, ours), 1), "times", f"{how}; {said}")


def _texts(suites: Path) -> Iterator[str]:
    """Yield the literal expressions of the kit, each once."""
    seen: set[str] = set()
    for file in sorted(suites.glob("dmn/*/*/*.dmn")):
        for element in etree.parse(file).iterfind(".//{*}literalExpression/{*}text"):
            text = (element.text or "").strip()
            if text not in seen:
                seen.add(text)
                yield text


def _both_answer(text: str, other: SFeelParser) -> bool:
    try:
        expression = feel.compile(text)
        if expression.names or expression.evaluate({}, NOW) is None:
            return False
    except feel.FeelSyntaxError:
        return False
    with suppress(Exception):  # pySFeel raises what it likes
        status, value = other.sFeelParse(text)
        return "errors" not in status and value is not None
    return False


def _read_and_evaluate(text: str) -> object:
    return feel.compile(text).evaluate({}, NOW)


def _ratio(theirs: Sequence[Callable[[], object]], ours: Sequence[Callable[[], object]]) -> float:
    """Return how much longer *theirs* takes than *ours*, as the median of paired rounds."""
    return median(_seconds(theirs) / _seconds(ours) for _ in range(ROUNDS))


def _seconds(asked: Sequence[Callable[[], object]]) -> float:
    """Return the CPU time of a second round: the first warms the caches, of the processor too."""
    for ask in asked:
        ask()
    began = time.process_time()
    for ask in asked:
        ask()
    return time.process_time() - began


def _unfolded(run: Code, *_parts: Piece) -> Piece:
    return Piece(run)
