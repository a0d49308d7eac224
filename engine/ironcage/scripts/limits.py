"""What a script may use."""

from __future__ import annotations

import os
from typing import NamedTuple

_MEBIBYTE = 1 << 20


class Limits(NamedTuple):
    """What one run of a script may use."""

    wall: float = 5.0
    """Seconds from handing it over to its answer."""
    seconds: int = 2
    """Of processor time, to within one."""
    memory: int = 256 * _MEBIBYTE
    """Bytes, beside what the process needs itself."""
    answer: int = 1_000_000
    """Bytes of all it brings to the case."""


def address_space(process: int) -> int:
    """Return how many bytes of address space *process* has; 0 where the system does not tell."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:  # noqa: PTH123 - pathlib costs a child its start
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
