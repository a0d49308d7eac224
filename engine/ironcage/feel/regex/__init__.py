"""Regular expressions of XPath, matched in bounded time.

A pattern becomes a small program, which is run over the text by backtracking that never tries the same instruction at
the same place twice: the time is at most the length of the program times that of the text. Only back-references need
the same place again; for them, as for everything, a limit of steps holds.

Source: XPath and XQuery Functions and Operators 3.1, 5.6; XML Schema 1.1 part 2, appendix G.
"""

from ironcage.feel.regex.matching import Pattern, TooManyStepsError, pattern
from ironcage.feel.regex.reading import PatternError

__all__ = ["Pattern", "PatternError", "TooManyStepsError", "pattern"]
