"""The executable form of a process definition: typed, immutable, indexed by integers.

Two readers compile to it, ours from ``ironcage.bpmn`` and SpiffWorkflow's through ``ironcage.spiff``; the two programs
of one file must be equal. Everything that takes part in that comparison is what the *file* says; compiled closures
inside ``Expression`` and ``Decision`` are not compared.

The normal form, so that the two can be equal:

* nodes, flows and lanes stand in the order of their elements in the file, those inside a sub-process after it; a lane
  comes before the lanes inside it; lists of what an element says (events, mappings, locals) are in document order;
* ``line`` is the line of the element as libxml2 counts it (``sourceline``); an absent ``name`` is empty, a name is kept
  as XML gives it; the id of a flow that has none is empty;
* references are resolved, a prefix that stands for the target namespace taken off; lists of indices ascend, but
  ``separate_from`` stands as written; ``incoming`` and ``outgoing`` follow from the flows, not from the lists of the
  nodes; ``lane`` is the innermost lane whose list holds the node;
* an expression is the text without surrounding white space and without comments; timers and deadlines are read by
  ``ironcage.bpmn.timers.timer_value``: an ISO 8601 literal becomes a constant, anything else is FEEL;
* the elements that stand for one another in the dialects of other tools have become the elements of BPMN and of
  ``urn:ironcage:bpmn:1`` before either reader sees them;
* an ``eventDefinitionRef`` has become the definition it names; a message, signal, error or escalation its name or code;
* a data object or property is the variable of its name: of the data object, else of the first reference to it that has
  one, else its id; a data association is a mapping between variables;
* a global task has become a process of one activity, with the id of the global task;
* what the file leaves to a default of the standard or of ours is None: no role stands for the lane's.
"""

from ironcage.program.activities import (
    AdHoc,
    Assignment,
    Behavior,
    Binding,
    Call,
    ComplexBehavior,
    Due,
    MultiInstance,
    Script,
    Setting,
    StandardLoop,
)
from ironcage.program.events import (
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    EventDefinition,
    Link,
    Message,
    Signal,
    Terminate,
    Timer,
    TimerKind,
)
from ironcage.program.kinds import SUB_PROCESSES, Kind
from ironcage.program.program import Flow, Lane, Node, Program

__all__ = [
    "SUB_PROCESSES",
    "AdHoc",
    "Assignment",
    "Behavior",
    "Binding",
    "Call",
    "Cancel",
    "Compensation",
    "ComplexBehavior",
    "Conditional",
    "Due",
    "Error",
    "Escalation",
    "EventDefinition",
    "Flow",
    "Kind",
    "Lane",
    "Link",
    "Message",
    "MultiInstance",
    "Node",
    "Program",
    "Script",
    "Setting",
    "Signal",
    "StandardLoop",
    "Terminate",
    "Timer",
    "TimerKind",
]
