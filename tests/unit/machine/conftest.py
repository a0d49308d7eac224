"""Small programs for the machine, drawn as edges; and a case to walk them with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from ironcage import feel
from ironcage.machine import Complete, Fire, Receive, Start, State, Step, Throw, WaitKind, advance, decode, encode
from ironcage.program import AdHoc, Flow, Kind, Node, Program, Terminate, Timer, TimerKind

if TYPE_CHECKING:
    from ironcage.machine import Key, Stimulus
    from ironcage.values import Context

_KINDS = {
    "script": Kind.SCRIPT_TASK,
    "send": Kind.SEND_TASK,
    "receive": Kind.RECEIVE_TASK,
    "call": Kind.CALL_ACTIVITY,
    "sub": Kind.SUB_PROCESS,
    "handler": Kind.SUB_PROCESS,
    "tx": Kind.TRANSACTION,
    "adhoc": Kind.AD_HOC_SUB_PROCESS,
    "complex": Kind.COMPLEX_GATEWAY,
    "await": Kind.EVENT_BASED_GATEWAY,
    "catch": Kind.INTERMEDIATE_CATCH_EVENT,
    "throw": Kind.INTERMEDIATE_THROW_EVENT,
    "on": Kind.BOUNDARY_EVENT,
    "start": Kind.START_EVENT,
    "end": Kind.END_EVENT,
    "stop": Kind.END_EVENT,
    "xor": Kind.EXCLUSIVE_GATEWAY,
    "and": Kind.PARALLEL_GATEWAY,
    "or": Kind.INCLUSIVE_GATEWAY,
    "timer": Kind.INTERMEDIATE_CATCH_EVENT,
    "late": Kind.BOUNDARY_EVENT,
    "service": Kind.SERVICE_TASK,
    "plain": Kind.TASK,
    "pass": Kind.INTERMEDIATE_THROW_EVENT,
}


def draw(*edges: str, **changes: object) -> Program:
    """Make a program of edges like ``"xor1 a if x > 1"`` or ``"xor1 b default"``.

    The letters of an id say its kind (``start``, ``end``, ``stop`` terminates, ``xor1``, ``and2``, ``or3``, ``timer1``,
    ``service1``, ``plain1``, ``pass1``, ``late_a`` a boundary timer on ``a``, ``on_a`` and ``on2_a`` others on it,
    ``sub1``, ``handler1`` an event sub-process, ``tx1``, ``adhoc1``, ``complex1``, ``await1`` an event-based gateway,
    ``catch1``, ``throw1``, ``script1``, ``send1``, ``receive1``, ``call1``; anything else is a user task). ``sub1.a``
    stands inside ``sub1``. A word alone is a node without flows. ``changes`` replace fields, by id.
    """
    flows: list[tuple[str, str, str | None, bool]] = []
    alone = [edge for edge in edges if " " not in edge]
    for edge in edges:
        if edge in alone:
            continue
        source, target, *rest = edge.split(" ", 2)
        condition = rest[0][3:] if rest and rest[0].startswith("if ") else None
        flows.append((source, target, condition, rest == ["default"]))
    named = [name for source, target, *_ in flows for name in (source, target)] + alone
    around = [name.rsplit(".", depth)[0] for name in named for depth in range(1, name.count(".") + 1)]
    ids = list(dict.fromkeys(around + named))
    index = {name: number for number, name in enumerate(ids)}
    into: dict[str, list[int]] = {name: [] for name in ids}
    out_of: dict[str, list[int]] = {name: [] for name in ids}
    for number, (source, target, *_) in enumerate(flows):
        out_of[source].append(number)
        into[target].append(number)
    defaults = {source: number for number, (source, _, _, default) in enumerate(flows) if default}
    nodes = [_node(name, index, into[name], out_of[name], defaults.get(name)) for name in ids]
    for number, node in enumerate(nodes):
        if node.host is not None:
            host = nodes[node.host]
            nodes[node.host] = replace(host, boundaries=(*host.boundaries, number))
    for name, change in changes.items():
        if name in index:
            nodes[index[name]] = replace(nodes[index[name]], **change)  # type: ignore[arg-type]  # test factory
    made = tuple(Flow(f"{s}-{t}", 0, index[s], index[t], feel.compile(c) if c else None) for s, t, c, _ in flows)
    return Program("process", "", tuple(nodes), made, due=changes.get("due"), zone=changes.get("zone"))  # type: ignore[arg-type]


def _node(name: str, index: dict[str, int], incoming: list[int], outgoing: list[int], default: int | None) -> Node:
    parent, _, short = name.rpartition(".")
    kind = next((k for prefix, k in _KINDS.items() if short.startswith(prefix)), Kind.USER_TASK)
    events = (Terminate(),) if short.startswith("stop") else ()
    if short.startswith(("timer", "late")):
        events = (Timer(TimerKind.DURATION, feel.compile('duration("PT1H")')),)
    return Node(
        name,
        0,
        kind,
        incoming=tuple(incoming),
        outgoing=tuple(outgoing),
        default=default,
        events=events,
        host=index[name.replace(short, short.partition("_")[2])] if kind is Kind.BOUNDARY_EVENT else None,
        parent=index[parent] if parent else None,
        by_event=short.startswith("handler"),
        ad_hoc=AdHoc() if short.startswith("adhoc") else None,
    )


@dataclass
class Walk:
    """A case on its way through a program, at an instant that the test moves."""

    program: Program
    state: State = field(default_factory=State)
    now: int = 0
    last: Step | None = None

    def step(self, stimulus: Stimulus) -> Step:
        given = encode(self.state)
        self.last = advance(self.program, self.state, stimulus, self.now)
        assert encode(self.state) == given, "advance has changed the state it was given"
        self.state = decode(encode(self.last.state))
        assert self.state == self.last.state, "a state is not what it was before it was stored"
        return self.last

    def start(self, **data: object) -> Walk:
        self.step(Start(data))  # type: ignore[arg-type]  # test data
        return self

    def receive(self, element: str, data: Context | None = None, key: Key = ()) -> Walk:
        kinds = (WaitKind.MESSAGE, WaitKind.SIGNAL)
        node = self.program.index(element)
        self.step(
            Receive(next(n for n, w in self.state.waits.items() if w.node == node and w.kind in kinds), data or {}, key)
        )
        return self

    def fail(self, element: str, code: str, kind: WaitKind = WaitKind.JOB, *, escalation: bool = False) -> Walk:
        self.step(Throw(self.wait(element, kind), code, {}, escalation))
        return self

    @property
    def variables(self) -> Context:
        """The variables of the process itself."""
        return next(scope.variables for scope in self.state.scopes.values() if not scope.parent)

    def open(self, kind: WaitKind = WaitKind.TASK) -> list[str]:
        """Return the ids of the elements that wait, in order."""
        found = [wait for wait in self.state.waits.values() if wait.kind is kind]
        return sorted(self.program.nodes[wait.node].id if wait.node >= 0 else "case" for wait in found)

    def wait(self, element: str, kind: WaitKind = WaitKind.TASK) -> int:
        node = self.program.index(element) if element != "case" else -1
        return next(n for n, w in self.state.waits.items() if w.node == node and w.kind is kind)

    def done(self, element: str, data: Context | None = None, kind: WaitKind = WaitKind.TASK) -> Walk:
        self.step(Complete(self.wait(element, kind), data or {}))
        return self

    def fire(self, element: str, kind: WaitKind = WaitKind.TIMER) -> Walk:
        number = self.wait(element, kind)
        self.now = max(self.now, self.state.waits[number].at or 0)
        self.step(Fire(number))
        return self


@pytest.fixture
def walk():
    """Return a function that starts nothing yet: ``walk(*edges, **changes)`` gives a ``Walk``."""

    def make(*edges: str, **changes: object) -> Walk:
        return Walk(draw(*edges, **changes))

    return make
