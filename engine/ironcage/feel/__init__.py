"""FEEL, the expression language of DMN: read once, compiled to closures, deterministic and bounded.

An expression sees the variables it is given and the moment of the step, and nothing else.

Source: DMN 1.5, chapter 10.
"""

from ironcage.feel.environment import Budget, Environment, LimitError, Null
from ironcage.feel.expression import Expression, compile, constant, free_names, variable  # noqa: A004
from ironcage.feel.functions.texts import written
from ironcage.feel.ranges import Range
from ironcage.feel.tokens import FeelSyntaxError
from ironcage.feel.types import (
    ANY,
    NULL,
    TYPES,
    ContextType,
    FunctionType,
    FunctionValue,
    ListType,
    NarrowedType,
    RangeType,
    Type,
    conform,
)
from ironcage.feel.unary import Span, UnaryTests, compile_tests

__all__ = [
    "ANY",
    "NULL",
    "TYPES",
    "Budget",
    "ContextType",
    "Environment",
    "Expression",
    "FeelSyntaxError",
    "FunctionType",
    "FunctionValue",
    "LimitError",
    "ListType",
    "NarrowedType",
    "Null",
    "Range",
    "RangeType",
    "Span",
    "Type",
    "UnaryTests",
    "compile",
    "compile_tests",
    "conform",
    "constant",
    "free_names",
    "variable",
    "written",
]
