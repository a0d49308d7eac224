"""What a key of the REST API may open; apart from the keys, for help lists it without loading a database."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """What a key opens."""

    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    TASKS = "tasks"
    MESSAGES = "messages"
    JOBS = "jobs"
    INCIDENTS = "incidents"
    DEPLOY = "deploy"
    METRICS = "metrics"
