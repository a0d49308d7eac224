"""The reference of the dialects is what the code says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from ironcage.bpmn.dialects.vocabulary import VOCABULARY

ROOT = Path(__file__).parents[4]


def _module():
    source = ROOT / "docs" / "reference" / "make_dialects.py"
    spec = importlib.util.spec_from_file_location("make_dialects", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_the_dialects_is_up_to_date() -> None:
    module = _module()
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/reference/make_dialects.py"


def test_the_page_names_every_word() -> None:
    named = set(re.findall(r"`([^`]+)`", _module().page()))
    assert {word.name for words in VOCABULARY.values() for word in words} - named == set()
