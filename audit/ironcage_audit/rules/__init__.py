"""Rules: what they are, what is wrong with one, and the values of their parameters."""

from ironcage_audit.rules.checking import HEADINGS, YIELDS, faults
from ironcage_audit.rules.explaining import explain, word
from ironcage_audit.rules.files import SUFFIX, RuleFileError, RuleFileMissingError, read, read_toml
from ironcage_audit.rules.parameters import (
    ParameterOutOfBoundsError,
    UnknownParameterError,
    UnknownRuleError,
    Values,
    select,
    values,
)
from ironcage_audit.rules.rule import AS_OF, Axis, Basis, History, Maturity, Parameter, Rule, Severity, Subject, Unit

__all__ = [
    "AS_OF",
    "HEADINGS",
    "SUFFIX",
    "YIELDS",
    "Axis",
    "Basis",
    "History",
    "Maturity",
    "Parameter",
    "ParameterOutOfBoundsError",
    "Rule",
    "RuleFileError",
    "RuleFileMissingError",
    "Severity",
    "Subject",
    "Unit",
    "UnknownParameterError",
    "UnknownRuleError",
    "Values",
    "explain",
    "faults",
    "read",
    "read_toml",
    "select",
    "values",
    "word",
]
