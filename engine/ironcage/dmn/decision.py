"""A decision: what it is called, where it stands, and the logic that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.clock import Moment
    from ironcage.dmn.table import Table
    from ironcage.feel import Expression
    from ironcage.values import Value


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a DMN file. Two are equal when they say the same in the same place."""

    id: str
    name: str
    file: str
    line: int
    logic: Table | Expression

    def evaluate(self, variables: Mapping[str, Value], moment: Moment) -> Value:
        """Return the answer; null when no rule matches and the table has no default.

        Raises:
            SeveralRulesError: more than one rule of a table with hit policy UNIQUE matches.
            DeclaredKindError, NotAllowedError: an input or an output is not what its column declares.
        """
        return self.logic.evaluate(variables, moment)

    def names(self) -> frozenset[str]:
        """Return the variables it reads."""
        return self.logic.names
