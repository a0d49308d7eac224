"""A rule of a site in one file, ``<name>.rule.toml``: its metadata, its queries, and its cases if it likes."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, cast

from ironcage.errors import RefusedError, UsageError
from ironcage.messages import Text, mark
from ironcage_audit.rules.checking import HEADINGS
from ironcage_audit.rules.rule import Axis, Basis, History, Maturity, Parameter, Rule, Severity, Subject, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Table = Mapping[str, Any]

_KINDS: dict[str, Callable[[Any], object]] = {
    "axis": Axis,
    "severity": Severity,
    "maturity": Maturity,
    "subject": Subject,
    "needs": tuple,
    "id": str,
    "code": str,
    "version": str,
    "query": str,
}
_MORE = {"scope", "reasons", "parameters", "history", "basis", "reply_days", "case"}


SUFFIX = ".rule.toml"
"""How the name of the file of a site's rule ends."""


class RuleFileMissingError(UsageError):
    """There is no such file, or it cannot be read."""

    message = mark("The rule file {file} cannot be read: {reason}.")


class RuleFileError(RefusedError):
    """The file is not a rule."""

    message = mark("The rule file {file} cannot be used: {name}: {reason}. See docs/reference/rules.md.")


def read_toml(file: Path) -> dict[str, Any]:
    """Return what the TOML file holds.

    Raises:
        RuleFileMissingError: it cannot be read.
        RuleFileError: it is not TOML.
    """
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise RuleFileMissingError(file=file, reason=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(file=file, name="TOML", reason=error) from error


def read(file: Path) -> Rule:
    """Return the rule in *file*; its queries are checked when it is used, like those of every rule.

    Raises:
        RuleFileMissingError: it cannot be read.
        RuleFileError: it is not TOML, or a field is missing, unknown or of another kind than it must be.
    """
    content = read_toml(file)
    for name in content.keys() - _KINDS.keys() - set(HEADINGS) - _MORE:
        raise RuleFileError(file=file, name=name, reason=mark("a rule has no such field"))
    name = "?"
    try:
        fields: dict[str, Any] = {"file": str(file)}
        for name, kind in _KINDS.items():
            fields[name] = kind(content[name])
        for name in HEADINGS:
            fields[name] = _text(content[name])
        for name in content.keys() & _MORE - {"case"}:
            fields[name] = _optional(name, content[name])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        reason = mark("it is missing") if isinstance(error, KeyError) else str(error)
        raise RuleFileError(file=file, name=name, reason=reason) from error
    return Rule(**fields)


def _text(table: Table) -> Text:
    return Text(**table)


def _optional(name: str, value: object) -> object:
    match name:
        case "reasons":
            return {key: _text(reason) for key, reason in cast("Table", value).items()}
        case "parameters":
            return tuple(_parameter(key, table) for key, table in cast("Table", value).items())
        case "history":
            return History(**cast("Table", value))
        case "basis":
            return tuple(_basis(table) for table in cast("list[Table]", value))
        case "reply_days":
            return int(cast("int", value))
        case _:
            return str(value)


def _parameter(name: str, table: Table) -> Parameter:
    fields: dict[str, Any] = {**table, "unit": Unit(table["unit"]), "what": _text(table["what"])}
    return Parameter(name=name, **fields)


def _basis(table: Table) -> Basis:
    fields: dict[str, Any] = {**table, "law": _text(table["law"])}
    return Basis(**fields)
