"""The command as a person types it, in a folder and a database of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ironcage.resources import folder
from ironcage_console.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Typed:
    """What the command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def ironcage(tmp_path, monkeypatch, capsys):
    """Return a function that types a command and returns what it answered."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IRONCAGE_LANG", "en")
    monkeypatch.delenv("IRONCAGE_DATABASE", raising=False)

    def typed(*words: object) -> Typed:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:
            code = int(left.code or 0)
        answered = capsys.readouterr()
        return Typed(code, answered.out, answered.err)

    return typed


@pytest.fixture
def process() -> Path:
    """Return the folder of the shipped process."""
    return folder("processes") / "service_request"


@pytest.fixture
def deployed(ironcage, process):
    """Return the command with the shipped process deployed."""
    assert ironcage("deploy", process).code == 0
    return ironcage
