"""The executable form of a process definition: typed, immutable, indexed by integers.

Two readers compile to it, ours from ``ironcage.bpmn`` and SpiffWorkflow's through ``ironcage.spiff``; the two programs
of one file must be equal. Everything that takes part in that comparison is what the *file* says; compiled closures
inside ``Expression`` and ``Decision`` are not compared.

The normal form, so that the two can be equal:

* nodes, flows and lanes stand in the order of their elements in the file; a lane comes before the lanes inside it;
* ``line`` is the line of the element as libxml2 counts it (``sourceline``); an absent ``name`` is empty, a name is kept
  as XML gives it; the id of a flow that has none is empty;
* references are resolved, a prefix that stands for the target namespace taken off; lists of indices ascend, but
  ``separate_from`` stands as written; ``incoming`` and ``outgoing`` follow from the flows, not from the lists of the
  nodes; ``lane`` is the innermost lane whose list holds the node;
* an expression is the text without surrounding white space and without comments; timers and deadlines are read by
  ``ironcage.bpmn.timers.timer_value``: an ISO 8601 literal becomes a constant, anything else is FEEL;
* what the file leaves to a default of the standard or of ours is None: no role stands for the lane's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ironcage.dmn import Decision
    from ironcage.feel import Expression


class Kind(StrEnum):
    """What a flow node is: the local name of its BPMN element."""

    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    INTERMEDIATE_CATCH_EVENT = "intermediateCatchEvent"
    INTERMEDIATE_THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"
    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SERVICE_TASK = "serviceTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"


class TimerKind(StrEnum):
    """How a timer names its instant. Source: BPMN 2.0.2, table 10.101."""

    DATE = "timeDate"
    DURATION = "timeDuration"


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event definition: a date and time, or a duration from the moment the event is armed."""

    kind: TimerKind
    value: Expression


@dataclass(frozen=True, slots=True)
class Terminate:
    """The terminate event definition of an end event: ends every other token of its scope."""


EventDefinition = Timer | Terminate


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whom an activity is offered to, each an expression over the case data that yields text or null."""

    role: Expression | None = None
    unit: Expression | None = None
    actor: Expression | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When an activity or a case must be done: at an instant, or within a duration from its start; exactly one."""

    at: Expression | None = None
    within: Expression | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable set when its activity completes."""

    variable: str
    value: Expression


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
    event: EventDefinition | None = None
    host: int | None = None
    """The activity a boundary event sits on."""
    boundaries: tuple[int, ...] = ()
    """The boundary events that sit on this activity, in document order."""
    lane: str | None = None
    """The id of the innermost lane that holds the node."""
    assignment: Assignment | None = None
    due: Due | None = None
    settings: tuple[Setting, ...] = ()
    decision: str | None = None
    """The id of the DMN decision a business rule task asks."""
    service: str | None = None
    """The name of the function a service task calls."""
    result: str | None = None
    """The variable a decision's or a service's answer is kept in."""
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
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    """The time zone of the process; UTC if none."""
    ways: dict[int, Mapping[int, int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What ``ironcage.machine.joins`` has found out of the nodes and flows, kept so that it is found out once."""

    def index(self, element: str) -> int:
        """Return the index of the node with id *element*.

        Raises:
            KeyError: there is none.
        """
        for index, node in enumerate(self.nodes):
            if node.id == element:
                return index
        raise KeyError(element)
