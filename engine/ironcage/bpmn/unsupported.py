"""Elements of BPMN that are not executed, each with what to use instead."""

from __future__ import annotations

from ironcage.messages import mark

_SAID = {
    "resourceRole performer humanPerformer potentialOwner resourceRef resourceParameterBinding": mark(
        "Use the lane, or <ironcage:assignment role=... unit=... actor=...>."
    ),
    "property": mark("Let it be a property of the process or of the sub-process around it."),
    "implicitThrowEvent": mark("Use an intermediate throw event."),
    "whileExecutingInputRefs whileExecutingOutputRefs": mark(
        "Let the data be there before the activity begins, and given out when it completes."
    ),
    "choreographyTask subChoreography callChoreography": mark("Draw the process of one participant."),
}

UNSUPPORTED: dict[str, str] = {f"bpmn:{name}": instead for names, instead in _SAID.items() for name in names.split()}
"""What to use instead, by element."""
