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
  nodes; ``lane`` is the innermost lane whose list holds the node, else that of the sub-process around it;
* an expression is the text without surrounding white space and without comments; it may use the names of data that are
  of several words; timers and deadlines are read by
  ``ironcage.bpmn.timers``: an ISO 8601 literal becomes a constant, anything else is FEEL; a script stands as it is
  written, its language is what ``ironcage.bpmn.scripts`` makes of its format, and ``ironcage:script`` says where its
  result is kept; but a script in FEEL is no script, it is the setting of its result after those of ``ironcage:set``;
* the elements that stand for one another in the dialects of other tools have become the elements of BPMN and of
  ``urn:ironcage:bpmn:1`` before either reader sees them;
* an ``eventDefinitionRef`` has become the definition it names, in its place; a message or signal its name, an error or
  escalation its code, each its id where it has none, and without a reference an empty name or no code;
* a data object, property, input, output or store is the variable of its name: of the element, else of the first
  reference to it that has one, else its id; read, it is ``feel.variable`` of that name; a reference to no object or
  store is one itself. A data association is the setting of the variable of its target by its transformation, else by
  the variable of its source; its assignments are settings after it. Those into an activity or a throwing event are
  ``inputs``, those out of one ``outputs``, after what ``ironcage:input`` and ``ironcage:output`` say. ``locals`` are
  data objects and properties, not inputs or stores;
* of many instances, an input association to ``loopDataInputRef`` is no input: its value is ``items``; an output
  association from ``loopDataOutputRef`` is no output: its target is ``output``; one to ``outputDataItem`` is no output
  either: its value is ``output_item``. Events of a behaviour are kept only for that behaviour;
* the conversation of a message is the first correlation key in the file each of whose properties says where it is
  found in that message; ``expected`` is what the process's subscription to that key binds, where it binds all of it;
  ``ironcage:correlation`` replaces this where a message is thrown, ``ironcage:subscription`` where it is caught;
* ``potentialOwner`` is the role of an assignment, ``humanPerformer`` or ``performer`` the actor, by its expression;
* the handler of a compensation boundary event is the first activity that an association leads to from it;
* a global task has become a process of one activity, both with the id, name and line of the global task;
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
from ironcage.program.program import WHOLE, Flow, Lane, Node, Program

__all__ = [
    "SUB_PROCESSES",
    "WHOLE",
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
