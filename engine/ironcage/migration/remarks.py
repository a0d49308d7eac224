"""What is said about one element of a case that is to migrate: why it cannot, or what changes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.machine.plan import CASE
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.program import Program


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about an element; *what* is its message, filled in from *fields*."""

    element: str
    """The id of the element; of the process for the case itself."""
    line: int | None
    """Where it stands in the file of its version."""
    what: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return text(self.what, element=self.element, **self.fields)


def remark(program: Program, index: int, what: str, **fields: object) -> Remark:
    """Return a remark about a node of *program*, or about the process itself."""
    if index == CASE:
        return Remark(program.process, None, what, fields)
    node = program.nodes[index]
    return Remark(node.id, node.line, what, fields)


# Why a case cannot migrate

VANISHED = mark("The case is at {element}, which the new version does not have. Say which element it has become.")
OTHER_KIND = mark("The case is at {element}, a {old}; in the new version {other} is a {new}.")
ELSEWHERE = mark("The case is at {element}, which is inside another sub-process in the new version.")
OTHER_HOST = mark("{element} is on the boundary of another activity in the new version.")
INSERTED = mark("The new version leads through {element} before {at}, where the case is: it would be skipped.")
REORDERED = mark("The new version does {element} before {at}; the case is at {at} and has not done {element}.")
INSTANCES = mark("{element} is done for several instances, and they are under way. Wait until they are done.")
OTHER_LOOP = mark("{element} is repeated in another way in the new version, and it is under way.")
OTHER_INPUTS = mark("{element} begins with other inputs in the new version, and it has begun.")
OTHER_WORK = mark("{element} is done in another way in the new version (by {new} instead of {old}), and it has begun.")
OTHER_CALL = mark("{element} calls something else in the new version, and the case it called is under way.")
OTHER_EVENTS = mark("{element} waits for events of other kinds in the new version, and they are waited for.")
OTHER_CYCLE = mark("The timer of {element} comes again in another way in the new version, and it is running.")
OTHER_CONDITION = mark("The condition of {element} is another one in the new version, and it is waited for.")
OTHER_JOIN = mark("A token waits at {element}, into which other flows lead in the new version.")
OTHER_QUANTITY = mark("{element} takes another number of tokens in the new version, and some wait there.")
OTHER_SELECTION = mark("The ad-hoc sub-process {element} has other activities in the new version, and it is under way.")
STARVED = mark("{element} would wait for ever: no token of the case can come to it by the flow from {source}.")
NEW_BRANCH = mark(
    "The new version also goes to {branch} from {element}, which the case has passed: it would be skipped."
)
NOT_COMPENSABLE = mark("{element} was done and may have to be compensated; the new version has no handler for it.")
NOT_REMEMBERED = mark("The new version can compensate {element}; it was done when no data for that were kept.")
COMPENSATING = mark("The case is being compensated at {element}, which is not the same in the new version.")
WOULD_HAVE_HAPPENED = mark("The timer of {element} is new and would have come already, at {at}.")
SINCE_UNKNOWN = mark("The timer of {element} is new; from when it runs, or how long, cannot be told for this case.")
CONDITION_UNKNOWN = mark("{element} is new and waits for a condition; whether it held before cannot be told.")
NEEDS_DATA = mark("{element} reads {name}, which {setter} sets in the new version; the case has passed it without.")
DATA_OBJECT_HIDES = mark(
    "{name} is a data object of {element} in the new version; the case keeps a value of it outside."
)
DATA_OBJECT_GONE = mark("{name} is no data object of {element} in the new version, and it has a value.")
FIELD_MISFIT = mark("The data do not fit the new version: {problem}")
UNREADABLE = mark("The state of the case cannot be read: {problem}")
FAILED = mark(
    "Something went wrong with this case that nobody foresaw, so it stays as it is ({problem}). The others are not "
    "concerned. When it is mended, run the same migration again."
)
HAS_MOVED = mark("The case has gone on since it migrated; it is not moved back.")
WORK_TAKEN = mark(
    "The work of {element} is another one in the new version, and somebody is at it. Wait until it is done."
)
CANNOT_OPEN = mark("{element} is new and cannot be waited for: {problem}")

# What changes

GOES_ON_AS = mark("{element} goes on as {new}.")
OPENS = mark("{element} is waited for from now on.")
OPENS_AT = mark("{element} is waited for from now on, until {at}.")
WITHDRAWS = mark("{element} is not waited for any more.")
REPLACES = mark("{element} is waited for anew, as the new version says.")
KEEPS_OFFER = mark("{element} stays offered to whom it was, due when it was; for the next time the new version holds.")
KEEPS_INSTANT = mark("The timer of {element} keeps the instant it was set to.")
