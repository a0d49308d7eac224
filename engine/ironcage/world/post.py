"""Letters: messages on their way to a case, and which wait or start one fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.machine import WaitKind
from ironcage.program import Kind, Message, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.clock import Micros
    from ironcage.machine import Key
    from ironcage.program import Program
    from ironcage.values import Context
    from ironcage.world.case import Case


@dataclass(frozen=True, slots=True)
class Letter:
    """A message sent, by a case or from outside.

    Attributes:
        name: the name of the message.
        payload: its content.
        key: its correlation values as the sender gave them; empty where it leaves them to be found in the payload.
        until: the last instant at which it can be received.
    """

    name: str
    payload: Context
    key: Key
    until: Micros

    def key_for(self, message: Message, now: Micros) -> Key:
        """Return the correlation values as whoever receives it by *message* finds them; none if one of them is null."""
        key = self.key or tuple(expression.evaluate(self.payload, Moment(now)) for expression in message.found)
        return () if None in key else key


def receiver(letter: Letter, cases: Iterable[Case], now: Micros) -> tuple[Case, int, Key] | None:
    """Return the wait that *letter* goes to, with its case and the correlation values; None if there is none.

    A wait that names a key takes a message of that key only; one that names none takes any. What fits by its key comes
    before what takes any, and of several that fit alike the one that has waited longest.
    """
    fitting: list[tuple[bool, Micros, int, int]] = []
    found: dict[tuple[int, int], tuple[Case, int, Key]] = {}
    for case in cases:
        for number in case.waiting(WaitKind.MESSAGE):
            wait = case.open[number]
            if wait.name != letter.name:
                continue
            key = letter.key_for(message_of(case.program, wait.node, letter.name), now)
            if not wait.key or wait.key == key:
                fitting.append((not wait.key, case.since[number], case.number, number))
                found[case.number, number] = (case, number, key)
    return found[min(fitting)[2:]] if fitting else None


def starts(programs: Iterable[Program], kind: type[Message | Signal], name: str) -> Iterator[tuple[Program, int]]:
    """Yield the nodes at which a message or signal called *name* begins a case, in document order.

    Source: BPMN 2.0.2, 10.5.2 (start events), 10.3.3 (receive tasks), 10.6.6 (event-based gateways that instantiate).
    """
    for program in programs:
        for index, node in enumerate(program.nodes):
            named = any(isinstance(event, kind) and event.name == name for event in node.events)
            if named and node.parent is None and _begins(program, index):
                yield program, index


def _begins(program: Program, index: int) -> bool:
    node = program.nodes[index]
    if node.kind is Kind.START_EVENT or node.instantiate:
        return True
    sources = [program.nodes[program.flows[flow].source] for flow in node.incoming]
    return any(source.instantiate and source.kind is Kind.EVENT_BASED_GATEWAY for source in sources)


def message_of(program: Program, node: int, name: str) -> Message:
    """Return the definition by which *node* receives the message *name*."""
    events = program.nodes[node].events
    return next(event for event in events if isinstance(event, Message) and event.name == name)
