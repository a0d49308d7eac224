"""The wheel works in an empty environment elsewhere, and finds a plugin that was installed from its own wheel.

Everything here goes through what an outsider has: the built files, an installer and the command.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
PACKAGES = ("ironcage", "ironcage_audit", "ironcage_plugins", "ironcage_console")
REQUEST = {"type": "Graffiti Removal", "queue": "PROP_GRAF_GraffitiRemoval"}


def _run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "IRONCAGE"))}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=surroundings | {"IRONCAGE_LANG": "en"},
        capture_output=True,
        check=False,
        text=True,
    )


def _build(source: Path, place: Path) -> Path:
    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place, cwd=source)
    assert built.returncode == 0, built.stderr
    (wheel,) = place.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Elsewhere:
    """An environment that holds the wheel and nothing of the checkout, and a folder to work in."""

    place: Path

    def install(self, *words: object) -> None:
        """Install with uv what *words* say."""
        installed = _run(UV, "pip", "install", "-q", "--python", self.place / "env/bin/python", *words, cwd=self.place)
        assert installed.returncode == 0, installed.stderr

    def python(self, program: str) -> str:
        """Return what *program* prints."""
        ran = _run(self.place / "env/bin/python", "-W", "error", "-c", program, cwd=self.place)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def ironcage(self, *words: object) -> str:
        """Return what the command prints; it must succeed."""
        ran = _run(self.place / "env/bin/ironcage", *words, cwd=self.place)
        assert ran.returncode == 0, f"ironcage {words}: {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def complete(self, case: str, actor: str) -> None:
        """Complete the one open task of *case*."""
        (task,) = set(re.findall(rf"{re.escape(case)}/\d+", self.ironcage("tasks", "--json")))
        self.ironcage("complete", task, "--data", "{}", "--actor", actor)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    place = tmp_path_factory.mktemp("elsewhere")
    made = _run(UV, "venv", "-q", "--python", sys.executable, place / "env", cwd=place)
    assert made.returncode == 0, made.stderr
    installation = Elsewhere(place)
    installation.install("--require-hashes", "-r", ROOT / "requirements/runtime.txt")
    installation.install("--no-deps", wheel)
    return installation


@pytest.fixture(scope="module")
def deployed(elsewhere: Elsewhere) -> Elsewhere:
    processes = elsewhere.python("from ironcage.resources import folder; print(folder('processes'))")
    assert Path(processes).is_relative_to(elsewhere.place)
    elsewhere.ironcage("deploy", Path(processes, "service_request"))
    return elsewhere


def test_the_wheel_holds_packages_types_processes_migrations_and_messages(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= {f"{package}/py.typed" for package in PACKAGES}
    assert names >= {
        "ironcage/_migrations/env.py",
        "ironcage/_processes/service_request/process.toml",
        "ironcage/_processes/service_request/service_request.bpmn",
        "ironcage/locale/zh/LC_MESSAGES/ironcage.mo",
    }


def test_the_wheel_holds_nothing_else(wheel):
    roots = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {root for root in roots if not root.endswith(".dist-info")} == set(PACKAGES)
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith((".po", ".pyc"))]


def test_what_is_installed_is_what_the_wheel_needs(elsewhere):
    checked = _run(UV, "pip", "check", "--python", elsewhere.place / "env/bin/python", cwd=elsewhere.place)
    assert checked.returncode == 0, checked.stderr


def test_the_command_introduces_itself_in_both_languages(elsewhere):
    assert "deploy" in elsewhere.ironcage("--help")
    assert re.search("[\u4e00-\u9fff]", elsewhere.ironcage("--lang", "zh", "--help"))


def test_a_case_runs_from_start_to_end(deployed):
    case = deployed.ironcage("start", "service_request", "--key", "A-1", "--data", json.dumps(REQUEST)).strip()
    assert case == "service_request/A-1"
    deployed.complete(case, "ann")
    assert case not in deployed.ironcage("tasks", "--json")


def test_cases_are_audited_and_their_record_verifies(deployed):
    deployed.ironcage("start", "service_request", "--key", "B-1", "--data", json.dumps(REQUEST))
    results = [json.loads(line) for line in deployed.ironcage("audit", "--json").splitlines()]
    assert "deadlines.overdue" in {result["rule"] for result in results}
    deployed.ironcage("verify")


def test_a_plugin_from_its_own_wheel_is_found_and_its_rule_fires(deployed, tmp_path):
    deployed.install("--no-deps", _build(ROOT / "plugins/example", tmp_path))
    assert "ironcage-example" in deployed.ironcage("plugin", "list")

    case = "service_request/C-1"
    deployed.ironcage("start", "service_request", "--key", "C-1", "--data", json.dumps(REQUEST), "--actor", "ann")
    deployed.complete(case, "ann")
    deployed.ironcage("start", "service_request", "--key", "C-2", "--data", json.dumps(REQUEST), "--actor", "ann")
    deployed.complete("service_request/C-2", "ben")

    results = [json.loads(line) for line in deployed.ironcage("audit", "--json").splitlines()]
    found = [result for result in results if result["rule"] == "example.own-report" and "fingerprint" in result]
    assert [finding["case"] for finding in found] == [case]
