"""An expression, read and compiled once, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.feel import calls, iteration, unary
from ironcage.feel.compiler import compiled, settled
from ironcage.feel.environment import Environment, LimitError, Null
from ironcage.feel.names import free
from ironcage.feel.parser import parse
from ironcage.feel.tree import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ironcage.feel.compiler import Code
    from ironcage.feel.tokens import FeelSyntaxError
    from ironcage.feel.types import Type
    from ironcage.values import Value

__all__ = ["Expression", "calls", "compile", "constant", "free_names", "iteration", "unary", "variable"]


_NOWHERE = Environment({}, Moment(0))
"""Where constants have their value, which is the same everywhere."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. Two are equal when their texts are."""

    text: str
    names: frozenset[str] = field(compare=False, repr=False)
    """The variables it reads."""
    code: Code = field(compare=False, repr=False)
    constant: bool = field(compare=False, repr=False)
    """Whether it has the same value always."""
    entries: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """What else the conditions of filters name: entries of the items, or variables."""
    misfits: tuple[FeelSyntaxError, ...] = field(default=(), compare=False, repr=False)
    """What in it never has a result, where that was not refused."""

    def evaluate(self, variables: Mapping[str, Value], moment: Moment) -> Value:
        """Return its value; null where FEEL has no other answer, and where it takes more than it may."""
        try:
            return self.code(_NOWHERE if self.constant else Environment(variables, moment))
        except LimitError:
            return None

    def explain(self, variables: Mapping[str, Value], moment: Moment) -> tuple[Value, tuple[Null, ...]]:
        """Return its value, and for each part that was null on the way why it was."""
        nulls: list[Null] = []
        return self.run(Environment(variables, moment, nulls)), tuple(nulls)

    def run(self, env: Environment) -> Value:
        """Return its value in *env*."""
        try:
            return self.code(env)
        except LimitError as error:
            env.note_stop(error)
            return None


def compile(  # noqa: A001
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None, lenient: bool = False
) -> Expression:
    """Return *text* as an expression.

    Args:
        text: the expression.
        names: the variables it may use; needed for those of several words or with signs, and for functions.
        types: the types it may name.
        lenient: what never has a result (a call that fits no function, an unknown type, an impossible date) is null
            and told in ``misfits`` instead of refused.

    Raises:
        FeelSyntaxError: it is not an expression; the error says where.
    """
    tree, misfits = parse(text, names, types, lenient)
    read, sure = frozenset(free(tree)), frozenset(free(tree, conditions=False))
    piece = compiled(tree)
    return Expression(text, sure, piece.run, piece.constant, read - sure, misfits)


def constant(value: Value, text: str) -> Expression:
    """Return the expression that was written *text* and is always *value*."""
    return Expression(text, frozenset(), settled(value).run, constant=True)


def variable(name: str) -> Expression:
    """Return the expression that reads the variable *name*, whatever signs and words it is made of."""
    return Expression(name, frozenset({name}), compiled(Name(name)).run, constant=False)


def free_names(expression: Expression) -> frozenset[str]:
    """Return the variables *expression* reads."""
    return expression.names
