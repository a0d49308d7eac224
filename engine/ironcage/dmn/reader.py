"""Reads DMN files, or refuses them with every fault.

Files of one folder may import each other by namespace. What DMN has and is not run here (functions in Java or PMML,
other expression languages) is refused by name, never skipped, save what only describes or draws.

Source: DMN 1.5, chapters 6, 7, 8 and 13; namespaces of DMN 1.2 to 1.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.dmn.model import ModelReader
from ironcage.dmn.trouble import Trouble
from ironcage.faults import FaultyError
from ironcage.xml import Limits, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ironcage.dmn.decision import Decision
    from ironcage.dmn.model import Model
    from ironcage.faults import Fault

LIMITS = Limits(size=256 * 1024 * 1024, elements=5_000_000)
"""A table of a hundred thousand rows is a usual thing."""


def read(source: bytes, file: str) -> tuple[Decision, ...]:
    """Return the decisions of a file that imports no other, in its order.

    Raises:
        FaultyError: it cannot be read; holds every fault found.
    """
    return read_all({file: source})[file].decisions


def read_all(files: Mapping[str, bytes]) -> dict[str, Model]:
    """Return the model of each of *files* by name; they may import each other.

    Raises:
        FaultyError: one cannot be read; holds every fault found.
    """
    models, faults = examine(files)
    if faults:
        raise FaultyError(faults)
    return models


def load(path: Path) -> Model:
    """Return the model in the file *path*; it may import models in files beside it.

    Raises:
        FaultyError: it, or one it imports, cannot be read; holds every fault found.
    """
    files = {each.name: each.read_bytes() for each in sorted({*path.parent.glob("*.dmn"), path})}
    models, faults = examine(files)
    needed, waiting = {path.name}, [path.name]
    while waiting:
        model = models.get(waiting.pop())
        more = set(model.imports) - needed if model else set[str]()
        needed |= more
        waiting += more
    if found := [fault for fault in faults if fault.file in needed]:
        # What is missed may be in a file that is no XML.
        unread = any(fault.rule == "dmn-import" for fault in found)
        raise FaultyError([*found, *(fault for fault in faults if unread and fault.file not in models)])
    return models[path.name]


def examine(files: Mapping[str, bytes], lenient: bool = False) -> tuple[dict[str, Model], list[Fault]]:
    """Return the models of *files* as far as they can be read, and every fault.

    A box that cannot be read is null and says why; with *lenient* what never has a result is no fault.
    """
    faults: list[Fault] = []
    readers: dict[str, ModelReader] = {}
    for file, source in files.items():
        trouble = Trouble(file, lenient)
        try:
            readers[file] = ModelReader(parse(source, file, LIMITS, every_line=True), trouble)
        except FaultyError as error:
            faults += error.faults
    _join(readers)
    models = {file: reader.model() for file, reader in readers.items()}
    for reader in readers.values():
        faults += reader.trouble.faults
    return models, faults


def _join(readers: Mapping[str, ModelReader]) -> None:
    """Let the readers find the models they import."""
    by_space: dict[str, list[ModelReader]] = {}
    for reader in readers.values():
        by_space.setdefault(reader.namespace, []).append(reader)
    for reader in readers.values():
        reader.join(by_space)
    for reader in readers.values():
        reader.types.read()
