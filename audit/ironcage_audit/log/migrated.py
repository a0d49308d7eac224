"""Cases that migrated to another version of their process, as rules see them: under the names of that version.

The record keeps the names of the time. A rule compares what was done with the model the case runs on, so its views
speak of both in the same names; otherwise a step that was only renamed would look skipped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage_audit.log.entries import LogCase, LogEvent


def is_migration(event: LogEvent) -> bool:
    """Return whether *event* says that the case goes on on another version."""
    return (event.kind, event.transition) == ("case", "migrate")


def as_now(case: LogCase, events: Sequence[LogEvent]) -> tuple[LogCase, Sequence[LogEvent]]:
    """Return *case* on the version it runs on at the reading, and its *events* under the names of that version.

    Args:
        case: the case as it stands now, which may be later than the reading.
        events: its events up to the reading, in order.
    """
    said = [event.definition for event in events if event.definition]
    if said and case.origin == "engine":
        case = case._replace(version=int(said[-1].rpartition("@")[2].partition(" ")[0]))
    if not any(map(is_migration, events)):
        return case, events
    names: dict[str, str] = {}
    renamed: list[LogEvent] = []
    for event in reversed(events):
        renamed.append(event._replace(element=names.get(event.element, event.element)))
        if is_migration(event):
            elements = json.loads(event.facts or "{}").get("elements", {})
            names |= {old: names.get(new, new) for old, new in elements.items()}
    return case, renamed[::-1]
