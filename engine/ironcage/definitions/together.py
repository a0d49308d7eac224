"""What the processes of several folders mean to each other: whom they call, and whether what they send arrives."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import Moment
from ironcage.faults import Fault, Level
from ironcage.messages import mark
from ironcage.program import Kind, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ironcage.definitions.definition import Definition
    from ironcage.program import Node, Program

_THROWING = frozenset({Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.SEND_TASK})


def between(definitions: Collection[Definition], unread: Collection[str]) -> Iterator[Fault]:
    """Yield advice on each call that leads out of what is checked, and each message that its receivers cannot tell.

    Args:
        definitions: what was checked together and has no errors.
        unread: the keys of what was checked beside them and could not be read.
    """
    receivers, senders = _receivers(definitions), _senders(definitions)
    for definition in definitions:
        inside = set(definition.programs)
        outside = {*_keys(definitions), *unread}
        for program in definition.programs.values():
            yield from _calls(definition, program, inside, outside)
            yield from _sent(definition, program, receivers)
            yield from _taken(definition, program, senders)


# Calls


def _keys(definitions: Collection[Definition]) -> Iterator[str]:
    for each in definitions:
        yield each.key
        yield from (f"{each.key}.{process}" for process in each.programs)


def _calls(
    definition: Definition, program: Program, inside: Collection[str], outside: Collection[str]
) -> Iterator[Fault]:
    for node in program.nodes:
        if node.call is None or not node.call.process.constant:
            continue
        called = str(node.call.process.evaluate({}, Moment(0)))
        if called not in inside and called not in outside and called.partition(".")[0] not in outside:
            what = mark("{node} calls {called}, which is no process of what is checked.")
            mend = mark("Correct the name, check the folder {called} along, or deploy it before a case comes there.")
            yield _advice(definition, node, "unknown-process", what, mend, called=called)


# Messages


class _Receiver(NamedTuple):
    """Something that waits for a message: in which element, and whether it can tell one message from another."""

    node: Node
    event: Message
    begins: bool
    """Whether it begins a case, and takes any message for that."""


def _receivers(definitions: Collection[Definition]) -> dict[str, list[_Receiver]]:
    """Return what waits for each message, by its name."""
    found: dict[str, list[_Receiver]] = {}
    for definition in definitions:
        for program in definition.programs.values():
            for node in program.nodes:
                if node.kind not in _THROWING:
                    for event in node.events:
                        if isinstance(event, Message):
                            found.setdefault(event.name, []).append(_Receiver(node, event, _begins(program, node)))
    return found


def _begins(program: Program, node: Node) -> bool:
    """Return whether the node begins cases."""
    sources = [program.nodes[program.flows[flow].source] for flow in node.incoming]
    after = any(source.kind is Kind.EVENT_BASED_GATEWAY and source.instantiate for source in sources)
    return node.parent is None and (node.kind is Kind.START_EVENT or node.instantiate or after)


def _sent(definition: Definition, program: Program, receivers: dict[str, list[_Receiver]]) -> Iterator[Fault]:
    for node in program.nodes:
        if node.kind not in _THROWING or node.service:
            continue
        brought = {given.variable for given in node.inputs}
        for event in node.events:
            waiting = receivers.get(event.name, []) if isinstance(event, Message) and not event.found else []
            if waiting and isinstance(event, Message) and not any(_may_take(each, brought) for each in waiting):
                what = mark(
                    "{node} sends {message} without a correlation key, and {receiver} takes it only with the key it "
                    "waits for: nobody will receive it."
                )
                mend = mark("Say the key with <ironcage:correlation key=...>, or by a correlationKey of both sides.")
                fields = {"message": event.name, "receiver": waiting[0].node.id}
                yield _advice(definition, node, "message-without-key", what, mend, **fields)


def _may_take(receiver: _Receiver, brought: Collection[str]) -> bool:
    """Return whether *receiver* may take a message without a key that brings variables of these names."""
    event = receiver.event
    if receiver.begins or not (event.expected or event.conversation):
        return True
    return bool(event.found) and all(each.names <= set(brought) for each in event.found)


def _senders(definitions: Collection[Definition]) -> dict[str, list[Node]]:
    """Return what sends each message, by its name."""
    found: dict[str, list[Node]] = {}
    for definition in definitions:
        for program in definition.programs.values():
            for node in program.nodes:
                for event in node.events if node.kind in _THROWING and not node.service else ():
                    if isinstance(event, Message):
                        found.setdefault(event.name, []).append(node)
    return found


def _taken(definition: Definition, program: Program, senders: dict[str, list[Node]]) -> Iterator[Fault]:
    """Yield where a data output becomes all that is sent, though what is sent has names of its own."""
    for node in program.nodes:
        for name in node.whole:
            for sender in chain(*(senders.get(event.name, []) for event in node.events if isinstance(event, Message))):
                brought = [given.variable for given in sender.inputs]
                if brought and name not in brought:
                    what = mark(
                        "{node} takes all that {sender} sends for {data}: a context of {names}, for none of these is "
                        "called {data}."
                    )
                    mend = mark("If {data} is one of them, give both the same name.")
                    fields = {"sender": sender.id, "data": name, "names": ", ".join(brought)}
                    yield _advice(definition, node, "message-whole", what, mend, **fields)


def _advice(definition: Definition, node: Node, rule: str, what: str, mend: str, **fields: object) -> Fault:
    named: dict[str, object] = {"node": node.id, **fields}
    return Fault(definition.model.file, node.line, node.id, rule, what, mend, Level.ADVICE, fields=named)
