from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_of_feel_is_up_to_date() -> None:
    source = ROOT / "docs" / "reference" / "make_feel.py"
    spec = importlib.util.spec_from_file_location("make_feel", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page()
