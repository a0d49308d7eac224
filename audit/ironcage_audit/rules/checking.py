"""What is wrong with a rule, found when it loads: its metadata, its parameters and its queries, every fault at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.faults import Fault
from ironcage.messages import Text, mark
from ironcage_audit.log import VIEWS
from ironcage_audit.rules.rule import AS_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage_audit.rules.rule import Rule

HEADINGS = ("title", "what", "why", "evidence", "mistakes", "remedy", "example", "source")
"""The texts every rule has, in both languages."""

YIELDS = ("subject", "occurrence", "occurred_us", "case_id", "element", "first_seq", "last_seq")
"""The columns a query yields; further ones are measured values."""

_SHAPES = (
    ("id", re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9]*(-[a-z0-9]+)*"), "deadlines.overdue"),
    ("code", re.compile(r"[A-Z]{2}[0-9]{2}"), "DL01"),
    ("version", re.compile(r"[1-9][0-9]*\.[0-9]+"), "1.0"),
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def faults(rule: Rule) -> list[Fault]:
    """Return everything that is wrong with *rule*; nothing if it can run."""
    from ironcage_audit.rules import profile  # noqa: PLC0415 - it loads sqlglot, which loading a plugin need not

    found = [*_shapes(rule), *_texts(rule), *_needs(rule), *_parameters(rule)]
    names = [parameter.name for parameter in rule.parameters]
    queries = [
        profile.check(rule.query, _place(rule), "query", needs=rule.needs, parameters=names, yields=YIELDS),
        profile.check(
            rule.scope, _place(rule), "scope", needs=rule.needs, parameters=names, yields=("case_id", "reason")
        ),
    ]
    found += [fault for of_query in queries for fault in of_query]
    if not any(queries):
        used = profile.used_parameters(rule.query) | profile.used_parameters(rule.scope)
        found += [_unused(rule, name) for name in names if name not in used]
    return found


def _shapes(rule: Rule) -> Iterator[Fault]:
    for name, shape, example in _SHAPES:
        value = getattr(rule, name)
        if not shape.fullmatch(value):
            what, mend = mark("{name} cannot be {value}."), mark("Write it like {example}.")
            yield _fault(rule, name, "rule-shape", what, mend, name=name, value=repr(value), example=example)


def _texts(rule: Rule) -> Iterator[Fault]:
    texts = [(name, getattr(rule, name)) for name in HEADINGS]
    texts += [(f"parameters.{parameter.name}", parameter.what) for parameter in rule.parameters]
    texts += [(f"reasons.{name}", reason) for name, reason in rule.reasons.items()]
    for name, value in texts:
        if not isinstance(value, Text) or not value.zh.strip() or not value.en.strip():
            what, mend = mark("{name} has no text."), mark("Write it in both languages, zh and en.")
            yield _fault(rule, name, "rule-text", what, mend, name=name)


def _needs(rule: Rule) -> Iterator[Fault]:
    known = VIEWS.keys() | {f"{view.name}.{column.name}" for view in VIEWS.values() for column in view.columns}
    for need in rule.needs:
        if need not in known:
            what, mend = mark("There is no view or column {need}."), mark("They are listed in docs/reference/log.md.")
            yield _fault(rule, "needs", "rule-needs", what, mend, need=need)


def _parameters(rule: Rule) -> Iterator[Fault]:
    seen: set[str] = set()
    for parameter in rule.parameters:
        if not _NAME.fullmatch(parameter.name) or parameter.name in seen or parameter.name == AS_OF:
            what, mend = mark("{name} cannot name a parameter."), mark("Use small letters, and each name once.")
            yield _fault(rule, "parameters", "rule-parameter", what, mend, name=repr(parameter.name))
        elif not parameter.allows(parameter.default):
            what = mark("The default of {name} is out of its own bounds.")
            mend = mark("Mend the default, least or most.")
            yield _fault(rule, "parameters", "rule-parameter", what, mend, name=parameter.name)
        seen.add(parameter.name)


def _unused(rule: Rule, name: str) -> Fault:
    what, mend = mark("No query names the parameter {name}."), mark("Use it as :{name}, or leave it out.")
    return _fault(rule, "parameters", "rule-parameter", what, mend, name=name)


def _fault(rule: Rule, element: str, kind: str, what: str, mend: str, **fields: object) -> Fault:
    return Fault(_place(rule), 0, element, kind, what, mend, fields=fields)


def _place(rule: Rule) -> str:
    return f"{Path(rule.file).name}:{rule.id}" if rule.file else str(rule.id)
