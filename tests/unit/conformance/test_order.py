"""The order the model fixes, and none that it does not."""

from __future__ import annotations

import pytest
from bpmn_model import model

from ironcage import bpmn
from ironcage.conformance.order import Disorder, disorder


def program(nodes, *flows):
    return bpmn.compile(bpmn.read(model(nodes, *flows), "p.bpmn"), {}, None)


FORKED = program(
    {"s": "start", "f": "and", "a": "task", "b": "task", "c": "task", "j": "and", "d": "task", "e": "end"},
    "s -> f", "f -> a", "a -> b", "f -> c", "b -> j", "c -> j", "j -> d", "d -> e",
)  # fmt: skip
MERGED = program(
    {"s": "start", "f": "and", "a": "task", "b": "task", "m": "xor", "c": "task", "d": "task", "e": "end"},
    "s -> f", "f -> a", "f -> b", "a -> m", "b -> m", "m -> c", "c -> d", "d -> e",
)  # fmt: skip
LOOPED = program(
    {"s": "start", "a": "task", "b": "task", "g": "xor default g_e", "e": "end"},
    "s -> a", "a -> b", "b -> g", "g -> a if again", "g -> e",
)  # fmt: skip
BOUNDED = program(
    {"s": "start", "a": "user", "l": 'boundary a @"PT1S"', "b": "task", "c": "task", "e": "end"},
    "s -> a", "a -> b", "l -> c", "b -> e", "c -> e",
)  # fmt: skip


@pytest.mark.parametrize(
    ("process", "trace", "found"),
    [
        (FORKED, "a b c d", None),
        (FORKED, "c a b d", None),
        (FORKED, "a c b d", None),
        (FORKED, "b a c d", Disorder("a", "b")),
        (MERGED, "a c d b c d", None),
        (MERGED, "a c b c d d", None),
        (MERGED, "a c d d b c", Disorder("c", "d")),
        (MERGED, "a d b c d c", Disorder("c", "d")),
        (LOOPED, "a b a b a b", None),
        (LOOPED, "a b b a", Disorder("a", "b")),
        (BOUNDED, "c", None),
        (BOUNDED, "c a", None),
        (BOUNDED, "b a", Disorder("a", "b")),
        (BOUNDED, "elsewhere a b", None),
    ],
)
def test_disorder(process, trace, found):
    assert disorder([process], trace.split()) == found
