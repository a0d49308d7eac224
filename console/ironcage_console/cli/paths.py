"""Which process folders a path on the command line means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark
from ironcage.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DESCRIPTION = "process.toml"


class NoProcessError(UsageError):
    """A path holds no process."""

    message = mark("{path} holds no process: neither {file} in it, nor a folder with one.")


def process_folders(paths: Iterable[Path]) -> list[Path]:
    """Return the process folders that *paths* are or hold, in the order of their names.

    What is no path may be the name of a process that is shipped or that an installed package brings.

    Raises:
        FileNotFoundError: a path does not exist, and no such process is installed.
        NoProcessError: there is no process in it.
    """
    return [found for path in paths for found in _folders(path)]


def _folders(path: Path) -> list[Path]:
    if not path.exists():
        return [_installed(path)]
    if path.name == DESCRIPTION:
        return [path.parent]
    if (path / DESCRIPTION).is_file():
        return [path]
    inside = sorted(file.parent for file in path.glob(f"*/{DESCRIPTION}"))
    if not inside:
        raise NoProcessError(path=path, file=DESCRIPTION)
    return inside


def _installed(name: Path) -> Path:
    from ironcage.hooks import Plugins  # noqa: PLC0415  (loads every plugin)

    for found in (*folder("processes").iterdir(), *Plugins.installed().process_folders()):
        if found.name == str(name):
            return found
    raise FileNotFoundError(2, "", str(name))
