"""FEEL, the expression language of DMN: read once, compiled to closures, deterministic and bounded.

An expression sees the variables it is given and the moment of the step, and nothing else.

Source: DMN 1.5, chapter 10.
"""

from ironcage.feel.environment import Environment, Null
from ironcage.feel.expression import Expression, compile, constant, free_names  # noqa: A004
from ironcage.feel.functions.texts import written
from ironcage.feel.tokens import FeelSyntaxError
from ironcage.feel.unary import Span, UnaryTests, compile_tests

__all__ = [
    "Environment",
    "Expression",
    "FeelSyntaxError",
    "Null",
    "Span",
    "UnaryTests",
    "compile",
    "compile_tests",
    "constant",
    "free_names",
    "written",
]
