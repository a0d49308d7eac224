"""Settings files that may come from anyone: read, or refused with their place, in bounded time and memory."""

from __future__ import annotations

from time import process_time

import pytest

from ironcage.definitions.process_file import read_process_file
from ironcage.faults import FaultyError
from ironcage.toml import LONGEST, MOST_FAULTS, settings


@pytest.mark.parametrize(
    ("source", "rule", "line"),
    [
        (b"x = 1\n" + b"a." * 50_000 + b"b = 1", "settings-too-deep", 2),
        (b"x = 1\n" + b"'a' . \"b\" ." * 20_000 + b"b = 1", "settings-too-deep", 2),
        (b"#" * (LONGEST + 1), "settings-too-large", 0),
        (b"x = " + b"[" * 100_000, "settings-malformed", 0),
        (b"x = " + b"9" * 5_000, "settings-malformed", 0),
    ],
    ids=["dotted", "quoted", "large", "deep", "digits"],
)
def test_what_would_take_for_ever_is_refused(source: bytes, rule: str, line: int) -> None:
    before = process_time()
    with pytest.raises(FaultyError) as caught:
        settings(source, "x.toml")
    assert [(fault.rule, fault.line) for fault in caught.value.faults] == [(rule, line)]
    assert process_time() - before < 2


@pytest.mark.parametrize("lines", ["[data.k{}]\ntype = 'nope'", "key{} = 1"])
def test_faults_are_gathered_up_to_a_number(lines: str) -> None:
    before = process_time()
    with pytest.raises(FaultyError) as caught:
        read_process_file("\n".join(lines.format(n) for n in range(5_000)).encode(), "process.toml", None)
    assert len(caught.value.faults) == MOST_FAULTS
    assert process_time() - before < 5


def test_dots_in_a_text_are_no_key() -> None:
    top, faults = settings(b'x = "' + b"It is so, see www.example.org. " * 1_000 + b'"', "x.toml")
    assert (len(top.needed("x")), faults) == (31_000, [])
