"""The log an audit reads: integer and text views of what had happened by an instant."""

from ironcage_audit.log.columns import VIEWS, Column, Type, View
from ironcage_audit.log.entries import LogCase, LogEvent, Separation, Step
from ironcage_audit.log.guard import FUNCTIONS
from ironcage_audit.log.log import Log, Watermark, write

__all__ = [
    "FUNCTIONS",
    "VIEWS",
    "Column",
    "Log",
    "LogCase",
    "LogEvent",
    "Separation",
    "Step",
    "Type",
    "View",
    "Watermark",
    "write",
]
