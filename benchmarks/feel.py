"""FEEL against pySFeel, on the expressions of the public conformance kit that both answer.

pySFeel reads the text every time; Ironcage reads it once, when a definition is deployed. Two figures leave out what
that alone explains: one without working out constants beforehand (most expressions of the kit are constant), one that
reads the text anew each time as pySFeel does.
"""

from __future__ import annotations

import contextlib
import os
import time
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
    from collections.abc import Callable, Iterator

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
    theirs = _seconds([partial(other.sFeelParse, text) for text in texts])
    how = f"{len(texts)} expressions of the kit that both answer, warm, median of {ROUNDS} rounds"
    with patch("ironcage.feel.compiler.folded", _unfolded), patch("ironcage.feel.calls.folded", _unfolded):
        unfolded = [feel.compile(text) for text in texts]
    ours = _seconds([partial(each.evaluate, {}, NOW) for each in unfolded])
    yield Figure(
        "feel_unfolded_over_pysfeel", round(theirs / ours, 1), "times", f"{how}; constants worked out each time"
    )
    ours = _seconds([partial(feel.compile(text).evaluate, {}, NOW) for text in texts])
    yield Figure("feel_over_pysfeel", round(theirs / ours, 1), "times", f"{how}; as deployed")
    ours = _seconds([partial(_read_and_evaluate, text) for text in texts])
    yield Figure("feel_read_over_pysfeel", round(theirs / ours, 2), "times", f"{how}; the text read each time")


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
    with contextlib.suppress(Exception):  # pySFeel raises what it likes
        status, value = other.sFeelParse(text)
        return "errors" not in status and value is not None
    return False


def _read_and_evaluate(text: str) -> object:
    return feel.compile(text).evaluate({}, NOW)


def _seconds(asked: list[Callable[[], object]]) -> float:
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for ask in asked:
            ask()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _unfolded(run: Code, *_parts: Piece) -> Piece:
    return Piece(run)
