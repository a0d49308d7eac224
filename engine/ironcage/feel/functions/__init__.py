"""The built-in functions of FEEL, by name."""

from ironcage.feel.functions import calendar, contexts, figures, lists, logic, patterns, range_texts, relations, texts
from ironcage.feel.functions.registry import BUILT_IN, FUNCTIONS, Function

__all__ = [
    "BUILT_IN",
    "FUNCTIONS",
    "Function",
    "calendar",
    "contexts",
    "figures",
    "lists",
    "logic",
    "patterns",
    "range_texts",
    "relations",
    "texts",
]
