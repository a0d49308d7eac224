"""Where the settings of a site are found."""

from __future__ import annotations

import pytest

from ironcage.settings import NOTHING_SET, SETTINGS, SettingsMissingError, read_site, site_of


def _write(folder, topic):
    file = folder / "ironcage.toml"
    folder.mkdir(exist_ok=True)
    file.write_text(f'[external]\ntopics = ["{topic}"]\n')
    return file


def test_the_file_that_the_variable_names_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, "here")
    monkeypatch.setenv(SETTINGS, str(_write(tmp_path / "there", "there")))
    assert read_site().topics == {"there"}
    monkeypatch.delenv(SETTINGS)
    assert read_site().topics == {"here"}


def test_without_a_file_nothing_is_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(SETTINGS, raising=False)
    assert read_site() == NOTHING_SET


def test_a_file_that_was_named_must_be_there(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTINGS, str(tmp_path / "none.toml"))
    with pytest.raises(SettingsMissingError):
        read_site()


def test_an_empty_file_sets_nothing():
    assert site_of(b"", "ironcage.toml") == NOTHING_SET
