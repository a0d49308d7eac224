"""Plugins of the engine: whatever one of them does wrong, it is named, and the others do what they are there for."""

from __future__ import annotations

import pytest

from ironcage.hooks import DoubleServiceError, Plugins, hookimpl

SOURCE = """
from ironcage.hooks import hookimpl

{before}

@hookimpl
def services({arguments}):
    {body}
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution with one plugin, whose module has this source."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, before: str = "", arguments: str = "", body: str = "return {}") -> None:
        source = SOURCE.format(before=before, arguments=arguments, body=body)
        (tmp_path / f"{name}.py").write_text(source, "utf-8")
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[ironcage]\n{name} = {name}\n", "utf-8")

    return write


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("engine_absent", {"before": "import no_such_module_anywhere"}, "ModuleNotFoundError"),
        ("engine_crash", {"before": "1 / 0"}, "ZeroDivisionError"),
        ("engine_unfit", {"arguments": "nonsense"}, "PluginValidationError"),
        ("engine_raising", {"body": "raise KeyError(7)"}, "KeyError: 7"),
        ("engine_strange", {"body": "return 42"}, "AttributeError"),
    ],
)
def test_a_broken_plugin_is_named_and_the_others_go_on(install, name, wrong, words):
    install(name, **wrong)
    install(f"{name}_beside", body="return {'ask': print}")
    found = Plugins.installed()
    assert found.services() == {"ask": print}
    assert found.services() == {"ask": print}
    (broken,) = found.broken
    assert broken.plugin == name
    assert words in broken.why


def test_two_services_of_one_name_are_refused():
    class Bringing:
        @hookimpl
        def services(self):
            return {"ask": print}

    with pytest.raises(DoubleServiceError):
        Plugins(Bringing(), Bringing()).services()
