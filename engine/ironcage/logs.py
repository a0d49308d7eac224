"""What a running installation logs: named happenings with fields, for people as text, for programs as JSON.

The names are stable, and listed in ``docs/reference/logs.md``. No field holds personal data or a secret: cases are
known by their names, errors by their kinds, for their sentences may quote what people wrote. Nothing is set up unless
``configure`` is called: inside another application its own handlers get what the loggers called ``ironcage`` say.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from typing import TextIO

Form = Literal["json", "text"]
FORMS: tuple[Form, ...] = ("json", "text")
_LOG = logging.getLogger("ironcage")
_LOG.addHandler(logging.NullHandler())  # else Python writes warnings that nobody asked for to standard error
_FIELDS = "ironcage"
"""The attribute of a log record that holds the fields."""


class Happening(Enum):
    """What may be logged: its name, and how grave it is."""

    COMMAND_REFUSED = ("command.refused", logging.WARNING)
    COMMAND_FAILED = ("command.failed", logging.ERROR)
    REQUEST_FAILED = ("request.failed", logging.ERROR)
    CASE_STOPPED = ("case.stopped", logging.ERROR)
    JOB_FAILED = ("job.failed", logging.WARNING)
    JOB_STOPPED = ("job.stopped", logging.ERROR)
    DELIVERY_FAILED = ("delivery.failed", logging.WARNING)
    DELIVERY_STOPPED = ("delivery.stopped", logging.ERROR)
    CONNECTION_LOST = ("connection.lost", logging.WARNING)
    CLOCK_SET_BACK = ("clock.set_back", logging.WARNING)
    ARCHIVE_WRITTEN = ("archive.written", logging.INFO)
    BACKUP_WRITTEN = ("backup.written", logging.INFO)
    DATABASE_UNSOUND = ("database.unsound", logging.ERROR)

    def __init__(self, title: str, level: int) -> None:
        self.title = title
        self.level = level


def log(happening: Happening, **fields: str | int | None) -> None:
    """Log *happening* with *fields*, none of which is personal or secret; where nobody listens, it costs nothing."""
    if _LOG.isEnabledFor(happening.level):
        _LOG.log(happening.level, "%s", happening.title, extra={_FIELDS: fields})


def kind_of(error: BaseException) -> str:
    """Return what may be logged of *error*: its kind."""
    return type(error).__name__


def configure(form: Form, stream: TextIO | None = None) -> None:
    """Write what is logged to *stream*, standard error by default: a line each, as JSON or for people."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Plain())
    _LOG.handlers = [handler]
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False


def adopt(name: str) -> None:
    """Let the logger of a library called *name* write as ours do, if they were told how."""
    if any(isinstance(handler.formatter, _Json | _Plain) for handler in _LOG.handlers):
        theirs = logging.getLogger(name)
        theirs.handlers, theirs.propagate = _LOG.handlers, False


def _said(record: logging.LogRecord) -> dict[str, object]:
    """Return what *record* says, by stable names."""
    fields: dict[str, object] = getattr(record, _FIELDS, {})
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    said: dict[str, object] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
    if record.name != _LOG.name:
        said["logger"] = record.name
    if record.exc_info and record.exc_info[0]:
        said["error"] = record.exc_info[0].__name__
    return {**said, "process": record.process, **fields}


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_said(record), ensure_ascii=False, default=str)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = _said(record)
        head = f"{said.pop('at')} {str(said.pop('level')).upper():7} {said.pop('event')}"
        return " ".join([head, *(f"{name}={value!s}" for name, value in said.items() if value is not None)])
