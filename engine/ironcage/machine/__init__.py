"""The pure core: ``advance`` takes a case one step further; ``encode`` and ``decode`` keep it between steps."""

from ironcage.machine.advance import advance
from ironcage.machine.codec import StateVersionError, decode, encode
from ironcage.machine.faults import (
    AssignmentValueError,
    ConditionValueError,
    DurationValueError,
    EndlessStepError,
    InstantValueError,
    NoFlowError,
    NotWaitingError,
    StepError,
)
from ironcage.machine.state import Activity, Scope, State, Status, Wait, WaitKind
from ironcage.machine.step import (
    Closed,
    Complete,
    Effect,
    Entry,
    EntryKind,
    Fire,
    Opened,
    Start,
    Step,
    Stimulus,
    Transition,
)

__all__ = [
    "Activity",
    "AssignmentValueError",
    "Closed",
    "Complete",
    "ConditionValueError",
    "DurationValueError",
    "Effect",
    "EndlessStepError",
    "Entry",
    "EntryKind",
    "Fire",
    "InstantValueError",
    "NoFlowError",
    "NotWaitingError",
    "Opened",
    "Scope",
    "Start",
    "State",
    "StateVersionError",
    "Status",
    "Step",
    "StepError",
    "Stimulus",
    "Transition",
    "Wait",
    "WaitKind",
    "advance",
    "decode",
    "encode",
]
