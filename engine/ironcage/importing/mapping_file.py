"""Reads a mapping file: every fault of it at once, each with its line."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ironcage.errors import UsageError
from ironcage.faults import FaultyError
from ironcage.importing.mapping import Bridge, CellKind, Field, FileForm, Mapping, Milestone, TimeForm
from ironcage.machine.step import Transition
from ironcage.messages import mark
from ironcage.toml import Settings, settings
from ironcage.values import NotAValueError, plain

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS = ("utf-8", "ascii", "gb18030", "gbk", "big5", "cp1252", "iso-8859-1")
"""Encodings in which no byte of a longer character is a line end."""

_DIRECTIVES = frozenset("YmdHMSfyz%")
TRANSITIONS = (
    Transition.START,
    Transition.SCHEDULE,
    Transition.ASSIGN,
    Transition.RELEASE,
    Transition.COMPLETE,
    Transition.WITHDRAW,
    Transition.ABORT,
)
_OF_A_CASE = (Transition.START, Transition.COMPLETE, Transition.ABORT)


class NoMappingError(UsageError):
    """The mapping file cannot be read."""

    message = mark("The mapping file {file} cannot be read: {reason}.")


def load(path: Path) -> Mapping:
    """Return what the mapping file at *path* says.

    Raises:
        NoMappingError: it is not there, or cannot be read.
        FaultyError: it has faults; all of them are named.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise NoMappingError(file=str(path), reason=error.strerror or str(error)) from error
    return parse(source, str(path))


def parse(source: bytes, file: str) -> Mapping:
    """Return what *source* says; *file* is its name in faults.

    Raises:
        FaultyError: it has faults; all of them are named.
    """
    top, faults = settings(source, file)
    process = top.needed("process")
    form = _file_form(top.table("file"))
    time = _time_form(top.table("time"))
    case = top.table("case")
    key, channel = case.needed("key"), case.text("channel")
    case.finish()
    fields = tuple(_field(name, inner) for name, inner in top.table("data").named())
    names = frozenset(field.name for field in fields)
    milestones = tuple(_milestone(inner, names) for inner in top.tables("event"))
    bridges = tuple(_bridge(inner, names) for inner in top.tables("bridge"))
    _check_events(top, milestones)
    top.finish()
    if faults:
        raise FaultyError(sorted(faults, key=lambda fault: fault.line))
    return Mapping(process, key, time, milestones, fields, channel, form, bridges)


def _file_form(table: Settings) -> FileForm:
    encoding = table.text("encoding", "utf-8") or ""
    delimiter = table.text("delimiter", ",") or ""
    quote = table.text("quote", '"') or ""
    table.finish()
    try:
        known = codecs.lookup(encoding).name in {codecs.lookup(name).name for name in ENCODINGS}
    except (LookupError, ValueError):
        known = False
    if not known:
        table.fault("encoding", _ENCODING, encoding=encoding, known=", ".join(ENCODINGS))
    marks = {"delimiter": delimiter, "quote": quote}
    for name, sign in marks.items():
        if len(sign) != 1 or sign in "\r\n\0 " or ord(sign) > 126 or delimiter == quote:
            table.fault(name, _SIGN)
    return FileForm(encoding, delimiter, quote)


def _time_form(table: Settings) -> TimeForm:
    name, pattern = table.needed("zone"), table.text("format", "iso") or "iso"
    table.finish()
    zone = ZoneInfo("UTC")
    try:
        zone = ZoneInfo(name) if name else zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.fault("zone", _ZONE, zone=name)
    if pattern != "iso":
        directives = set(re.findall("%(.?)", pattern))
        if directives - _DIRECTIVES or not directives >= set("dHm") or not directives & set("Yy"):
            table.fault("format", _FORMAT)
    return TimeForm(zone, pattern)


def _field(name: str, table: Settings) -> Field:
    column, kind, value = table.text("column"), table.text("kind"), table.raw("value")
    required, audit = table.flag("required"), table.flag("audit")
    table.finish()
    if (column is None) == (value is None):
        table.fault("column", _ONE_OF_TWO)
    if kind is not None and (kind not in set(CellKind) or column is None):
        table.fault("kind", _KIND, kind=kind, known=", ".join(CellKind))
        kind = None
    try:
        constant = plain(value)
    except NotAValueError:
        table.fault("value", _VALUE)
        constant = None
    return Field(name, column, CellKind(kind or CellKind.TEXT), constant, required, audit)


def _milestone(table: Settings, fields: frozenset[str]) -> Milestone:
    element, transition = table.text("element"), table.needed("transition")
    known = _OF_A_CASE if element is None else TRANSITIONS
    if transition and transition not in known:
        table.fault("transition", _TRANSITION, transition=transition, known=", ".join(known))
    milestone = Milestone(
        transition,
        table.needed("at"),
        element,
        table.text("due"),
        table.text("unit"),
        table.text("role"),
        table.text("actor"),
        _known(table, fields),
        table.flag("optional"),
    )
    table.finish()
    return milestone


def _bridge(table: Settings, fields: frozenset[str]) -> Bridge:
    bridge = Bridge(table.needed("element"), _known(table, fields))
    table.finish()
    return bridge


def _known(table: Settings, fields: frozenset[str]) -> tuple[str, ...]:
    names = table.texts("data")
    for name in names:
        if name not in fields:
            table.fault("data", _FIELD, field=name)
    return names


def _check_events(top: Settings, milestones: tuple[Milestone, ...]) -> None:
    if not milestones or milestones[0].element or milestones[0].transition != "start" or milestones[0].optional:
        top.fault("event", _FIRST)
    told = [(milestone.element, milestone.transition) for milestone in milestones]
    if len(set(told)) < len(told):
        top.fault("event", _TWICE)


_ENCODING = (
    "mapping-encoding",
    mark("The encoding {encoding} is not read."),
    mark("Use one of {known}; save the log anew if it is in another."),
)
_SIGN = (
    "mapping-sign",
    mark("{key} must be one ASCII character, and delimiter and quote two different ones."),
    mark('Most files use delimiter = "," and quote = \'"\'; a tab is "\\t".'),
)
_ZONE = (
    "mapping-zone",
    mark("There is no time zone {zone}."),
    mark("Use a name of the IANA list, for example Asia/Shanghai."),
)
_FORMAT = (
    "mapping-format",
    mark("The format of times is neither iso nor a pattern with year, month, day and hour."),
    mark('Write for example "%Y/%m/%d %H:%M"; allowed are %Y %y %m %d %H %M %S %f %z.'),
)
_ONE_OF_TWO = (
    "mapping-field",
    mark("A field comes from a column or has a fixed value, one of the two."),
    mark("Write column or value."),
)
_KIND = (
    "mapping-kind",
    mark("A cell cannot be read as {kind}."),
    mark("Use one of {known}, with a column; a fixed value needs none."),
)
_VALUE = ("mapping-value", mark("The value is no case data."), mark("Use a text, a whole number, a date or true."))
_TRANSITION = (
    "mapping-transition",
    mark("There is no transition {transition} here."),
    mark("Use one of {known}."),
)
_FIELD = ("mapping-unknown-field", mark("There is no field {field}."), mark("Declare it under [data]."))
_FIRST = (
    "mapping-first-event",
    mark("The first event must start the case."),
    mark('Begin with [[event]] transition = "start", without element and optional.'),
)
_TWICE = (
    "mapping-same-event",
    mark("Two events have the same element and transition."),
    mark("A row tells of each event once; remove one."),
)
