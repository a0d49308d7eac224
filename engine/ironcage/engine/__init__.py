"""The commands of the engine, and what they show."""

from ironcage.engine.engine import Engine
from ironcage.engine.refusals import (
    ActorMissingError,
    CaseExistsError,
    CaseKeyError,
    ErasureOrderError,
    NoIncidentError,
    OpenUnitError,
    TaskClaimedError,
    TaskCompletedError,
    TaskNotClaimedError,
    TaskWithdrawnError,
    UnknownCaseError,
    UnknownProcessError,
    UnknownServiceError,
    UnknownTaskError,
)
from ironcage.engine.views import CaseView, Deployment, Erasure, IncidentView, Place, TaskView, WaitView, Woken

__all__ = [
    "ActorMissingError",
    "CaseExistsError",
    "CaseKeyError",
    "CaseView",
    "Deployment",
    "Engine",
    "Erasure",
    "ErasureOrderError",
    "IncidentView",
    "NoIncidentError",
    "OpenUnitError",
    "Place",
    "TaskClaimedError",
    "TaskCompletedError",
    "TaskNotClaimedError",
    "TaskView",
    "TaskWithdrawnError",
    "UnknownCaseError",
    "UnknownProcessError",
    "UnknownServiceError",
    "UnknownTaskError",
    "WaitView",
    "Woken",
]
