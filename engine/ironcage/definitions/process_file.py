"""Reads ``process.toml``: what a process folder says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ironcage.definitions.schema import DataField, DataSchema
from ironcage.messages import Text, mark
from ironcage.toml import settings
from ironcage.values import ValueKind
from ironcage.values.temporal import duration_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.faults import Fault
    from ironcage.toml import Settings

PROCESS_FILE = "process.toml"
KINDS = tuple(kind for kind in ValueKind if kind is not ValueKind.NULL)

MESSAGES_KEPT_FOR = timedelta(days=1)
"""How long a message that a case sends waits for somebody to wait for it, unless the process says otherwise."""
_LONGEST_KEPT = timedelta(days=3660)
_LONGEST_NAME = 80
_KEY = re.compile(r"[^\W\d][\w-]{0,62}")


@dataclass(frozen=True, slots=True)
class ProcessFile:
    """What ``process.toml`` says; what is missing or faulty in it is empty."""

    key: str
    owner: str
    title: Text
    model: str
    decisions: tuple[str, ...]
    zone: ZoneInfo
    schema: DataSchema
    roles: Mapping[str, Text]
    maps: Mapping[str, str]
    messages_kept_for: timedelta = MESSAGES_KEPT_FOR

    def names(self) -> list[str]:
        """Return the names of the files that belong to the process, its own first."""
        return [PROCESS_FILE, self.model, *self.decisions, *self.maps.values()]


def read_process_file(source: bytes, file: str, folder: str | None) -> tuple[ProcessFile, list[Fault]]:
    """Return what *source* says, and the faults of it.

    Args:
        source: the bytes of ``process.toml``.
        file: its name in faults.
        folder: the name of its folder, which the key must equal; None if it comes from elsewhere.

    Raises:
        FaultyError: not TOML in UTF-8.
    """
    top, faults = settings(source, file)
    key = top.needed("key")
    if key and not _KEY.fullmatch(key):
        top.fault("key", _BAD_KEY, found=key[:80])
    elif key and folder is not None and key != folder:
        top.fault("key", _OTHER_FOLDER, found=key, folder=folder)
    read = ProcessFile(
        key=key,
        owner=top.needed("owner"),
        title=_title(top.table("title")),
        model=_file(top, "model", top.needed("model")),
        decisions=tuple(_file(top, "decisions", name) for name in top.texts("decisions")),
        zone=_zone(top),
        schema=_schema(top.table("data")),
        roles=MappingProxyType({role: _named(said) or Text(role, role) for role, said in top.table("roles").named()}),
        maps=_maps(top.table("maps")),
        messages_kept_for=_kept_for(top),
    )
    top.finish()
    return read, faults


def _title(table: Settings) -> Text:
    title = Text(table.needed("zh"), table.needed("en"))
    table.finish()
    return title


def _named(table: Settings) -> Text | None:
    """Return a name in two languages; one stands for both, none is None."""
    zh, en = table.text("zh"), table.text("en")
    table.finish()
    return Text(zh or en or "", en or zh or "") if zh or en else None


def _file(table: Settings, key: str, name: str) -> str:
    if name and (
        "/" in name or "\\" in name or name.startswith(".") or not name.isprintable() or len(name) > _LONGEST_NAME
    ):
        table.fault(key, _NOT_BESIDE, found=name[:80])
        return ""
    return name


def _zone(top: Settings) -> ZoneInfo:
    name = top.needed("time_zone")
    try:
        return ZoneInfo(name or "UTC")
    except (OSError, ValueError, KeyError):
        top.fault("time_zone", _NO_ZONE, found=name[:80])
        return ZoneInfo("UTC")


def _kept_for(top: Settings) -> timedelta:
    written = top.text("messages_kept_for")
    if written is None:
        return MESSAGES_KEPT_FOR
    try:
        span = duration_of(written)
    except ValueError:
        span = timedelta(-1)
    if timedelta() <= span <= _LONGEST_KEPT:
        return span
    top.fault("messages_kept_for", _BAD_SPAN, found=written[:80])
    return MESSAGES_KEPT_FOR


def _schema(table: Settings) -> DataSchema:
    return DataSchema(MappingProxyType({name: _field(table, name, said) for name, said in table.named()}))


def _field(table: Settings, name: str, said: Settings) -> DataField:
    if not name.isidentifier():
        table.fault(name, _BAD_NAME)
    kind = said.needed("type")
    if kind and kind not in KINDS:
        said.fault("type", _NO_KIND, found=kind[:80], kinds=", ".join(KINDS))
    audit, personal, required = said.flag("audit"), said.flag("personal"), said.flag("required")
    if audit and personal:
        said.fault("personal", _AUDIT_AND_PERSONAL, field=name)
    title = _named(said.table("title")) or Text(name, name)
    said.finish()
    return DataField(ValueKind(kind) if kind in KINDS else ValueKind.TEXT, title, audit, personal, required)


def _maps(table: Settings) -> Mapping[str, str]:
    return MappingProxyType({name: _file(table, name, table.needed(name)) for name in table.left()})


_BAD_KEY = (
    "process-key",
    mark("{found!r} cannot be the key of a process."),
    mark("Begin it with a letter or _, and go on with letters, digits, '_' and '-', at most 63."),
)
_OTHER_FOLDER = (
    "process-key",
    mark("The key is {found}, but the folder is called {folder}."),
    mark("Let the two be the same."),
)
_NOT_BESIDE = (
    "process-file-name",
    mark("{found!r} is not the name of a file in the process folder."),
    mark("Put the file into the folder and give its name, without a path."),
)
_NO_ZONE = (
    "process-time-zone",
    mark("There is no time zone {found!r}."),
    mark("Write a name of the IANA list, such as Asia/Shanghai."),
)
_BAD_SPAN = (
    "process-messages-kept",
    mark("{found!r} is no time for which messages can be kept."),
    mark("Write a duration of days and time, at most ten years, such as P1D or PT12H; PT0S keeps none."),
)
_BAD_NAME = (
    "data-name",
    mark("{key} cannot be the name of a field: expressions could not ask for it."),
    mark("Begin it with a letter or _, and go on with letters, digits and _."),
)
_NO_KIND = (
    "data-type",
    mark("{found!r} is no type of a field."),
    mark("The types are: {kinds}."),
)
_AUDIT_AND_PERSONAL = (
    "data-audit-personal",
    mark(
        "The field {field} is both for audit and personal: what rules know is kept for ever, what is personal is not."
    ),
    mark("Remove one of the two; keep a pseudonym or a category for audit."),
)
