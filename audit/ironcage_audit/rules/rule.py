"""The rule: what it looks for, why, on what data, with what limits, and the query that finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ironcage.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = "as_of_us"
"""The parameter every query has: the instant of the reading."""


class Axis(StrEnum):
    """Which of the three a rule looks at: person, matter or power (人、事、权)."""

    PERSON = "person"
    MATTER = "matter"
    POWER = "power"


class Severity(StrEnum):
    """How grave a finding is, from blue to red (蓝黄橙红)."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Maturity(StrEnum):
    """How far a rule has earned trust: findings of a rule in the shadow notify nobody; a retired rule does not run."""

    SHADOW = "shadow"
    TRIAL = "trial"
    STABLE = "stable"
    RETIRED = "retired"


class Unit(StrEnum):
    """What the number of a parameter counts; a name is a text."""

    SECONDS = "seconds"
    CASES = "cases"
    PER_MILLE = "per mille"
    NAME = "name"


class Subject(StrEnum):
    """What the subject of a finding names."""

    CASE = "case"
    ACTOR = "actor"
    GROUP = "group"
    """A value of a case attribute: a queue, a type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A limit of a rule that a site may set, within bounds that are checked before anything runs."""

    name: str
    unit: Unit
    default: int | str
    what: Text
    least: int = 0
    """The smallest number allowed; for a name, the fewest characters."""
    most: int = 2**53 - 1
    """The largest number allowed; for a name, the most characters."""

    def allows(self, value: int | str) -> bool:
        """Return whether *value* is of the right type and within the bounds."""
        if isinstance(value, bool) or isinstance(value, str) != (self.unit is Unit.NAME):
            return False
        return self.least <= (len(value) if isinstance(value, str) else value) <= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The article of law a rule stands on. *verify* says that no lawyer has confirmed it yet."""

    law: Text
    article: str
    since: str = ""
    """The day it came into force, ISO 8601, or empty."""
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How much a log must hold before the rule says anything."""

    cases: int = 0
    days: int = 0
    """From the first event to the instant of the reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; immutable. Its queries are text in the SQL profile over the views of ``ironcage_audit.log``.

    *query* yields one row for each piece of evidence; rows with the same subject and occurrence are one finding.
    *scope* yields a row for each case it looked at: its ``reason`` is null where the case could be examined, else the
    name of one of *reasons*.
    """

    id: str
    """``family.name``."""
    code: str
    """Short, stable, never used again for another rule."""
    version: str
    """``major.minor``; a new major number gives every finding a new fingerprint."""
    axis: Axis
    severity: Severity
    maturity: Maturity
    subject: Subject
    title: Text
    what: Text
    why: Text
    evidence: Text
    mistakes: Text
    remedy: Text
    example: Text
    source: Text
    needs: tuple[str, ...]
    """The views it may read; as ``view.column``, with a column that must not be empty in the whole log."""
    query: str
    scope: str = "SELECT case_id, NULL AS reason FROM cases"
    reasons: Mapping[str, Text] = field(default_factory=dict[str, Text])
    parameters: tuple[Parameter, ...] = ()
    history: History = field(default_factory=History)
    basis: tuple[Basis, ...] = ()
    reply_days: int = 5
    """Within how many calendar days whom it concerns should answer."""
    file: str = ""
    """Where the rule stands, ``__file__``; its cases lie beside it as ``<name>.cases.toml``."""

    @property
    def major(self) -> int:
        """The part of the version that belongs to the fingerprint."""
        return int(self.version.partition(".")[0])
