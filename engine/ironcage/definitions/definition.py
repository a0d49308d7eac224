"""A process definition: one version of a process folder, read, checked and compiled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.definitions.process_file import MESSAGES_KEPT_FOR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from ironcage.bpmn import Model
    from ironcage.definitions.schema import DataSchema
    from ironcage.faults import Fault
    from ironcage.messages import Text
    from ironcage.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a process; it has no errors, but may have warnings."""

    key: str
    owner: str
    title: Text
    zone: ZoneInfo
    schema: DataSchema
    roles: Mapping[str, Text]
    """What the lanes are called, by lane id."""
    names: Mapping[str, Text]
    """What the elements are called, by id; those without a name are not in it."""
    model: Model
    programs: Mapping[str, Program]
    """The executable processes and global tasks of the model by their ids, the one that the key stands for first."""
    maps: Mapping[str, str]
    """The mapping files for logs of other systems, by the name of the map."""
    files: Mapping[str, bytes] = field(repr=False)
    """Every file the process folder names, and ``process.toml``."""
    messages_kept_for: timedelta = MESSAGES_KEPT_FOR
    """How long a message that a case sends is kept until somebody waits for it."""
    faults: tuple[Fault, ...] = ()

    @property
    def program(self) -> Program:
        """The process that the key stands for."""
        return next(iter(self.programs.values()))

    @property
    def digest(self) -> bytes:
        """SHA-256 over the names and bytes of the files."""
        return digest(self.files)


def digest(files: Mapping[str, bytes]) -> bytes:
    """Return the SHA-256 over names and bytes, by name, each led by its length in eight bytes."""
    summed = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            summed.update(len(part).to_bytes(8, "big"))
            summed.update(part)
    return summed.digest()
