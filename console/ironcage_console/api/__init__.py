"""The REST API: cases, tasks, messages, jobs and incidents for the programs of a department."""

from ironcage_console.api.app import create
from ironcage_console.api.opening import Opening

__all__ = ["Opening", "create"]
