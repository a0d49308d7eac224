"""The worker: wakes cases when their time comes and runs their jobs."""

from ironcage.work.worker import Worker

__all__ = ["Worker"]
