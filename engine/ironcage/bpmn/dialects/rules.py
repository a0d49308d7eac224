"""What can be wrong with what a file says in the dialect of another engine."""

from __future__ import annotations

from ironcage.bpmn.dialects import reasons
from ironcage.bpmn.rule import Rule
from ironcage.faults import Level
from ironcage.messages import mark

REFUSED = Rule("dialect-refused", mark("{found} of {engine} is not honoured: {reason}."), reasons.REMOVE)
"""Most words have a way of their own to mend them."""

WITHOUT_EFFECT = Rule(
    "dialect-without-effect",
    mark("{found} of {engine} has no effect here: {reason}."),
    mark("Nothing needs to be done; it may stay for the other engine."),
    Level.ADVICE,
)
EXPRESSION = Rule(
    "dialect-expression",
    mark("The expression {written!r} does not translate to FEEL exactly: {reason}."),
    mark("Write it in FEEL: in an element of BPMN with the language of FEEL named, or in our namespace."),
)
SCRIPT = Rule(
    "dialect-script",
    mark("The script is in {language}, which is not run."),
    mark("Write it in FEEL or Starlark, or use a service task whose work is done by a worker."),
)
MIXED = Rule(
    "dialect-mixed",
    mark("The file speaks the dialects of {first} and {second}, which read the same expression in two ways."),
    mark("Keep the words of one of them."),
)
PLAIN_CONDITION = Rule(
    "dialect-plain-condition",
    mark("The condition {written!r} is a text, not an expression, to the engine it was written for."),
    mark("Write it as {form}, or give it the language of FEEL."),
)
SINGLE_RESULT = Rule(
    "dialect-single-result",
    mark("singleResult is taken for the answer as it is, which is right where the decision has several outputs."),
    mark("If it has one output, write singleEntry."),
    Level.WARNING,
)

RULES = (REFUSED, WITHOUT_EFFECT, EXPRESSION, SCRIPT, MIXED, PLAIN_CONDITION, SINGLE_RESULT)
