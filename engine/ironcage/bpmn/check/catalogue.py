"""Every rule of the gate, described by its own code: what tools and pages say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING

from ironcage.bpmn import dialects, whitelist
from ironcage.bpmn.check import CHECKS
from ironcage.bpmn.rule import Rule
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.faults import Level

_SCREENING = {
    "not-bpmn": "A model is a file of BPMN 2.0 in XML. Source: BPMN 2.0.2, 15.3.",
    "unknown-element": "Every element has a name of the standard or of ours, and stands where the schema lets it. "
    "Source: BPMN 2.0.2, the XML schemas.",
    "unknown-attribute": "Every attribute has a name of the standard or of ours. Source: BPMN 2.0.2, the XML schemas.",
    "unsupported-value": "An attribute has a value that the schema allows and that is executed. "
    "Source: BPMN 2.0.2, the XML schemas.",
    "missing-attribute": "An attribute that must be there is. Source: BPMN 2.0.2, the XML schemas.",
    "missing-element": "A child that must be there is. Source: BPMN 2.0.2, the XML schemas.",
    "one-of-elements": "Of several children of which one says how the work is done, one is there.",
    "too-many-elements": "A child that may stand there once stands there once. Source: BPMN 2.0.2, the XML schemas.",
    "stray-text": "Text stands where it means something. Source: BPMN 2.0.2, the XML schemas.",
    "unknown-extension": "What stands in a namespace that nobody knows is refused, never passed over.",
    "misplaced-extension": "An element of our namespace stands where it means something.",
    "unsupported-element": "An element of the standard that is not executed is refused, never passed over.",
}
"""What the rules of the whitelist say, which is one function for all of them."""


_DIALECTS = {
    "dialect-refused": "What another engine says in its namespace is honoured exactly or refused, never passed over.",
    "dialect-without-effect": "What another engine says and does not change what a case does is told.",
    "dialect-expression": "An expression of another language translates to FEEL exactly, or is refused.",
    "dialect-script": "A script is in a language that is run.",
    "dialect-mixed": "A file speaks one dialect, so that each expression can be read in one way.",
    "dialect-plain-condition": "A condition is an expression to the engine it was written for.",
    "dialect-single-result": "The form an answer is asked in is the one it has.",
}
"""What the rules of the dialects say."""


@dataclass(frozen=True, slots=True)
class Described:
    """A rule of the gate: its sentence in the words of its code, and the clause it comes from, empty if it is ours."""

    name: str
    level: Level
    sentence: str
    why: str
    """What its code says beside the sentence; often nothing."""
    source: str
    what: str
    mend: str


@cache
def catalogue() -> Mapping[str, Described]:
    """Return every rule of the gate by its name, those of the whitelist and of the dialects first."""
    generic = Rule(whitelist.UNSUPPORTED_ELEMENT, mark("<{found}> is not executed yet."), mark("Use something else."))
    screening = [_described(rule, _SCREENING[rule.name]) for rule in (*whitelist.RULES, generic)]
    foreign = [_described(rule, _DIALECTS[rule.name]) for rule in dialects.RULES]
    checks = [_described(each.rule, each.examine.__doc__ or "") for each in CHECKS]
    return {each.name: each for each in screening + foreign + checks}


def _described(rule: Rule, documented: str) -> Described:
    said, _, source = cleandoc(documented).partition("Source: ")
    sentence, _, why = said.strip().partition("\n\n")
    plain = [re.sub(r"\s+", " ", each).strip() for each in (sentence, why, source)]
    return Described(rule.name, rule.level, plain[0], plain[1], plain[2].rstrip("."), rule.what, rule.mend)
