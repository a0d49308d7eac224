"""Random sound processes, drawn with hypothesis from nested blocks; ``x`` and ``ok`` are their case data."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bpmn_model import model
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.values import Value

CASE_DATA: Mapping[str, st.SearchStrategy[Value]] = {
    "x": st.sampled_from([Decimal(1), Decimal(2), Decimal(3)]),
    "ok": st.booleans(),
}
"""What start and completions bring: values that reach both sides of every condition."""

_STEPS = ("user", "manual", "service call", "timer PT1H", "task", "pass")
_BLOCKS = ("sequence", "choice", "parallel", "loop", "limit", "stop", "split", "some", "spread")


_JOINED = ("parallel", "split", "some", "spread")
_SPLITS = ("user", "service call", "task", "timer PT1H", "pass")


@dataclass
class _Sketch:
    """A process being drawn."""

    draw: st.DrawFn
    looped_joins: bool
    nodes: dict[str, str] = field(default_factory=dict)
    flows: list[str] = field(default_factory=list)

    def add(self, written: str) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes[name] = written
        return name

    def link(self, source: str, target: str, condition: str = "") -> None:
        self.flows.append(f"{source} -> {target} if {condition}" if condition else f"{source} -> {target}")

    def block(self, before: str, depth: int, condition: str = "", looped: bool = False) -> str:
        """Draw a block that follows *before*; return its last node."""
        kinds = _STEPS if depth == 0 else (*_STEPS, *_BLOCKS)
        kind = self.draw(st.sampled_from([k for k in kinds if self.looped_joins or not looped or k not in _JOINED]))
        if kind in _STEPS:
            step = self.add(kind)
            self.link(before, step, condition)
            return step
        return getattr(self, f"_{kind}")(before, depth - 1, condition, looped)

    def _sequence(self, before: str, depth: int, condition: str, looped: bool) -> str:
        last = self.block(before, depth, condition, looped)
        for _ in range(self.draw(st.integers(1, 2))):
            last = self.block(last, depth, "", looped)
        return last

    def _choice(self, before: str, depth: int, condition: str, looped: bool) -> str:
        split, merge = self.add("xor"), self.add("xor")
        self.link(before, split, condition)
        for number in range(self.draw(st.integers(1, 2))):
            self.link(self.block(split, depth, f"x = {number + 1}", looped), merge)
        self.nodes[split] = f"xor default {split}_{merge}"
        self.link(split, merge)
        return merge

    def _parallel(self, before: str, depth: int, condition: str, looped: bool) -> str:
        fork, join = self.add("and"), self.add("and")
        self.link(before, fork, condition)
        for _ in range(self.draw(st.integers(2, 3))):
            self.link(self.block(fork, depth, "", looped), join)
        return join

    def _split(self, before: str, depth: int, condition: str, looped: bool) -> str:
        """Ways that part at an activity or an event, joined by a gateway of either kind."""
        fork, join = self.add(self.draw(st.sampled_from(_SPLITS))), self.add(self.draw(st.sampled_from(["and", "or"])))
        self.link(before, fork, condition)
        for _ in range(self.draw(st.integers(2, 3))):
            self.link(self.block(fork, depth, "", looped), join)
        return join

    def _some(self, before: str, depth: int, condition: str, looped: bool, kind: str = "or") -> str:
        """Ways out of an inclusive gateway, or out of an activity, of which those are taken whose condition holds."""
        fork, join = self.add(kind), self.add("or")
        self.link(before, fork, condition)
        for number in range(self.draw(st.integers(1, 3))):
            self.link(self.block(fork, depth, f"x >= {number + 1}" if number < 2 else "ok", looped), join)
        self.nodes[fork] = f"{kind} default {fork}_{join}"
        self.link(fork, join)
        return join

    def _spread(self, before: str, depth: int, condition: str, looped: bool) -> str:
        return self._some(
            before, depth, condition, looped, self.draw(st.sampled_from(["user", "service call", "task"]))
        )

    def _loop(self, before: str, depth: int, condition: str, _looped: bool) -> str:
        merge, first, split, after = self.add("xor"), self.add("user"), self.add("xor"), self.add("user")
        self.link(before, merge, condition)
        self.link(merge, first)
        self.link(self.block(first, depth, "", looped=True), split)
        self.nodes[split] = f"xor default {split}_{after}"
        self.link(split, merge, "ok")
        self.link(split, after)
        return after

    def _limit(self, before: str, depth: int, condition: str, looped: bool) -> str:
        host, merge = self.add(self.draw(st.sampled_from(["user", "service call"]))), self.add("xor")
        self.link(before, host, condition)
        self.link(host, merge)
        self.link(self.block(self.add(f"boundary {host} PT1H"), depth, "", looped), merge)
        return merge

    def _stop(self, before: str, _depth: int, condition: str, _looped: bool) -> str:
        split, stop, after = self.add("xor"), self.add("terminate"), self.add("user")
        self.nodes[split] = f"xor default {split}_{after}"
        self.link(before, split, condition)
        self.link(split, stop, "x = 3")
        self.link(split, after)
        return after


@st.composite
def block_models(draw: st.DrawFn, looped_joins: bool = False) -> bytes:
    """Draw the file of a sound process; *looped_joins* allows parallel gateways inside loops."""
    sketch = _Sketch(draw, looped_joins)
    last = sketch.add("start")
    for _ in range(draw(st.integers(1, 2))):
        last = sketch.block(last, depth=3)
    sketch.link(last, sketch.add("end"))
    return model(sketch.nodes, *sketch.flows)
