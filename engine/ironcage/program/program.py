"""Nodes and flows, and the program they make up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ironcage.dmn import Decision
    from ironcage.feel import Expression
    from ironcage.program.activities import AdHoc, Assignment, Call, Due, MultiInstance, Script, Setting, StandardLoop
    from ironcage.program.events import EventDefinition
    from ironcage.program.kinds import Kind


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; *source* and *target* are node indices."""

    id: str
    """Empty where the file gives none."""
    line: int
    source: int
    target: int
    condition: Expression | None = None
    name: str = ""


WHOLE = "ironcage:payload"
"""The name in *whole* that stands for all that was brought in any case: no variable is called so."""


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node; *incoming* and *outgoing* are flow indices in document order."""

    id: str
    line: int
    kind: Kind
    name: str = ""
    incoming: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()
    default: int | None = None
    """The flow taken when no condition holds."""
    parent: int | None = None
    """The sub-process that holds the node; None for the process itself."""
    events: tuple[EventDefinition, ...] = ()
    """The event definitions; the message of a send or receive task."""
    parallel: bool = False
    """Whether all of *events* must happen, and not one of them; of an event-based gateway that begins a case, whether
    all the events after it must."""
    interrupting: bool = True
    """Whether a boundary event ends its host, the start of an event sub-process everything else in its scope."""
    instantiate: bool = False
    """Whether a receive task or an event-based gateway begins a case."""
    host: int | None = None
    """The activity a boundary event sits on."""
    boundaries: tuple[int, ...] = ()
    """The boundary events that sit on this activity, in document order."""
    handler: int | None = None
    """The activity that a compensation boundary event leads to, by association."""
    for_compensation: bool = False
    by_event: bool = False
    """Whether a sub-process is an event sub-process."""
    loop: StandardLoop | MultiInstance | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    ad_hoc: AdHoc | None = None
    activation: Expression | None = None
    """The activation condition of a complex gateway, which may also read ``activationCount``."""
    locals: tuple[str, ...] = ()
    """Variables that live in the sub-process: its data objects and properties."""
    inputs: tuple[Setting, ...] = ()
    """Variables that live in the activity, set as it begins; the payload of what an event or a send task throws."""
    outputs: tuple[Setting, ...] = ()
    """Variables around the activity, set as it completes by what is seen inside; or by the payload that an event or a
    receive task caught."""
    whole: tuple[str, ...] = ()
    """Names by which *outputs* see all that a message or signal brought, unless it brought something of that name."""
    passes: bool = True
    """Whether what the activity or the message brings becomes data of the case as it is, beside *outputs*."""
    call: Call | None = None
    script: Script | None = None
    retries: int | None = None
    """How often a job is tried again; None for the usual number."""
    headers: tuple[tuple[str, str], ...] = ()
    """What a service is told beside the data: names and texts."""
    form: str | None = None
    """The key of the form a person fills in."""
    follow_up: Due | None = None
    """When a person means to look at the task again."""
    lane: str | None = None
    """The id of the innermost lane that holds the node."""
    assignment: Assignment | None = None
    due: Due | None = None
    settings: tuple[Setting, ...] = ()
    """Variables set when the activity completes, each seeing those before it."""
    decision: str | None = None
    """The id of the DMN decision a business rule task asks."""
    service: str | None = None
    """The name of the function, or the topic of the workers, that does the work of a service or send task."""
    result: str | None = None
    """The variable that a decision's, a service's or a script's answer is kept in."""
    separate_from: tuple[int, ...] = ()
    """Activities (node indices) whose actors must not act here; observed, not enforced."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its id and its name; the id is the role its activities are offered to unless they say otherwise."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Program:
    """One executable process: nodes and flows in document order."""

    process: str
    """The id of the BPMN process element."""
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    lanes: tuple[Lane, ...] = ()
    due: Due | None = None
    """The deadline of the whole case."""
    locals: tuple[str, ...] = ()
    """The data objects and properties of the process."""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    """The time zone of the process; UTC if none."""
    kept: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What ``ironcage.machine`` has found out of the nodes and flows, kept so that it is found out once."""

    def index(self, element: str) -> int:
        """Return the index of the node with id *element*.

        Raises:
            KeyError: there is none.
        """
        for index, node in enumerate(self.nodes):
            if node.id == element:
                return index
        raise KeyError(element)
