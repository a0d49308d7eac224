"""The reference pages say what the code does."""

from __future__ import annotations

import re
from dataclasses import fields

from ironcage_audit.hooks import load
from ironcage_audit.log import FUNCTIONS
from ironcage_audit.pages import pages
from ironcage_audit.rules import YIELDS, Axis, Maturity, Rule, Severity, Subject, Unit


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
