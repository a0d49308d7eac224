"""Trying a rule on small logs written as data: what it must find, and what it must not.

The cases of a rule lie beside it in ``<name>.cases.toml``, or in the ``.rule.toml`` of a site itself::

    [[case]]
    name = "A request still open past its deadline is found"
    as_of = 2011-07-10T00:00:00Z
    found = [{ subject = "request/1", occurrence = "handle#1" }]
    events = [
      { case = "request/1", at = 2011-07-01T09:00:00Z, kind = "case", transition = "start" },
      { case = "request/1", at = 2011-07-01T09:00:00Z, element = "handle", transition = "schedule",
        due = 2011-07-05T09:00:00Z },
    ]

``found`` is everything the rule finds, and nothing else. An event is of an activity, completed, in its first
execution, unless it says otherwise. A test of ours and a test of yours call the same ``check``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ironcage.clock import micros
from ironcage.errors import RefusedError, UsageError
from ironcage.messages import mark, text
from ironcage_audit.findings import examine
from ironcage_audit.log import LogCase, LogEvent, Separation, Step, write
from ironcage_audit.rules import SUFFIX, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ironcage_audit.findings import RuleResult
    from ironcage_audit.rules import Rule

    Table = Mapping[str, Any]


class NoCasesError(UsageError):
    """A rule without cases cannot be tried."""

    message = mark("Rule {rule} has no cases. Write them in {file}: what must be found, and what must not.")


class CaseFaultyError(RefusedError):
    """A case is not written as it must be."""

    message = mark("Case {name} of rule {rule} cannot be read: {reason}. See docs/reference/rules.md.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case of a rule came out: nothing wrong, or what."""

    name: str
    wrong: tuple[str, ...]
    finds: bool
    """Whether it is a case in which something must be found."""


def cases_of(rule: Rule) -> list[dict[str, Any]]:
    """Return the cases of *rule*, from the file beside it or its own.

    Raises:
        NoCasesError: there are none.
        CaseFaultyError: the file is not TOML.
    """
    own = Path(rule.file)
    beside = own.with_name(own.name.removesuffix(".py").removesuffix(SUFFIX) + ".cases.toml")
    for file in (beside, own):
        if rule.file and file.suffix == ".toml" and file.exists():
            cases: list[dict[str, Any]] = read_toml(file).get("case", [])
            if cases:
                return cases
    raise NoCasesError(rule=rule.id, file=beside)


def check(rule: Rule) -> list[Outcome]:
    """Return how *rule* did in each of its cases.

    Raises:
        NoCasesError: it has none.
        CaseFaultyError: one cannot be read.
    """
    return [_try(rule, case) for case in cases_of(rule)]


def run(rule: Rule, case: Table) -> RuleResult:
    """Return what *rule* says about the log of *case*.

    Raises:
        CaseFaultyError: the log cannot be read.
    """
    with TemporaryDirectory(prefix="ironcage-") as folder:
        try:
            as_of = _instant(case["as_of"])
            steps = [_step(row) for row in case.get("steps", ())]
            separations = [Separation(**row) for row in case.get("separations", ())]
            log = write(Path(folder) / "log.db", as_of, _cases(case), steps, separations)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise CaseFaultyError(rule=rule.id, name=case.get("name", "?"), reason=reason) from error
        return examine(log, [rule], {rule.id: case.get("parameters", {})})[0]


def _try(rule: Rule, case: Table) -> Outcome:
    result = run(rule, case)
    expected = sorted((each["subject"], each["occurrence"]) for each in case["found"])
    found = sorted((each.subject, each.occurrence) for each in result.findings)
    wrong = [text("{what} was not found", what=what) for what in expected if what not in found]
    wrong += [text("{what} was found and should not be", what=what) for what in found if what not in expected]
    if result.failed:
        wrong.append(result.failed)
    not_examined = {each.reason: each.cases for each in result.not_examined}
    for name, said, is_so in (
        ("examined", case.get("examined"), result.examined),
        ("not_examined", case.get("not_examined"), not_examined),
    ):
        if said is not None and said != is_so:
            wrong.append(text("{name} is {found}, not {expected}", name=name, found=is_so, expected=said))
    return Outcome(case["name"], tuple(wrong), bool(expected))


def _cases(case: Table) -> Iterator[tuple[LogCase, list[LogEvent]]]:
    by_case: dict[str, list[LogEvent]] = {}
    for row in case["events"]:
        events = by_case.setdefault(row["case"], [])
        events.append(_event(len(events) + 1, row))
    for name, events in by_case.items():
        process, _, key = name.partition("/")
        yield LogCase(process, key, case.get("version", 1), "engine"), events


def _event(seq: int, row: Table) -> LogEvent:
    known = {"case", "at", "kind", "transition", "element", "execution", "actor", "role", "unit", "due", "channel"}
    for name in row.keys() - known - {"facts"}:
        raise ValueError(text("an event has no {name}", name=name))
    at: datetime = row["at"]
    facts = json.dumps(row["facts"], ensure_ascii=False) if "facts" in row else None
    return LogEvent(
        seq, row.get("kind", "activity"), row.get("transition", "complete"), row.get("element", ""),
        row.get("execution", 1), row.get("actor"), row.get("role"), row.get("unit"), _instant(at), None,
        at.year * 10_000 + at.month * 100 + at.day, at.isoweekday(), at.hour,
        _instant(row["due"]) if "due" in row else None, row.get("channel"), facts=facts,
        digest=hashlib.sha256(repr(sorted(row.items())).encode()).digest(),
    )  # fmt: skip


def _step(row: Table) -> Step:
    return Step(row["process"], row.get("version", 1), row["element"], row["kind"], "", None, row["mandatory"])


def _instant(value: datetime) -> int:
    return micros(value if value.tzinfo else value.replace(tzinfo=UTC))
