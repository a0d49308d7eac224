"""Random programs for the machine: sound ones, made of blocks, and ones whose flows lead anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ironcage import feel
from ironcage.program import (
    AdHoc,
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    EventDefinition,
    Flow,
    Kind,
    Message,
    MultiInstance,
    Node,
    Program,
    Script,
    Signal,
    StandardLoop,
    Terminate,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from ironcage.feel import Expression

HOUR = Timer(TimerKind.DURATION, feel.compile('duration("PT1H")'))
CATCHABLE: tuple[EventDefinition, ...] = (
    HOUR, Message("m"), Signal("s"), Conditional(feel.compile("x = 2")), Error("E"), Escalation("E")
)  # fmt: skip
WAITED_FOR = CATCHABLE[:4]
THROWN: tuple[EventDefinition | None, ...] = (
    None, Message("m"), Signal("s"), Error("E"), Escalation("E"), Compensation(), Terminate()
)  # fmt: skip
CONDITIONS = tuple(feel.compile(text) for text in ("x >= 1", "x >= 2", "ok", "x = 1"))
TASKS = (
    Kind.USER_TASK,
    Kind.USER_TASK,
    Kind.SERVICE_TASK,
    Kind.TASK,
    Kind.SCRIPT_TASK,
    Kind.RECEIVE_TASK,
    Kind.SEND_TASK,
)


class Drawing:
    """A program being drawn."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []

    def node(self, kind: Kind, parent: int | None, **fields: object) -> int:
        index = len(self.nodes)
        self.nodes.append(Node(f"n{index}", index, kind, parent=parent, **fields))  # type: ignore[arg-type]
        return index

    def flow(self, source: int, target: int, condition: Expression | None = None) -> int:
        index = len(self.flows)
        self.flows.append(Flow(f"f{index}", 0, source, target, condition))
        return index

    def program(self) -> Program:
        nodes = []
        for index, node in enumerate(self.nodes):
            incoming = tuple(n for n, flow in enumerate(self.flows) if flow.target == index)
            outgoing = tuple(n for n, flow in enumerate(self.flows) if flow.source == index)
            boundaries = tuple(n for n, other in enumerate(self.nodes) if other.host == index)
            nodes.append(replace(node, incoming=incoming, outgoing=outgoing, boundaries=boundaries))
        return Program("p", "", tuple(nodes), tuple(self.flows))

    # Blocks: each has one way in and one way out

    def block(self, parent: int | None, depth: int) -> tuple[int, int]:
        """Draw a block; return where it begins and where it ends."""
        kinds = ["task", "event"]
        if depth > 0:
            kinds += ["sequence", "sequence", "exclusive", "parallel", "inclusive", "again", "scope", "scope", "choice"]
        return getattr(self, f"_{self.draw(st.sampled_from(kinds))}")(parent, depth - 1)

    def _task(self, parent: int | None, _depth: int) -> tuple[int, int]:
        kind = self.draw(st.sampled_from(TASKS))
        fields: dict[str, object] = {}
        if kind in (Kind.RECEIVE_TASK, Kind.SEND_TASK):
            fields["events"] = (Message("m"),)
        if kind is Kind.SCRIPT_TASK:
            fields["script"] = Script("starlark", "y = 1")
        fields["loop"] = self.draw(st.sampled_from((None, None, *LOOPS)))
        task = self.node(kind, parent, **fields)
        self._boundary(task, parent)
        return task, task

    def _boundary(self, host: int, parent: int | None) -> None:
        """Perhaps put an event on the boundary, whose way ends by itself; perhaps a handler that compensates."""
        if self.draw(st.integers(0, 3)) == 0:
            event = self.draw(st.sampled_from(CATCHABLE))
            interrupting = isinstance(event, Error) or self.draw(st.booleans())
            on = self.node(Kind.BOUNDARY_EVENT, parent, host=host, events=(event,), interrupting=interrupting)
            after = self.node(Kind.USER_TASK, parent)
            self.flow(on, after)
        if self.draw(st.integers(0, 4)) == 0:
            handler = self.node(Kind.USER_TASK, parent, for_compensation=True)
            self.node(Kind.BOUNDARY_EVENT, parent, host=host, events=(Compensation(),), handler=handler)

    def _sequence(self, parent: int | None, depth: int) -> tuple[int, int]:
        first, end = self.block(parent, depth)
        second, last = self.block(parent, depth)
        self.flow(end, second)
        return first, last

    def _event(self, parent: int | None, _depth: int) -> tuple[int, int]:
        if self.draw(st.booleans()):
            event: EventDefinition | None = self.draw(st.sampled_from(WAITED_FOR))
            kind = Kind.INTERMEDIATE_CATCH_EVENT
        else:
            event = self.draw(st.sampled_from((None, Message("m"), Signal("s"), Escalation("E"), Compensation())))
            kind = Kind.INTERMEDIATE_THROW_EVENT
        node = self.node(kind, parent, events=(event,) if event else ())
        return node, node

    def _exclusive(self, parent: int | None, depth: int) -> tuple[int, int]:
        return self._fork(Kind.EXCLUSIVE_GATEWAY, parent, depth)

    def _parallel(self, parent: int | None, depth: int) -> tuple[int, int]:
        return self._fork(Kind.PARALLEL_GATEWAY, parent, depth)

    def _inclusive(self, parent: int | None, depth: int) -> tuple[int, int]:
        return self._fork(Kind.INCLUSIVE_GATEWAY, parent, depth)

    def _fork(self, kind: Kind, parent: int | None, depth: int) -> tuple[int, int]:
        fork, join = self.node(kind, parent), self.node(kind, parent)
        for _ in range(self.draw(st.integers(1, 2))):
            first, last = self.block(parent, depth)
            choosing = kind is not Kind.PARALLEL_GATEWAY
            self.flow(fork, first, self.draw(st.sampled_from(CONDITIONS)) if choosing else None)
            self.flow(last, join)
        first, last = self.block(parent, depth)
        default = self.flow(fork, first)
        self.flow(last, join)
        if kind is not Kind.PARALLEL_GATEWAY:
            self.nodes[fork] = replace(self.nodes[fork], default=default)
        return fork, join

    def _choice(self, parent: int | None, depth: int) -> tuple[int, int]:
        gateway = self.node(Kind.EVENT_BASED_GATEWAY, parent)
        join = self.node(Kind.EXCLUSIVE_GATEWAY, parent)
        for event in self.draw(st.lists(st.sampled_from(WAITED_FOR), min_size=2, max_size=3, unique_by=str)):
            caught = self.node(Kind.INTERMEDIATE_CATCH_EVENT, parent, events=(event,))
            first, last = self.block(parent, depth)
            self.flow(gateway, caught)
            self.flow(caught, first)
            self.flow(last, join)
        return gateway, join

    def _again(self, parent: int | None, depth: int) -> tuple[int, int]:
        begin, end = self.node(Kind.EXCLUSIVE_GATEWAY, parent), self.node(Kind.EXCLUSIVE_GATEWAY, parent)
        pause = self.node(Kind.USER_TASK, parent)
        first, last = self.block(parent, depth)
        self.flow(begin, first)
        self.flow(last, end)
        self.flow(end, pause, self.draw(st.sampled_from(CONDITIONS)))
        self.flow(pause, begin)
        way_out = self.node(Kind.EXCLUSIVE_GATEWAY, parent)
        default = self.flow(end, way_out)
        self.nodes[end] = replace(self.nodes[end], default=default)
        return begin, way_out

    def _scope(self, parent: int | None, depth: int) -> tuple[int, int]:
        kind = self.draw(
            st.sampled_from((Kind.SUB_PROCESS, Kind.SUB_PROCESS, Kind.TRANSACTION, Kind.AD_HOC_SUB_PROCESS))
        )
        loop = self.draw(st.sampled_from((None, None, *LOOPS)))
        scope = self.node(kind, parent, loop=loop, locals=self.draw(st.sampled_from(((), ("mine",)))))
        if kind is Kind.AD_HOC_SUB_PROCESS:
            completion = self.draw(st.sampled_from((None, *CONDITIONS)))
            how = AdHoc(self.draw(st.booleans()), completion, self.draw(st.booleans()))
            self.nodes[scope] = replace(self.nodes[scope], ad_hoc=how)
            for _ in range(self.draw(st.integers(0, 2))):
                self.node(Kind.USER_TASK, scope)
        else:
            self._fill(scope, depth, cancels=kind is Kind.TRANSACTION)
        self._boundary(scope, parent)
        if kind is Kind.TRANSACTION:
            on = self.node(Kind.BOUNDARY_EVENT, parent, host=scope, events=(Cancel(),))
            self.flow(on, self.node(Kind.USER_TASK, parent))
        return scope, scope

    def _fill(self, scope: int, depth: int, *, cancels: bool) -> None:
        start = self.node(Kind.START_EVENT, scope)
        first, last = self.block(scope, depth)
        thrown = self.draw(st.sampled_from((*THROWN, Cancel(), Cancel(), Cancel()) if cancels else THROWN))
        end = self.node(Kind.END_EVENT, scope, events=(thrown,) if thrown else ())
        self.flow(start, first)
        self.flow(last, end)
        if self.draw(st.integers(0, 2)) == 0:
            self._handler(scope)

    def _handler(self, scope: int | None) -> None:
        handler = self.node(Kind.SUB_PROCESS, scope, by_event=True)
        event = self.draw(st.sampled_from((*CATCHABLE, Compensation())))
        interrupting = isinstance(event, Error | Compensation) or self.draw(st.booleans())
        start = self.node(Kind.START_EVENT, handler, events=(event,), interrupting=interrupting)
        work = self.node(Kind.USER_TASK, handler)
        end = self.node(Kind.END_EVENT, handler)
        self.flow(start, work)
        self.flow(work, end)


