"""The values the parameters of a rule take in one audit: its defaults, and what the site sets instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import NotFoundError, UsageError
from ironcage.messages import mark
from ironcage_audit.rules.files import SUFFIX, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ironcage_audit.rules.rule import Rule

Values = dict[str, int | str]
"""The value of each parameter of one rule, by name."""


class UnknownRuleError(NotFoundError):
    """No installed rule has this id, code or family."""

    message = mark("There is no rule {rule}. Known rules: {known}.")


class UnknownParameterError(NotFoundError):
    """The rule has no parameter of this name."""

    message = mark("Rule {rule} has no parameter {name}. Its parameters: {known}.")


class ParameterOutOfBoundsError(UsageError):
    """The value is of the wrong type or out of bounds."""

    message = mark("Parameter {name} of rule {rule} cannot be {value}: it must be from {least} to {most} ({unit}).")


def select(rules: Iterable[Rule], names: Iterable[str]) -> list[Rule]:
    """Return the rules that *names* mean, in their order: ids, codes, families, or files of a site.

    Raises:
        UnknownRuleError: a name means none of *rules* and no file.
        RuleFileMissingError: a file of a site cannot be read.
        RuleFileError: a file of a site is not a rule.
    """
    installed = list(rules)
    chosen: dict[str, Rule] = {}
    for name in names:
        if name.endswith(SUFFIX):
            meant = [read(Path(name))]
        else:
            meant = [rule for rule in installed if name in (rule.id, rule.code, rule.id.partition(".")[0])]
        if not meant:
            raise UnknownRuleError(rule=name, known=", ".join(sorted(rule.id for rule in installed)))
        chosen |= {rule.id: rule for rule in meant}
    return list(chosen.values())


def values(rule: Rule, overrides: Mapping[str, int | str]) -> Values:
    """Return the value of every parameter of *rule*, checked.

    Raises:
        UnknownParameterError: *overrides* names one the rule does not have.
        ParameterOutOfBoundsError: a value is of the wrong type or out of bounds.
    """
    known = {parameter.name: parameter for parameter in rule.parameters}
    for name, value in overrides.items():
        if name not in known:
            raise UnknownParameterError(rule=rule.id, name=name, known=", ".join(known) or "-")
        if not known[name].allows(value):
            bounds = known[name]
            raise ParameterOutOfBoundsError(
                rule=rule.id, name=name, value=repr(value), least=bounds.least, most=bounds.most, unit=bounds.unit.value
            )
    return {parameter.name: overrides.get(parameter.name, parameter.default) for parameter in rule.parameters}
