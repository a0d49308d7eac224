"""The built-in functions of FEEL, by name."""

from ironcage.feel.functions import calendar, figures, lists, texts
from ironcage.feel.functions.registry import FUNCTIONS, Function

__all__ = ["FUNCTIONS", "Function", "calendar", "figures", "lists", "texts"]
