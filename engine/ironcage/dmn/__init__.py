"""DMN: decisions read from files, checked, and answered in microseconds.

Source: DMN 1.5.
"""

from ironcage.dmn.checking import check
from ironcage.dmn.decision import Answer, Decision, Service, Step
from ironcage.dmn.model import Model
from ironcage.dmn.reader import examine, load, read, read_all
from ironcage.dmn.table import DeclaredKindError, DifferentAnswersError, NotAllowedError, SeveralRulesError

__all__ = [
    "Answer",
    "Decision",
    "DeclaredKindError",
    "DifferentAnswersError",
    "Model",
    "NotAllowedError",
    "Service",
    "SeveralRulesError",
    "Step",
    "check",
    "examine",
    "load",
    "read",
    "read_all",
]
