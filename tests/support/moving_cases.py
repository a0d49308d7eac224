"""A case walked on one program and migrated to another, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import Complete, Fire, Receive, Start, State, WaitKind, advance
from ironcage.migration import correspondence, migrate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.migration import Migrated
    from ironcage.program import Program
    from ironcage.values import Value


class Case:
    """A case of *program*; each of *done* is the element at which it goes on."""

    def __init__(self, program: Program, *done: str, **data: Value) -> None:
        self.program = program
        self.state = advance(program, State(), Start(dict(data)), 0).state
        for element in done:
            self.go_on(element)

    def go_on(self, element: str, **data: Value) -> None:
        """Complete the work of *element*, or let its event come."""
        node = self.program.index(element)
        number, wait = next((n, w) for n, w in self.state.waits.items() if w.node == node)
        if wait.at is not None:
            self.state = advance(self.program, self.state, Fire(number), wait.at).state
        elif wait.kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
            self.state = advance(self.program, self.state, Receive(number, dict(data)), 0).state
        else:
            self.state = advance(self.program, self.state, Complete(number, dict(data)), 0).state

    def migrate(
        self, new: Program, begun: Mapping[tuple[str, int], int] | None = None, now: int = 0, **names: str
    ) -> Migrated:
        """Migrate it to *new*; on success it goes on there."""
        migrated = migrate(correspondence(self.program, new, names), self.state, now, begun)
        if not migrated.reasons:
            self.program, self.state = new, migrated.state
        return migrated

    def at(self) -> list[str]:
        """Return the elements it waits at, sorted."""
        return sorted(self.program.nodes[wait.node].id for wait in self.state.waits.values())


def reasons(migrated: Migrated) -> list[tuple[str, str]]:
    """Return the elements and the messages of what hinders a migration."""
    return [(each.element, each.what) for each in migrated.reasons]


def changes(migrated: Migrated) -> list[tuple[str, str]]:
    """Return the elements and the messages of what a migration changes."""
    return [(each.element, each.what) for each in migrated.changes]
