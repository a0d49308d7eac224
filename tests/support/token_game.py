"""An oracle: the token game of BPMN 2.0.2, chapter 13, read as it is written and played by brute force.

It shares nothing with the machine but the program and the values of conditions: tokens are objects, joins are asked
by walking every path of the model, and nothing is kept between two questions. What it does not know it refuses.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from token_paths import leads

from ironcage.clock import Moment
from ironcage.machine import Status
from ironcage.program import Error, Escalation, Kind, MultiInstance, StandardLoop, Terminate, Timer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.program import Node, Program
    from ironcage.values import Context

_AT_ONCE = {Kind.START_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.TASK}
_WAITING = {Kind.USER_TASK, Kind.MANUAL_TASK, Kind.SERVICE_TASK, Kind.INTERMEDIATE_CATCH_EVENT, Kind.RECEIVE_TASK,
            Kind.EVENT_BASED_GATEWAY}  # fmt: skip
_NOW = Moment(0)


class NotPlayedError(Exception):
    """The model holds what the game has no rule for."""


@dataclass(eq=False)
class Room:
    """A process or sub-process in play."""

    node: int | None
    host: Token | None
    tokens: list[Token] = field(default_factory=list)
    """Those at rest in an activity or event."""
    held: Counter[int] = field(default_factory=Counter)
    """Those at rest before a join, by flow."""
    spent: set[int] = field(default_factory=set)
    """Start events of event sub-processes that come no more."""
    is_interrupted: bool = False
    is_over: bool = False


@dataclass(eq=False)
class Token:
    """A token at rest, or one instance of the activity it is in."""

    node: int
    room: Room
    serial: int
    inner: Room | None = None
    outer: Token | None = None
    left: int = 0
    """How many instances are still to begin."""
    instances: list[Token] = field(default_factory=list)
    spent: set[int] = field(default_factory=set)
    """Boundary events that come no more."""


class TokenGame:
    """One case, with the manners of the interpreters it is to judge."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.status = Status.OPEN
        self.variables: Context = {}
        self.root = Room(None, None)
        self.moving: deque[tuple[Room, int, int | None]] = deque()
        self.serials = count()

    # Moves

    def start(self, data: Context) -> None:
        self.variables.update(data)
        self._open(self.root)
        self._play()

    def complete(self, element: str, data: Context) -> None:
        node = self.program.index(element)
        at = [token for token in self._everywhere() if token.node == node and not token.instances]
        self.variables.update(data)
        self._done(min(at, key=lambda token: token.serial))
        self._play()

    def fire(self, element: str) -> None:
        index = self.program.index(element)
        node = self.program.nodes[index]
        if node.kind is Kind.START_EVENT:
            self._trigger(index)
        elif node.kind is Kind.BOUNDARY_EVENT:
            hosts = [each for each in self._everywhere() if each.node == node.host and each.outer is None]
            self._leave_by(index, min((each for each in hosts if index not in each.spent), key=lambda t: t.serial))
        else:
            self._caught(index)
        self._play()

    def waits(self) -> Counter[str]:
        """Return what is waited for, by element."""
        found: list[int] = []
        for token in self._everywhere():
            node = self.program.nodes[token.node]
            if node.kind is Kind.EVENT_BASED_GATEWAY:
                found += (self.program.flows[flow].target for flow in node.outgoing)
            elif node.kind in _WAITING and not token.instances:
                found.append(token.node)
            if token.outer is None:
                found += (each for each in node.boundaries if each not in token.spent and self._is_from_outside(each))
        for room in self._rooms():
            found += self._listening(room)
        return Counter(self.program.nodes[index].id for index in found)

    # What is in play

    def _rooms(self) -> Iterator[Room]:
        rooms = [self.root]
        while rooms:
            room = rooms.pop()
            if not room.is_over:
                yield room
                rooms += (each.inner for token in room.tokens for each in (token, *token.instances) if each.inner)

    def _everywhere(self) -> Iterator[Token]:
        for room in self._rooms():
            for token in room.tokens:
                yield token
                yield from token.instances

    def _inside(self, room: Room) -> list[int]:
        return [index for index, node in enumerate(self.program.nodes) if node.parent == room.node]

    def _handlers(self, room: Room) -> Iterator[tuple[int, int]]:
        """Yield the event sub-processes of a room with their start events."""
        for handler in self._inside(room):
            if self.program.nodes[handler].by_event:
                starts = (n for n, node in enumerate(self.program.nodes) if node.parent == handler)
                yield handler, next(n for n in starts if self.program.nodes[n].kind is Kind.START_EVENT)

    def _listening(self, room: Room) -> list[int]:
        if room.is_interrupted:
            return []
        starts = (start for _, start in self._handlers(room) if start not in room.spent)
        return [start for start in starts if self._is_from_outside(start)]

    def _is_from_outside(self, event: int) -> bool:
        return not any(isinstance(each, Error | Escalation) for each in self.program.nodes[event].events)

    # Tokens that move

    def _play(self) -> None:
        while self.status is Status.OPEN:
            if self.moving:
                room, node, flow = self.moving.popleft()
                if not room.is_over:
                    self._enter(room, node, flow)
            elif (
                empty := next((each for each in self._rooms() if not each.tokens and not +each.held), None)
            ) is not None:
                self._close(empty)
            elif not self._pass_a_join():
                return

    def _open(self, room: Room) -> None:
        inside = self._inside(room)
        nodes = self.program.nodes
        starts = [each for each in inside if nodes[each].kind is Kind.START_EVENT and not nodes[each].events]
        for_nothing = [each for each in inside if not nodes[each].incoming and not nodes[each].by_event]
        for_nothing = [each for each in for_nothing if nodes[each].kind is not Kind.BOUNDARY_EVENT]
        self.moving += ((room, each, None) for each in starts or for_nothing)

    def _close(self, room: Room) -> None:
        room.is_over = True
        if room.host is None:
            self.status = Status.COMPLETED
        else:
            self._done(room.host)

    def _go(self, room: Room, flows: list[int]) -> None:
        self.moving += ((room, self.program.flows[flow].target, flow) for flow in flows)

    def _enter(self, room: Room, index: int, flow: int | None) -> None:
        node = self.program.nodes[index]
        if node.loop is not None:
            self._begin_many(room, index)
        elif node.kind in _AT_ONCE and not node.events:
            self._go(room, self._ways(node))
        elif node.kind in _WAITING:
            room.tokens.append(Token(index, room, next(self.serials)))
        elif node.kind is Kind.SUB_PROCESS:
            self._begin(Token(index, room, next(self.serials)), room.tokens)
        elif node.kind is Kind.END_EVENT:
            self._end(room, node)
        elif node.kind is Kind.EXCLUSIVE_GATEWAY:
            self._go(room, self._first(node))
        elif node.kind in (Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY):
            self._meet(room, node, flow)
        else:
            raise NotPlayedError(node.kind)

    def _end(self, room: Room, node: Node) -> None:
        for event in node.events:
            if isinstance(event, Terminate):
                self._empty(room)
                if room is self.root:
                    self.status = Status.TERMINATED
            elif isinstance(event, Error | Escalation):
                self._propagate(room, type(event))
            else:
                raise NotPlayedError(event)

    # Activities

    def _begin(self, token: Token, among: list[Token]) -> None:
        among.append(token)
        if self.program.nodes[token.node].kind is Kind.SUB_PROCESS:
            token.inner = Room(token.node, token)
            self._open(token.inner)

    def _begin_many(self, room: Room, index: int) -> None:
        loop = self.program.nodes[index].loop
        at_once = 1
        if isinstance(loop, StandardLoop):
            if loop.maximum is None or loop.condition is not None:
                raise NotPlayedError(loop)
            many = loop.maximum
        else:
            assert isinstance(loop, MultiInstance)
            if loop.cardinality is None or loop.completion is not None:
                raise NotPlayedError(loop)
            many = int(str(loop.cardinality.evaluate(self.variables, _NOW)))
            at_once = 1 if loop.sequential else many
        if self.program.nodes[index].kind is Kind.TASK:  # done as soon as it begins, however often
            self._go(room, self._ways(self.program.nodes[index]))
            return
        token = Token(index, room, next(self.serials), left=many)
        room.tokens.append(token)
        for _ in range(min(at_once, many)):
            self._begin_one(token)
        if not many:
            self._done(token)

    def _begin_one(self, outer: Token) -> None:
        outer.left -= 1
        self._begin(Token(outer.node, outer.room, next(self.serials), outer=outer), outer.instances)

    def _done(self, token: Token) -> None:
        outer = token.outer
        if outer is not None:
            outer.instances.remove(token)
            self._begin_one_more(outer)
            return
        token.room.tokens.remove(token)
        node = self.program.nodes[token.node]
        self._go(token.room, [] if node.by_event else self._ways(node))

    def _begin_one_more(self, outer: Token) -> None:
        if outer.left:
            self._begin_one(outer)
        elif not outer.instances:
            self._done(outer)

    # Events

    def _caught(self, index: int) -> None:
        nodes, flows = self.program.nodes, self.program.flows
        before = {flows[flow].source for flow in nodes[index].incoming}
        gateways = {each for each in before if nodes[each].kind is Kind.EVENT_BASED_GATEWAY}
        at = [token for token in self._everywhere() if token.node == index or token.node in gateways]
        token = min(at, key=lambda each: each.serial)
        token.room.tokens.remove(token)
        self._go(token.room, self._ways(nodes[index]))

    def _leave_by(self, boundary: int, host: Token) -> None:
        node = self.program.nodes[boundary]
        if node.interrupting:
            self._kill(host)
            host.room.tokens.remove(host)
        elif isinstance(node.events[0], Timer):
            host.spent.add(boundary)
        self._go(host.room, self._ways(node))

    def _trigger(self, start: int) -> None:
        rooms = (room for room in self._rooms() if start in self._listening(room))
        room = min(rooms, key=lambda each: each.host.serial if each.host else -1)
        handler = next(handler for handler, each in self._handlers(room) if each == start)
        if self.program.nodes[start].interrupting:
            self._empty(room)
            room.is_interrupted = True
        elif isinstance(self.program.nodes[start].events[0], Timer):
            room.spent.add(start)
        token = Token(handler, room, next(self.serials))
        token.inner = Room(handler, token)
        room.tokens.append(token)
        self._go(token.inner, self._ways(self.program.nodes[start]))

    def _propagate(self, room: Room, kind: type[Error | Escalation]) -> None:
        """10.5.1: from the scope outwards, to the first boundary that catches; an escalation may go uncaught."""
        while room.host is not None:
            host = room.host.outer or room.host
            for boundary in self.program.nodes[host.node].boundaries:
                if any(isinstance(each, kind) for each in self.program.nodes[boundary].events):
                    self._leave_by(boundary, host)
                    return
            room = host.room
        if kind is Error:
            self._empty(self.root)
            self.status = Status.FAILED

    def _empty(self, room: Room) -> None:
        for token in room.tokens:
            self._kill(token)
        room.tokens.clear()
        room.held.clear()
        self.moving = deque(each for each in self.moving if each[0] is not room)

    def _kill(self, token: Token) -> None:
        for each in (token, *token.instances):
            if each.inner is not None:
                each.inner.is_over = True
                self._empty(each.inner)
        token.instances.clear()

    # Where ways part and meet

    def _holds(self, flow: int) -> bool:
        condition = self.program.flows[flow].condition
        return condition is not None and condition.evaluate(self.variables, _NOW) is True

    def _first(self, node: Node) -> list[int]:
        """13.4.2: the first flow whose condition is true, else the default."""
        others = [flow for flow in node.outgoing if flow != node.default]
        true = [flow for flow in others if self._holds(flow) or len(node.outgoing) == 1]
        return true[:1] or [flow for flow in node.outgoing if flow == node.default]

    def _ways(self, node: Node) -> list[int]:
        """13.3.2, 13.4.3: every flow whose condition is true, every one without; the default if none is true."""
        others = [flow for flow in node.outgoing if flow != node.default]
        sure = [flow for flow in others if self.program.flows[flow].condition is None]
        true = [flow for flow in others if self._holds(flow)]
        return sure + (true or [flow for flow in node.outgoing if flow == node.default])

    def _meet(self, room: Room, node: Node, flow: int | None) -> None:
        if len(node.incoming) < 2:
            self._go(room, self._ways(node))
            return
        assert flow is not None
        room.held[flow] += 1
        if node.kind is Kind.PARALLEL_GATEWAY and all(room.held[each] for each in node.incoming):
            self._take(room, node)

    def _take(self, room: Room, node: Node) -> None:
        """13.4: exactly one token from each incoming flow that has one."""
        for each in node.incoming:
            if room.held[each]:
                room.held[each] -= 1
        self._go(room, self._ways(node))

    def _pass_a_join(self) -> bool:
        for room in self._rooms():
            for index, node in enumerate(self.program.nodes):
                is_reached = node.kind is Kind.INCLUSIVE_GATEWAY and any(room.held[flow] for flow in node.incoming)
                if is_reached and self._is_activated(room, index):
                    self._take(room, node)
                    return True
        return False

    def _is_activated(self, room: Room, gateway: int) -> bool:
        """13.4.3: every token with a path to an empty flow has one to a flow with a token, none through the gateway."""
        incoming = self.program.nodes[gateway].incoming
        full = {flow for flow in incoming if room.held[flow]}
        for place in self._places(room, gateway):
            reached = {flow for flow in incoming if leads(self.program, place, flow, gateway)}
            if reached - full and not reached & full:
                return False
        return True

    def _places(self, room: Room, gateway: int) -> set[int]:
        """Return where the other tokens of the room are."""
        held = {self.program.flows[flow].target for flow in +room.held}
        return {token.node for token in room.tokens} | held - {gateway}
