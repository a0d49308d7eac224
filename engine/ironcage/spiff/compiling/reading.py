"""What every part of the compilation asks: the file, its ids and its expressions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ironcage import feel
from ironcage.bpmn.compiling.variables import words
from ironcage.bpmn.timers import cycle_value, timer_value
from ironcage.program import Due
from ironcage.spiff.faults import refused
from ironcage.spiff.normal import original

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.faults import FaultyError
    from ironcage.program import EventDefinition
    from ironcage.spiff.parsing.extending import Extension, Extensions
    from ironcage.spiff.parsing.scopes import Scopes
    from ironcage.spiff.parsing.specs import ProcessSpec, Root


class Reading:
    """One process on its way to a program; what several of its elements share is compiled once."""

    def __init__(self, file: str, root: Root, scopes: Scopes) -> None:
        self.file = file
        self.root = root
        self.spec: ProcessSpec = scopes.spec
        self.scopes = scopes
        self.events: dict[int, EventDefinition] = {}
        """The definitions compiled so far, by the identity of SpiffWorkflow's."""
        self.words = words(root.variables.values())
        self._expressions: dict[tuple[object, str], feel.Expression] = {}

    def expression(self, text: str) -> feel.Expression:
        """Return *text* as FEEL."""
        return self._once(feel.compile, text)

    def timer(self, text: str) -> feel.Expression:
        """Return *text* as a point in time or a duration."""
        return self._once(timer_value, text)

    def cycle(self, text: str) -> feel.Expression:
        """Return *text* as times that come again."""
        return self._once(cycle_value, text)

    def optional(self, text: str | None) -> feel.Expression | None:
        """Return *text* as FEEL, None for None."""
        return None if text is None else self.expression(text)

    def _once(self, read: Callable[[str, tuple[str, ...]], feel.Expression], text: str) -> feel.Expression:
        known = self._expressions.get((read, text))
        if known is None:
            known = self._expressions[read, text] = read(text.strip(), self.words)
        return known

    def name_of(self, data: str, said_by: Any) -> str:
        """Return the variable of the data element with the marked id *data*."""
        if data not in self.root.variables:
            raise self.refused(said_by, f"{original(data)} is no data element of the file")
        return self.root.variables[data]

    def variable(self, data: str, said_by: Any) -> feel.Expression:
        """Return what is in the data element with the marked id *data*."""
        return feel.variable(self.name_of(data, said_by))

    def due(self, said: Extensions, name: str = "deadline") -> Due | None:
        """Return when something must be done."""
        found = said.first(name)
        return None if found is None else Due(self.moment(found, "at"), self.moment(found, "within"))

    def moment(self, said: Extension, attribute: str) -> feel.Expression | None:
        """Return the time in an attribute."""
        return said.read(attribute, self.timer)

    def index(self, marked: str, said_by: Any) -> int:
        """Return the index of the node with the marked id."""
        if marked not in self.scopes.index:
            raise self.refused(said_by, f"{original(marked)} is no flow node of the process")
        return self.scopes.index[marked]

    @contextmanager
    def of(self, said_by: Any) -> Iterator[None]:
        """Tell what cannot be read inside as a fault of *said_by*."""
        try:
            yield
        except (LookupError, ValueError, feel.FeelSyntaxError) as error:
            raise self.refused(said_by, f"{type(error).__name__}: {error}") from error

    def refused(self, said_by: Any, reason: str) -> FaultyError:
        """Return the error for what *said_by* says and a program cannot."""
        return refused(self.file, said_by.extensions.line, original(said_by.bpmn_id), reason)
