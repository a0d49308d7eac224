"""The worker: wakes cases when their time comes and runs their jobs; alone, or several under a supervisor."""

from ironcage.work.bell import Bell, end_at_once
from ironcage.work.patience import Patience
from ironcage.work.supervisor import Supervisor, drained_by_parent, number_of_worker
from ironcage.work.worker import POLL_SECONDS, Worker

__all__ = [
    "POLL_SECONDS",
    "Bell",
    "Patience",
    "Supervisor",
    "Worker",
    "drained_by_parent",
    "end_at_once",
    "number_of_worker",
]
