"""Random processes made of nested blocks; ``x`` and ``ok`` are their case data.

What is drawn comes from a ``Chooser``: dice with a seed, which are fast, or hypothesis, which shrinks what fails.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.values import Value

_T = TypeVar("_T")

CASE_DATA: Mapping[str, st.SearchStrategy[Value]] = {
    "x": st.sampled_from([Decimal(1), Decimal(2), Decimal(3)]),
    "ok": st.booleans(),
}
"""What start and completions bring: values that reach both sides of every condition."""


class Chooser(Protocol):
    def one_of(self, options: Sequence[_T]) -> _T: ...
    def between(self, least: int, most: int) -> int: ...


class Dice:
    """Choices that a seed decides."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one_of(self, options: Sequence[_T]) -> _T:
        return self.random.choice(options)

    def between(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def data(self) -> dict[str, Value]:
        """Return case data such as ``CASE_DATA`` yields."""
        return {"x": Decimal(self.between(1, 3)), "ok": self.one_of([True, False])}


class Drawn:
    """Choices that hypothesis makes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one_of(self, options: Sequence[_T]) -> _T:
        return self.draw(st.sampled_from(options))

    def between(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))


STEPS = ("user", "manual", "service", "timer", "task", "pass")
FLAT = ("sequence", "choice", "parallel", "loop", "limit", "stop", "split", "some", "spread")
SCOPES = ("scope", "guarded", "failing", "repeated", "many", "scopes", "catch", "race")
BY_EVENT = ("listening",)
_TURNED = ("parallelGateway", "exclusiveGateway", "inclusiveGateway")
_JOINED = ("parallel", "split", "some", "spread")
_FORMAL = 'xsi:type="tFormalExpression"'
_CAUGHT = {
    "timer": f"<timerEventDefinition><timeDuration {_FORMAL}>PT1H</timeDuration></timerEventDefinition>",
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="g"/>',
    "error": '<errorEventDefinition errorRef="broken"/>',
    "escalation": '<escalationEventDefinition escalationRef="late"/>',
}
_TAGS = {
    "user": "userTask",
    "manual": "manualTask",
    "service": "serviceTask",
    "task": "task",
    "pass": "intermediateThrowEvent",
    "timer": "intermediateCatchEvent",
}
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1" id="file" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">'
    '<message id="m" name="M"/><signal id="g" name="G"/>'
    '<error id="broken" errorCode="E"/><escalation id="late" escalationCode="L"/><process id="p" isExecutable="true">'
)
_SERVICE = '<extensionElements><ironcage:service name="call"/></extensionElements>'


@dataclass
class _Scope:
    """The inside of a process or sub-process being drawn."""

    nodes: dict[str, tuple[str, dict[str, str], str]] = field(default_factory=dict)
    """Tag, attributes and content of each node."""
    flows: list[tuple[str, str, str]] = field(default_factory=list)

    def written(self) -> str:
        lines = []
        for name, (tag, attributes, inside) in self.nodes.items():
            said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
            ways = "".join(f"<incoming>{s}_{t}</incoming>" for s, t, _ in self.flows if t == name)
            ways += "".join(f"<outgoing>{s}_{t}</outgoing>" for s, t, _ in self.flows if s == name)
            head, tail = (inside, "") if inside.startswith("<extensionElements") else ("", inside)
            lines.append(f'<{tag} id="{name}"{said}>{head}{ways}{tail}</{tag}>')
        for source, target, condition in self.flows:
            asked = f"<conditionExpression {_FORMAL}>{escape(condition)}</conditionExpression>" if condition else ""
            lines.append(
                f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{asked}</sequenceFlow>'
            )
        return "\n".join(lines)


class Sketch:
    """A process being drawn."""

    def __init__(self, choose: Chooser, blocks: Sequence[str], looped_joins: bool) -> None:
        self.choose = choose
        self.blocks = blocks
        self.looped_joins = looped_joins
        self.count = 0
        self.scope = _Scope()
        self.joins: list[tuple[str, str]] = []
        """Nodes each before a fork, with the one after the join that belongs to it."""

    def process(self, *, sound: bool = True) -> bytes:
        """Return the file of a process; one that is not *sound* has flows and gateways where they do not belong."""
        last = self.add("startEvent")
        for _ in range(self.choose.between(1, 2)):
            last = self.block(last, depth=3)
        self.link(last, self.add("endEvent"))
        if not sound:
            _spoil(self.scope, self.choose)
        return f"{_HEAD}\n{self.scope.written()}\n</process></definitions>".encode()

    def add(self, tag: str, inside: str = "", **attributes: str) -> str:
        name = f"n{self.count}"
        self.count += 1
        self.scope.nodes[name] = (tag, attributes, inside)
        return name

    def step(self, kind: str) -> str:
        inside = {"timer": _CAUGHT["timer"], "service": _SERVICE}.get(kind, "")
        return self.add(_TAGS[kind], inside)

    def link(self, source: str, target: str, condition: str = "") -> None:
        self.scope.flows.append((source, target, condition))

    def default(self, source: str, target: str) -> None:
        """Lead a default flow from *source*, which nothing else leads to *target*."""
        self.scope.nodes[source][1]["default"] = f"{source}_{target}"
        self.link(source, target)

    def block(self, before: str, depth: int, condition: str = "", looped: bool = False) -> str:
        """Draw a block that follows *before*; return its last node."""
        kinds = STEPS if depth == 0 else (*STEPS, *self.blocks)
        kind = self.choose.one_of([k for k in kinds if self.looped_joins or not looped or k not in _JOINED])
        if kind in STEPS:
            step = self.step(kind)
            self.link(before, step, condition)
            return step
        last: str = getattr(self, f"_{kind}")(before, depth - 1, condition, looped)
        return last

    # Blocks of one scope

    def _sequence(self, before: str, depth: int, condition: str, looped: bool) -> str:
        last = self.block(before, depth, condition, looped)
        for _ in range(self.choose.between(1, 2)):
            last = self.block(last, depth, "", looped)
        return last

    def _choice(self, before: str, depth: int, condition: str, looped: bool) -> str:
        split, merge = self.add("exclusiveGateway"), self.add("exclusiveGateway")
        self.link(before, split, condition)
        for number in range(self.choose.between(1, 2)):
            self.link(self.block(split, depth, f"x = {number + 1}", looped), merge)
        self.default(split, merge)
        return merge

    def _parallel(self, before: str, depth: int, condition: str, looped: bool) -> str:
        fork, join = self.add("parallelGateway"), self.add("parallelGateway")
        return self._joined(before, condition, fork, join, [""] * self.choose.between(2, 3), depth, looped)

    def _split(self, before: str, depth: int, condition: str, looped: bool) -> str:
        """Ways that part at an activity or an event, joined by a gateway of either kind."""
        fork = self.step(self.choose.one_of(("user", "service", "task", "timer", "pass")))
        join = self.add(self.choose.one_of(("parallelGateway", "inclusiveGateway")))
        return self._joined(before, condition, fork, join, [""] * self.choose.between(2, 3), depth, looped)

    def _some(self, before: str, depth: int, condition: str, looped: bool, fork: str = "") -> str:
        """Ways out of an inclusive gateway, or out of an activity, of which those are taken whose condition holds."""
        fork = fork or self.add("inclusiveGateway")
        join = self.add("inclusiveGateway")
        asked = [f"x >= {number + 1}" if number < 2 else "ok" for number in range(self.choose.between(1, 3))]
        last = self._joined(before, condition, fork, join, asked, depth, looped)
        self.default(fork, join)
        return last

    def _spread(self, before: str, depth: int, condition: str, looped: bool) -> str:
        return self._some(before, depth, condition, looped, self.step(self.choose.one_of(("user", "service", "task"))))

    def _joined(
        self, before: str, condition: str, fork: str, join: str, asked: Sequence[str], depth: int, looped: bool
    ) -> str:
        first, last = self.add("task"), self.add("task")
        self.link(before, first, condition)
        self.link(first, fork)
        for each in asked:
            self.link(self.block(fork, depth, each, looped), join)
        self.link(join, last)
        self.joins.append((first, last))
        return last

    def _loop(self, before: str, depth: int, condition: str, _looped: bool) -> str:
        merge, first = self.add("exclusiveGateway"), self.step("user")
        split, after = self.add("exclusiveGateway"), self.step("user")
        self.link(before, merge, condition)
        self.link(merge, first)
        self.link(self.block(first, depth, "", looped=True), split)
        self.default(split, after)
        self.link(split, merge, "ok")
        return after

    def _limit(self, before: str, depth: int, condition: str, looped: bool) -> str:
        host, merge = self.step(self.choose.one_of(("user", "service"))), self.add("exclusiveGateway")
        self.link(before, host, condition)
        self.link(host, merge)
        self.link(self.block(self._boundary(host, "timer"), depth, "", looped), merge)
        return merge

    def _boundary(self, host: str, event: str, *, interrupting: bool = True) -> str:
        return self.add("boundaryEvent", _CAUGHT[event], attachedToRef=host, cancelActivity=str(interrupting).lower())

    def _stop(self, before: str, _depth: int, condition: str, _looped: bool) -> str:
        split, stop = self.add("exclusiveGateway"), self.add("endEvent", "<terminateEventDefinition/>")
        after = self.step("user")
        self.link(before, split, condition)
        self.default(split, after)
        self.link(split, stop, "x = 3")
        return after

    # Blocks with scopes of their own, and what happens to them

    def _inner(self, depth: int, kind: str = "", **attributes: str) -> str:
        """Draw the inside of a sub-process whose start event is of *kind*."""
        outer, self.scope = self.scope, _Scope()
        last = self.block(self.add("startEvent", kind, **attributes), depth)
        self.link(last, self.add("endEvent"))
        written, self.scope = self.scope.written(), outer
        return written

    def _scope(self, before: str, depth: int, condition: str, _looped: bool, loop: str = "") -> str:
        scope = self.add("subProcess", loop + self._inner(depth))
        self.link(before, scope, condition)
        return scope

    def _guarded(self, before: str, depth: int, condition: str, looped: bool) -> str:
        """Work with a boundary event, which takes its place, or goes on beside it to an end of its own."""
        host = self.choose.one_of(("scope", "user"))
        last = self._scope(before, depth, condition, looped) if host == "scope" else self.step("user")
        if host == "user":
            self.link(before, last, condition)
        interrupting = self.choose.one_of((True, False))
        event = self._boundary(last, self.choose.one_of(("timer", "message", "signal")), interrupting=interrupting)
        if not interrupting:
            self.link(self.block(event, 0, "", looped), self.add("endEvent"))
            return last
        merge = self.add("exclusiveGateway")
        self.link(last, merge)
        self.link(self.block(event, depth, "", looped), merge)
        return merge

    def _failing(self, before: str, _depth: int, condition: str, _looped: bool) -> str:
        """A scope out of which an error or an escalation may come."""
        thrown = self.choose.one_of(("error", "escalation"))
        outer, self.scope = self.scope, _Scope()
        first, split, after = self.step("user"), self.add("exclusiveGateway"), self.step("user")
        self.link(self.add("startEvent"), first)
        self.link(first, split)
        self.default(split, after)
        self.link(split, self.add("endEvent", _CAUGHT[thrown]), "x = 3")
        self.link(after, self.add("endEvent"))
        written, self.scope = self.scope.written(), outer
        host, merge = self.add("subProcess", written), self.add("exclusiveGateway")
        self.link(before, host, condition)
        self.link(host, merge)
        self.link(self._boundary(host, thrown), merge)
        return merge

    def _repeats(self) -> str:
        many = self.choose.between(1, 3)
        if self.choose.one_of((True, False)):
            return f'<standardLoopCharacteristics loopMaximum="{many}"/>'
        sequential = self.choose.one_of(("true", "false"))
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}">'
            f"<loopCardinality {_FORMAL}>{many}</loopCardinality></multiInstanceLoopCharacteristics>"
        )

    def _repeated(self, before: str, _depth: int, condition: str, _looped: bool) -> str:
        task = self.add(_TAGS[self.choose.one_of(("user", "manual", "task"))], self._repeats())
        self.link(before, task, condition)
        return task

    def _many(self, before: str, depth: int, condition: str, looped: bool) -> str:
        return self._scope(before, min(depth, 1), condition, looped, self._repeats())

    def _scopes(self, before: str, depth: int, condition: str, looped: bool) -> str:
        return self._scope(self._scope(before, depth, condition, looped), depth, "", looped)

    def _catch(self, before: str, _depth: int, condition: str, _looped: bool) -> str:
        kind = self.choose.one_of(("message", "signal", "receive"))
        if kind == "receive":
            task = self.add("receiveTask", messageRef="m")
        else:
            task = self.add("intermediateCatchEvent", _CAUGHT[kind])
        self.link(before, task, condition)
        return task

    def _race(self, before: str, depth: int, condition: str, looped: bool) -> str:
        """Ways of which the first event takes one."""
        gateway, merge = self.add("eventBasedGateway"), self.add("exclusiveGateway")
        self.link(before, gateway, condition)
        for kind in ("timer", self.choose.one_of(("message", "signal"))):
            event = self.add("intermediateCatchEvent", _CAUGHT[kind])
            self.link(gateway, event)
            self.link(self.block(event, depth, "", looped), merge)
        return merge

    def _listening(self, before: str, depth: int, condition: str, looped: bool) -> str:
        """A scope with an event sub-process."""
        interrupting = self.choose.one_of(("true", "false"))
        kind = _CAUGHT[self.choose.one_of(("timer", "message", "signal"))]
        handler = self._inner(min(depth, 1), kind, isInterrupting=interrupting)
        outer, self.scope = self.scope, _Scope()
        last = self.block(self.add("startEvent"), depth, "", looped)
        self.link(last, self.add("endEvent"))
        self.add("subProcess", handler, triggeredByEvent="true")
        written, self.scope = self.scope.written(), outer
        scope = self.add("subProcess", written)
        self.link(before, scope, condition)
        return scope


def _spoil(scope: _Scope, choose: Chooser) -> None:
    """Lead flows where they do not belong, and make gateways into others."""
    names = [
        name for name, (tag, _, _) in scope.nodes.items() if tag not in ("startEvent", "endEvent", "boundaryEvent")
    ]
    for _ in range(choose.between(1, 3)):
        source, target = choose.one_of(names), choose.one_of(names)
        if scope.nodes[source][0] == "eventBasedGateway" or (source, target) in [flow[:2] for flow in scope.flows]:
            continue
        if not any(before == target and scope.nodes[each][0] == "eventBasedGateway" for each, before, _ in scope.flows):
            scope.flows.append((source, target, "ok" if scope.nodes[source][0][:2] in ("ex", "in") else ""))
    for name in names:
        tag, attributes, inside = scope.nodes[name]
        if tag in _TURNED and "default" not in attributes and not choose.between(0, 3):
            scope.nodes[name] = (choose.one_of(("parallelGateway", "inclusiveGateway")), attributes, inside)


@st.composite
def block_models(draw: st.DrawFn, looped_joins: bool = False, blocks: Sequence[str] = FLAT) -> bytes:
    """Draw the file of a sound process; *looped_joins* allows joins inside loops."""
    return Sketch(Drawn(draw), blocks, looped_joins).process()
