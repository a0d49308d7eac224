"""DMN: decisions read from files, checked, and answered in microseconds.

Source: DMN 1.5.
"""

from ironcage.dmn.checking import check
from ironcage.dmn.decision import Decision
from ironcage.dmn.reader import read, read_all
from ironcage.dmn.table import DeclaredKindError, DifferentAnswersError, NotAllowedError, SeveralRulesError

__all__ = [
    "Decision",
    "DeclaredKindError",
    "DifferentAnswersError",
    "NotAllowedError",
    "SeveralRulesError",
    "check",
    "read",
    "read_all",
]
