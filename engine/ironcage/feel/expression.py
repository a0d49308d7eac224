"""An expression, read and compiled once, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.feel.compiler import Piece, compiled, settled
from ironcage.feel.environment import Environment, Null
from ironcage.feel.names import free
from ironcage.feel.parser import parse
from ironcage.feel.tokens import FeelSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ironcage.clock import Moment
    from ironcage.values import Value


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. Two are equal when their texts are."""

    text: str
    names: frozenset[str] = field(compare=False, repr=False)
    """The variables it reads."""
    piece: Piece = field(compare=False, repr=False)

    @property
    def constant(self) -> bool:
        """Whether it has the same value always."""
        return self.piece.constant

    def evaluate(self, variables: Mapping[str, Value], moment: Moment) -> Value:
        """Return its value; null where FEEL has no other answer."""
        return self.piece.run(Environment(variables, moment))

    def explain(self, variables: Mapping[str, Value], moment: Moment) -> tuple[Value, tuple[Null, ...]]:
        """Return its value, and for each part that was null on the way why it was."""
        nulls: list[Null] = []
        return self.piece.run(Environment(variables, moment, nulls)), tuple(nulls)


def compile(text: str, names: Iterable[str] = ()) -> Expression:  # noqa: A001
    """Return *text* as an expression; *names* are the variables of several words it may use.

    Raises:
        FeelSyntaxError: it is not an expression; the error says where.
    """
    tree = parse(text, names)
    try:
        return Expression(text, frozenset(free(tree)), compiled(tree))
    except FeelSyntaxError as error:
        raise FeelSyntaxError(text, error.at, str(error.fields["reason"])) from None


def constant(value: Value, text: str) -> Expression:
    """Return the expression that was written *text* and is always *value*."""
    return Expression(text, frozenset(), settled(value))


def free_names(expression: Expression) -> frozenset[str]:
    """Return the variables *expression* reads."""
    return expression.names
