"""Everything people read is said in Chinese, too; English is the text in the code."""

from __future__ import annotations

import pkgutil
import re
import string
from importlib import import_module

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ironcage.errors import IroncageError

SOURCES = ("engine", "audit", "plugins", "console")
PACKAGES = ("ironcage", "ironcage_audit", "ironcage_plugins", "ironcage_console")
KEYWORDS = {"text": None, "mark": None}


@pytest.fixture(scope="module")
def messages(root) -> dict[str, str]:
    """The messages in the code, each with the place where it stands."""
    return {
        message: f"{source}/{file}:{line}"
        for source in SOURCES
        for file, line, message, _, _ in extract_from_dir(root / source, keywords=KEYWORDS)
        if isinstance(message, str)
    }


@pytest.fixture(scope="module")
def chinese(root) -> dict[str, str]:
    with (root / "engine/ironcage/locale/zh/LC_MESSAGES/ironcage.po").open("rb") as file:
        return {entry.id: entry.string for entry in read_po(file) if entry.id and not entry.fuzzy}


def _fields(message: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(message) if field is not None}


def test_the_code_speaks_only_through_messages_it_can_find(messages):
    assert len(messages) > 30


def test_every_error_says_what_it_says_through_the_catalogue(messages):
    for package in PACKAGES:
        for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)

    def kinds(error):
        return {error}.union(*(kinds(narrower) for narrower in error.__subclasses__()))

    ours = {kind for kind in kinds(IroncageError) if kind.__module__.split(".")[0] in PACKAGES}
    assert {f"{kind.__module__}.{kind.__qualname__}" for kind in ours if kind.message not in messages} == set()


def test_every_message_has_a_chinese_translation(messages, chinese):
    assert {message: place for message, place in messages.items() if not chinese.get(message)} == {}


def test_every_translation_has_the_fields_of_its_message(chinese):
    different = {
        message: translation
        for message, translation in chinese.items()
        if translation and _fields(message) != _fields(translation)
    }
    assert different == {}


def test_no_translation_is_left_of_a_message_that_is_gone(messages, chinese):
    assert set(chinese) - set(messages) == set()


def test_translations_use_chinese_punctuation(chinese):
    """Half-width commas and stops between Chinese characters are a slip of the keyboard."""
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!.](\s|$|[\u4e00-\u9fff])")
    assert {message: said for message, said in chinese.items() if half_width.search(said)} == {}
