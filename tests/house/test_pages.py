"""The reference pages say what the code does."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from dataclasses import fields

import pytest

from ironcage_audit.hooks import load
from ironcage_audit.log import FUNCTIONS
from ironcage_audit.pages import pages
from ironcage_audit.rules import YIELDS, Axis, Maturity, Rule, Severity, Subject, Unit
from ironcage_console.cli.commands import COMMANDS
from ironcage_console.cli.main import main


def _shipped():
    return [rule for rule in load().rules if "ironcage_plugins" in rule.file]


def test_the_pages_made_from_the_code_are_up_to_date(root):
    reference = root / "docs/reference"
    stale = [name for name, page in pages(_shipped()).items() if (reference / name).read_text("utf-8") != page]
    assert stale == [], "run: python -m ironcage_audit.pages docs/reference"


def test_there_is_no_page_of_a_rule_that_is_gone(root):
    written = {file.stem for file in (root / "docs/reference/rules").glob("*.md")}
    assert written == {rule.id for rule in _shipped()}


def test_the_page_about_rules_names_every_field_column_function_and_word(root):
    page = (root / "docs/reference/rules.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_ ]+)`", page))
    words = {word.value for kind in (Axis, Severity, Maturity, Subject, Unit) for word in kind}
    expected = {field.name for field in fields(Rule)} | set(YIELDS) | FUNCTIONS | words
    assert expected - named == set()


def test_the_index_of_the_reference_names_every_page(root):
    reference = root / "docs/reference"
    named = set(re.findall(r"\]\(([\w-]+\.\w+)\)", (reference / "README.md").read_text("utf-8")))
    pages = {page.name for page in reference.glob("*.md")} - {"README.md"}
    assert pages - named == set()


def test_the_architecture_shows_the_rooms_of_the_engine_as_the_imports_are_checked(root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (rooms,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["ironcage"])
    page = (root / "docs/architecture.md").read_text("utf-8")
    table = page.partition("## The rooms of the engine")[2].partition("\n## ")[0]
    shown = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in table.splitlines() if line.startswith("| `")]
    assert [room for row in shown for room in row] == [room.strip() for layer in rooms for room in layer.split("|")]


def _script(root, name):
    spec = importlib.util.spec_from_file_location(name, root / f"docs/reference/{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture(scope="module")
def made(root):
    """The script that writes the page of the command."""
    return _script(root, "make_command")


def test_the_pages_of_the_checks_say_what_the_code_does(root):
    made = _script(root, "make_checks")
    written = {file.name: file.read_text("utf-8") for file in made.FOLDER.glob("*.md")}
    assert written == made.pages(), "run: python docs/reference/make_checks.py"


def test_the_page_of_the_command_is_up_to_date(made):
    assert made.PAGE.read_text("utf-8") == made.page(), "run: python docs/reference/make_command.py"


def test_every_command_has_the_shape_of_its_json_on_the_page(made):
    assert made.JSON.keys() == COMMANDS.keys()


_REQUEST = '{"type": "Graffiti Removal", "queue": "PROP_GRAF_GraffitiRemoval"}'
_TRIED = (
    "deploy processes/service_request",
    "check processes/service_request",
    "start service_request --key A --data REQUEST",
    "tasks",
    "claim service_request/A/5 --actor ann",
    "release service_request/A/5 --actor ann",
    "complete service_request/A/5 --actor ann",
    "case show service_request/A",
    "worker --once",
    "erase service_request/A --order o",
    "export record.jsonl",
    "verify",
    "audit --as-of 2999-01-01T00:00:00Z",
    "findings",
    "propose",
    "rule list",
    "plugin list",
    "db check",
)


def test_the_json_of_the_commands_has_the_keys_that_the_page_names(made, root, tmp_path, monkeypatch, capsys):
    (tmp_path / "processes").symlink_to(root / "processes")
    monkeypatch.chdir(tmp_path)
    wrong = {}
    for tried in _TRIED:
        words = [_REQUEST if word == "REQUEST" else word for word in tried.split()]
        assert main([*words, "--json"]) == 0
        printed = capsys.readouterr().out
        shape = made.JSON[words[0]]
        for document in _documents(printed):
            unnamed = {key for key in document if not re.search(rf"\b{key}\b", shape)}
            if unnamed and "…" not in shape:
                wrong[words[0]] = unnamed
    assert wrong == {}


def _documents(printed: str) -> list[dict[str, object]]:
    """Return the objects that a command printed: one, an array of them, or one a line."""
    try:
        found = json.loads(printed or "[]")
    except json.JSONDecodeError:
        found = [json.loads(line) for line in printed.splitlines()]
    return found if isinstance(found, list) else [found]
