"""Running rules over a log: each on its own guarded connection, within its limits; one that fails stops no other."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, TypeGuard

from ironcage.errors import IroncageError, RefusedError
from ironcage.messages import Text, mark
from ironcage_audit.findings.finding import Evidence, Finding, Measured, fingerprint
from ironcage_audit.findings.results import NotExamined, RuleResult
from ironcage_audit.rules import AS_OF, YIELDS, UnknownRuleError, faults, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ironcage_audit.log import Log
    from ironcage_audit.rules import Rule, Values

    Row = dict[str, object]

_DAY_US = 86_400_000_000
_STEPS_BETWEEN_LOOKS = 2_000
"""Of SQLite; one may copy a text as long as the guard allows, so they must not be many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one rule may take."""

    seconds: float = 120.0
    """For all its queries together."""
    rows: int = 500_000
    """Of its result."""
    characters: int = 50_000_000
    """Of all texts in its result."""


class RuleTooSlowError(RefusedError):
    """The rule took longer than it may."""

    message = mark("It was stopped after {seconds} seconds. Make the query cheaper, or allow it more time.")


class TooManyRowsError(RefusedError):
    """The query yields more rows than it may."""

    message = mark("The query yields more than {rows} rows. A rule that finds everything finds nothing; narrow it.")


class TooMuchTextError(RefusedError):
    """The query yields more text than it may."""

    message = mark("The query yields more than {characters} characters. Select less text; evidence names events.")


class RowError(RefusedError):
    """A row of the result is not what a rule yields."""

    message = mark("The query yields {value} as {column}, which is not allowed there. See docs/reference/rules.md.")


class UnknownReasonError(RefusedError):
    """The scope names a reason the rule does not explain."""

    message = mark("The scope yields the reason {reason}, which the rule does not explain among its reasons.")


def examine(
    log: Log, rules: Iterable[Rule], parameters: Mapping[str, Mapping[str, int | str]], limits: Limits | None = None
) -> list[RuleResult]:
    """Return what each of *rules* says about *log*, in their order.

    Args:
        log: what is read.
        rules: a rule with faults counts as failed, like one that crashes.
        parameters: by rule id, what the site sets instead of the defaults.
        limits: of each rule.

    Raises:
        UnknownRuleError: *parameters* names a rule that is not among *rules*; nothing was run.
        UnknownParameterError: a rule has no such parameter; nothing was run.
        ParameterOutOfBoundsError: a value is out of bounds; nothing was run.
    """
    rules = list(rules)
    for unknown in parameters.keys() - {rule.id for rule in rules}:
        raise UnknownRuleError(rule=unknown, known=", ".join(rule.id for rule in rules))
    settled = [(rule, values(rule, parameters.get(rule.id, {}))) for rule in rules]
    return [_examine(log, rule, chosen, limits or Limits()) for rule, chosen in settled]


def _examine(log: Log, rule: Rule, chosen: Values, limits: Limits) -> RuleResult:
    result = RuleResult(rule, chosen)
    try:
        wrong = faults(rule)
        if wrong:
            return replace(result, failed="\n".join(map(str, wrong)))
        with log.connection() as connection:
            bound = {**chosen, AS_OF: log.watermark.as_of_us}
            run = _Run(connection, bound, limits)
            lacking = _lacking(log, rule, run)
            if lacking:
                return replace(result, not_examined=(replace(lacking, cases=log.watermark.cases),))
            examined, not_examined = _scope(rule, run)
            found = sorted(
                _findings(log, rule, run), key=lambda each: (each.occurred_us, each.subject, each.occurrence)
            )
    except IroncageError as error:
        return replace(result, failed=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a rule brings about, the others go on
        return replace(result, failed=f"{type(error).__name__}: {error}")
    return replace(result, examined=examined, not_examined=not_examined, findings=tuple(found))


class _Run:
    """The queries of one rule, against one clock."""

    def __init__(self, connection: sqlite3.Connection, bound: Values, limits: Limits) -> None:
        self._connection = connection
        self._bound = bound
        self._limits = limits
        self._until = time.monotonic() + limits.seconds
        connection.set_progress_handler(self._is_late, _STEPS_BETWEEN_LOOKS)

    def _is_late(self) -> bool:
        return time.monotonic() > self._until

    def rows(self, query: str) -> list[Row]:
        """Return the result of *query*."""
        try:
            cursor = self._connection.execute(query, self._bound)
            fetched = list(self._bounded(cursor))
        except sqlite3.OperationalError as error:
            if self._is_late():
                raise RuleTooSlowError(seconds=self._limits.seconds) from error
            raise
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in fetched]

    def _bounded(self, cursor: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
        """Yield the rows as long as there are not too many and they are not too long."""
        limits, characters = self._limits, 0
        for count, row in enumerate(cursor, 1):
            if count > limits.rows:
                raise TooManyRowsError(rows=limits.rows)
            characters += sum(len(value) for value in row if isinstance(value, str))
            if characters > limits.characters:
                raise TooMuchTextError(characters=limits.characters)
            yield row


def _lacking(log: Log, rule: Rule, run: _Run) -> NotExamined | None:
    """Return why the log as a whole is not enough for *rule*, or None."""
    empty = [need for need in rule.needs if "." in need and not run.rows(_presence(need))]
    if empty:
        names = ", ".join(empty)
        return NotExamined("no-data", Text(f"日志中没有 {names}", f"the log has no {names}"), 0)
    seen = log.watermark
    if seen.cases < rule.history.cases:
        least = rule.history.cases
        why = Text(f"日志中少于 {least} 件案件", f"the log has fewer than {least} cases")
        return NotExamined("little-history", why, 0)
    if rule.history.days and (seen.first_us is None or seen.as_of_us - seen.first_us < rule.history.days * _DAY_US):
        least = rule.history.days
        return NotExamined("little-history", Text(f"日志不足 {least} 天", f"the log covers fewer than {least} days"), 0)
    return None


def _presence(need: str) -> str:
    view, _, column = need.partition(".")
    return f"SELECT {column} FROM {view} WHERE {column} IS NOT NULL LIMIT 1"  # noqa: S608 - both are names of ours


def _scope(rule: Rule, run: _Run) -> tuple[int, tuple[NotExamined, ...]]:
    counted = f"SELECT reason, COUNT(DISTINCT case_id) AS cases FROM (\n{_statement(rule.scope)}\n) GROUP BY reason"  # noqa: S608
    cases = {row["reason"]: row["cases"] for row in run.rows(counted)}
    not_examined: list[NotExamined] = []
    for reason, why in rule.reasons.items():
        if reason in cases:
            not_examined.append(NotExamined(reason, why, _integer("cases", cases.pop(reason))))
    examined = _integer("cases", cases.pop(None, 0))
    for unknown in cases:
        raise UnknownReasonError(reason=repr(unknown))
    return examined, tuple(not_examined)


def _statement(query: str) -> str:
    return query.strip().removesuffix(";")


def _findings(log: Log, rule: Rule, run: _Run) -> Iterator[Finding]:
    def key(row: Row) -> tuple[str, str]:
        return _name("subject", row["subject"]), _name("occurrence", row["occurrence"])

    rows = sorted(run.rows(_statement(rule.query)), key=key)
    with log.lookup() as lookup:
        for (subject, occurrence), group in groupby(rows, key):
            of_one = sorted(group, key=lambda row: (_integer("occurred_us", row["occurred_us"]), _place(row)))
            first = of_one[0]
            case = _name("case_id", first["case_id"])
            yield Finding(
                rule=rule.id,
                rule_version=rule.version,
                fingerprint=fingerprint(rule.id, rule.major, subject, occurrence),
                severity=rule.severity,
                subject=subject,
                occurrence=occurrence,
                occurred_us=_integer("occurred_us", first["occurred_us"]),
                case=case,
                element=None if first["element"] is None else _name("element", first["element"]),
                definition=lookup.definition(case),
                evidence=tuple(Evidence(*place, lookup.digest(*place)) for place in _places(of_one)),
                measured={name: _measured(name, value) for name, value in first.items() if name not in YIELDS},
            )


def _place(row: Row) -> tuple[str, int]:
    return _name("case_id", row["case_id"]), _integer("first_seq", row["first_seq"])


def _places(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """Return the events the rows name, each once, in their order."""
    places: dict[tuple[str, int], None] = {}
    for row in rows:
        case, first = _place(row)
        places[case, first] = None
        if row["last_seq"] is not None:
            places[case, _integer("last_seq", row["last_seq"])] = None
    return list(places)


def _name(column: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise RowError(column=column, value=repr(value))
    return value


def _integer(column: str, value: object) -> int:
    if not isinstance(value, int):
        raise RowError(column=column, value=repr(value))
    return value


def _measured(column: str, value: object) -> Measured:
    if not _is_measured(value):
        raise RowError(column=column, value=repr(value))
    return value


def _is_measured(value: object) -> TypeGuard[Measured]:
    return value is None or isinstance(value, int | str)