LOOPS = (
    StandardLoop(feel.compile("x = 2"), maximum=3),
    MultiInstance(cardinality=feel.compile("2")),
    MultiInstance(sequential=True, cardinality=feel.compile("2")),
    MultiInstance(cardinality=feel.compile("3"), completion=feel.compile("numberOfCompletedInstances >= 2")),
)


@st.composite
def sound_programs(draw: st.DrawFn) -> Program:
    """Draw a program of blocks."""
    drawing = Drawing(draw)
    start = drawing.node(Kind.START_EVENT, None)
    first, last = drawing.block(None, draw(st.integers(2, 4)))
    thrown = draw(st.sampled_from(THROWN))
    end = drawing.node(Kind.END_EVENT, None, events=(thrown,) if thrown else ())
    drawing.flow(start, first)
    drawing.flow(last, end)
    if draw(st.integers(0, 2)) == 0:
        drawing._handler(None)
    return drawing.program()


@st.composite
def wild_programs(draw: st.DrawFn) -> Program:
    """Draw a program of blocks with more flows that lead from anywhere to anywhere in the same scope."""
    program = draw(sound_programs())
    drawing = Drawing(draw)
    drawing.nodes, drawing.flows = list(program.nodes), list(program.flows)
    scopes: dict[int | None, list[int]] = {}
    for index, node in enumerate(program.nodes):
        if node.kind not in (Kind.BOUNDARY_EVENT, Kind.START_EVENT) and not node.by_event and not node.for_compensation:
            scopes.setdefault(node.parent, []).append(index)
    for _ in range(draw(st.integers(1, 4))):
        inside = scopes[draw(st.sampled_from(sorted(scopes, key=str)))]
        source = draw(st.sampled_from(inside))
        if drawing.nodes[source].kind in (Kind.END_EVENT, Kind.EVENT_BASED_GATEWAY):
            continue
        target = draw(st.sampled_from(inside))
        drawing.flow(source, target, draw(st.sampled_from(CONDITIONS)))
    return drawing.program()
