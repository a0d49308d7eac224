"""One case of a world: its program, its state, what it waits for and what happened in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ironcage.machine import Closed, Ended, EntryKind, Opened, State, Status, Transition, WaitKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.machine import Entry, Step
    from ironcage.program import Node, Program
    from ironcage.values import Context


class Happening(NamedTuple):
    """A fact of the record, and when it was recorded."""

    at: Micros
    entry: Entry


@dataclass(slots=True)
class Case:
    """A case and its past. Only the world it lives in changes it."""

    number: int
    """The n-th case of its world, from 1."""
    program: Program
    caller: tuple[int, int] | None = None
    """The number of the case that called this one, and of the wait it called by."""
    state: State = field(default_factory=State)
    open: dict[int, Opened] = field(default_factory=dict)
    """What it waits for, by wait number, in the order in which the waits were opened."""
    since: dict[int, Micros] = field(default_factory=dict)
    """When each of them was opened."""
    history: list[Happening] = field(default_factory=list)
    ended: Ended | None = None

    @property
    def status(self) -> Status:
        """How the case stands."""
        return self.state.status

    @property
    def data(self) -> Context:
        """The data the case ended with; while it is open, those of the process itself."""
        if self.ended is not None:
            return dict(self.ended.data)
        return next((scope.variables for scope in self.state.scopes.values()), {})

    def node(self, wait: int) -> Node:
        """Return the element that waits under number *wait*."""
        return self.program.nodes[self.open[wait].node]

    def waits(self) -> list[str]:
        """Return the elements at which the case waits, the oldest wait first, deadlines left out."""
        return [self.node(number).id for number, wait in self.open.items() if wait.kind is not WaitKind.DEADLINE]

    def done(self) -> list[str]:
        """Return the activities that were completed and the events that happened, in their order."""
        return [
            self.program.nodes[entry.element].id
            for _, entry in self.history
            if entry.transition is Transition.COMPLETE and entry.kind in (EntryKind.ACTIVITY, EntryKind.EVENT)
        ]

    def waiting(self, kind: WaitKind, element: str | None = None) -> Iterator[int]:
        """Yield the numbers of the open waits of *kind*, the oldest first; only those at *element* if one is named."""
        for number, wait in self.open.items():
            if wait.kind is kind and (element is None or self.program.nodes[wait.node].id == element):
                yield number

    def take(self, step: Step, at: Micros) -> None:
        """Take in what a step did at the instant *at*."""
        self.state = step.state
        self.history += [Happening(at, entry) for entry in step.records]
        for effect in step.effects:
            match effect:
                case Opened():
                    self.open[effect.wait] = effect
                    self.since[effect.wait] = at
                case Closed():
                    self.open.pop(effect.wait, None)
                    self.since.pop(effect.wait, None)
                case Ended():
                    self.ended = effect
                case _:
                    pass
