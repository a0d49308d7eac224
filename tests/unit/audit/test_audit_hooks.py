from __future__ import annotations

import pytest

from ironcage_audit import hooks

PLUGIN = """
from small_log import rule
from ironcage_audit.hooks import hookimpl

@hookimpl
def ironcage_rules():
    return {rules}
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution with one plugin, whose module has this source."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, source: str) -> None:
        (tmp_path / f"{name}.py").write_text(source, "utf-8")
        info = tmp_path / f"{name}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[ironcage]\n{name} = {name}\n", "utf-8")

    return write


def of(name: str) -> list[str]:
    return [broken.why for broken in hooks.load().broken if broken.plugin == name]


def test_the_rules_we_ship_come_through_the_same_door():
    loaded = hooks.load()
    assert ("ironcage_plugins", "ironcage") in [(each.module, each.distribution) for each in loaded.plugins]
    assert {"deadlines.overdue", "deadlines.too-fast", "duties.same-person"} <= {each.id for each in loaded.rules}


def test_an_outside_plugin_brings_its_rules(install):
    install("outside_good", PLUGIN.format(rules='[rule(id="outside.good", code="OG01")]'))
    loaded = hooks.load()
    assert "outside.good" in [each.id for each in loaded.rules]
    assert ("outside_good", "outside_good", "1.5") in [
        (each.name, each.distribution, each.version) for each in loaded.plugins
    ]


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("outside_absent", "import no_such_module_anywhere", "ModuleNotFoundError: No module named"),
        ("outside_crash", PLUGIN.format(rules="1 / 0"), "ZeroDivisionError"),
        ("outside_strange", PLUGIN.format(rules="[42]"), "must return rules (ironcage_audit.Rule), not int"),
        ("outside_untyped", PLUGIN.format(rules="[rule(needs=None)]"), "TypeError"),
        ("outside_faulty", PLUGIN.format(rules='[rule(id="outside.faulty", code="X")]'), "code cannot be 'X'"),
        ("outside_taken", PLUGIN.format(rules='[rule(code="DL01")]'), "deadlines.overdue already has this id or code"),
    ],
)
def test_a_broken_plugin_is_named_and_the_others_go_on(install, name, source, words):
    install(name, source)
    (why,) = of(name)
    assert words in why
    assert "deadlines.overdue" in [each.id for each in hooks.load().rules]


def test_an_environment_variable_prints_every_call(monkeypatch, capsys):
    hooks.load()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv(hooks.TRACE, "1")
    hooks.load()
    assert "hook ironcage_rules({}): plugins" in capsys.readouterr().err
