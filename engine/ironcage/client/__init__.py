"""The REST API from Python: cases and tasks of a service, and workers outside that do its jobs.

It needs the extra ``http`` and nothing of the engine.
"""

from ironcage.client.client import Client
from ironcage.client.errors import BpmnError, HttpMissingError, ProblemError, ServiceUnreachableError
from ironcage.client.views import Case, Deployed, FileFault, Job, Receipt, Task
from ironcage.client.worker import Handler, Worker

__all__ = [
    "BpmnError",
    "Case",
    "Client",
    "Deployed",
    "FileFault",
    "Handler",
    "HttpMissingError",
    "Job",
    "ProblemError",
    "Receipt",
    "ServiceUnreachableError",
    "Task",
    "Worker",
]
