"""Programs made by hand, for tests of what passes between cases; and an engine that runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from running import TWO_TASKS, Running, definition

from ironcage import feel
from ironcage.engine.catalogue import runnables
from ironcage.program import (
    Binding,
    Call,
    Flow,
    Kind,
    Message,
    Node,
    Program,
    Script,
    Setting,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.program import EventDefinition


def start(*events: EventDefinition, **said: object) -> Node:
    return Node("", 0, Kind.START_EVENT, events=events, **said)


def end(*events: EventDefinition, **said: object) -> Node:
    return Node("", 0, Kind.END_EVENT, events=events, **said)


def throw(*events: EventDefinition, **given: str) -> Node:
    """Make a throwing event; *given* says its payload in FEEL."""
    return Node("", 0, Kind.INTERMEDIATE_THROW_EVENT, events=events, inputs=_settings(given))


def catch(*events: EventDefinition, **said: object) -> Node:
    return Node("", 0, Kind.INTERMEDIATE_CATCH_EVENT, events=events, **said)


def boundary(host: int, *events: EventDefinition, **said: object) -> Node:
    """Make a boundary event on the node with the index *host*."""
    return Node("", 0, Kind.BOUNDARY_EVENT, events=events, host=host, **said)


def task(kind: Kind = Kind.USER_TASK, **said: object) -> Node:
    return Node("", 0, kind, **said)


def call(process: str, binding: Binding = Binding.LATEST, version: int | None = None, **said: object) -> Node:
    """Make a call activity that passes everything in and out."""
    called = Call(feel.constant(process, process), binding, version, all_in=True, all_out=True)
    return Node("", 0, Kind.CALL_ACTIVITY, call=called, **said)


def script(text: str) -> Node:
    return Node("", 0, Kind.SCRIPT_TASK, script=Script("starlark", text))


def message(name: str, found: str = "", expected: str = "", conversation: str = "") -> Message:
    """Make a message definition; *found* and *expected* are FEEL, one property each."""
    return Message(
        name, conversation, (feel.compile(found),) if found else (), (feel.compile(expected),) if expected else ()
    )


def timer(kind: TimerKind, text: str) -> Timer:
    """Make a timer; the text of a cycle is taken as it is, the others are FEEL."""
    return Timer(kind, feel.constant(text, text) if kind is TimerKind.CYCLE else feel.compile(text))


def program(nodes: Mapping[str, Node], *flows: str, process: str = "main") -> Program:
    """Return a program of *nodes* by id; a flow is ``source -> target`` or ``source -> target if FEEL``."""
    index = {name: number for number, name in enumerate(nodes)}
    links = [_flow(flow, index) for flow in flows]
    made: list[Node] = []
    for number, (name, node) in enumerate(nodes.items()):
        into = tuple(n for n, link in enumerate(links) if link.target == number)
        out = tuple(n for n, link in enumerate(links) if link.source == number)
        on_it = tuple(n for n, other in enumerate(nodes.values()) if other.host == number)
        made.append(replace(node, id=name, incoming=into, outgoing=out, boundaries=on_it))
    return Program(process, "", tuple(made), tuple(links))


def _flow(written: str, index: Mapping[str, int]) -> Flow:
    ends, _, condition = written.partition(" if ")
    source, _, target = ends.partition(" -> ")
    return Flow(ends, 0, index[source], index[target], feel.compile(condition) if condition else None)


def _settings(given: Mapping[str, str]) -> tuple[Setting, ...]:
    return tuple(Setting(name, feel.compile(text)) for name, text in given.items())


class Made(Running):
    """An engine to which programs are deployed as they are, without the files that would say them."""

    def put(self, *made: Program, key: str = "p", **changes: object) -> int:
        """Deploy *made*, the first of which the key stands for, as the next version of *key*; return the version."""
        base = definition(*TWO_TASKS, key=key)
        files = {**base.files, "made": repr(made).encode()}
        programs = {each.process: each for each in made}
        deployed = replace(base, programs=programs, files=files, **changes)
        for version in range(1, 9):
            for each in runnables(deployed, version):
                self.engine._catalogue._kept[each.process, version, deployed.digest] = each
        return self.engine.deploy(deployed).version
