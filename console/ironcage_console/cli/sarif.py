"""Faults as SARIF 2.1.0, which code review and editors read. Source: OASIS SARIF 2.1.0."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from ironcage.bpmn.check.catalogue import catalogue
from ironcage.faults import Level
from ironcage.messages import language, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.bpmn.check.catalogue import Described
    from ironcage.faults import Fault

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note"}
_PAGE = "docs/reference/checks/{name}.md"


def sarif(faults: Iterable[Fault]) -> dict[str, object]:
    """Return a log of one run with *faults* as its results, in their order; its rules are all rules of the gate."""
    found = list(faults)
    known = catalogue()
    others = {fault.rule: fault for fault in reversed(found) if fault.rule not in known}
    rules = [_rule(each) for each in known.values()] + [_plain(others[name]) for name in sorted(others)]
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    driver = {
        "name": "ironcage check",
        "version": version("ironcage"),
        "semanticVersion": version("ironcage"),
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(fault, places[fault.rule]) for fault in found],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }


def _rule(rule: Described) -> dict[str, object]:
    """Return what a reader is told of a rule; the page is named by a URN, for the documentation has no one address.

    The code says what it is in English; in another language the rule is told by what is said where it is broken.
    """
    said = (rule.sentence, rule.why) if language() == "en" else (_open(rule.what),)
    page = "\n\n".join(filter(None, (*said, _open(rule.mend), rule.source)))
    return {
        "id": rule.name,
        "shortDescription": {"text": said[0]},
        "help": {"text": page},
        "helpUri": f"urn:ironcage:check:{rule.name}",
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"page": _PAGE.format(name=rule.name), "source": rule.source},
    }


def _open(message: str) -> str:
    """Return a message in the language of the reader, its fields left open."""
    return text(message).replace("!r}", "}").replace("{{", "{").replace("}}", "}")


def _plain(fault: Fault) -> dict[str, object]:
    return {
        "id": fault.rule,
        "shortDescription": {"text": text(fault.what)},
        "defaultConfiguration": {"level": _LEVELS[fault.level]},
    }


def _result(fault: Fault, place: int) -> dict[str, object]:
    location: dict[str, object] = {"physicalLocation": _physical(fault)}
    if fault.element:
        location["logicalLocations"] = [{"name": fault.element, "kind": "element"}]
    return {
        "ruleId": fault.rule,
        "ruleIndex": place,
        "level": _LEVELS[fault.level],
        "message": {"text": f"{fault.sentence()} {fault.advice()}"},
        "locations": [location],
    }


def _physical(fault: Fault) -> dict[str, object]:
    path = Path(fault.file)
    address = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    where: dict[str, object] = {"artifactLocation": {"uri": address}}
    if fault.line:
        where["region"] = {"startLine": fault.line} | ({"startColumn": fault.column} if fault.column else {})
    return where
