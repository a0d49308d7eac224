"""Which process folders a path on the command line means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DESCRIPTION = "process.toml"


class NoProcessError(UsageError):
    """A path holds no process."""

    message = mark("{path} holds no process: neither {file} in it, nor a folder with one.")


def process_folders(paths: Iterable[Path]) -> list[Path]:
    """Return the process folders that *paths* are or hold, in the order of their names.

    Raises:
        FileNotFoundError: a path does not exist.
        NoProcessError: there is no process in it.
    """
    return [folder for path in paths for folder in _folders(path)]


def _folders(path: Path) -> list[Path]:
    if not path.exists():
        raise FileNotFoundError(2, "", str(path))
    if path.name == DESCRIPTION:
        return [path.parent]
    if (path / DESCRIPTION).is_file():
        return [path]
    inside = sorted(file.parent for file in path.glob(f"*/{DESCRIPTION}"))
    if not inside:
        raise NoProcessError(path=path, file=DESCRIPTION)
    return inside
