"""Every rule that is installed, and every hook there is, is documented; every rule has been tried."""

from __future__ import annotations

import inspect

import pytest

import ironcage.hooks
from ironcage.messages import LANGUAGES, speaking
from ironcage_audit import hooks
from ironcage_audit.rules import explain
from ironcage_audit.testing import check

INSTALLED = hooks.load()
HEADINGS = {
    "zh": ["发现什么", "为什么重要", "证据", "可能误报", "如何处置", "例子", "参数", "出处"],
    "en": [
        "What it finds",
        "Why it matters",
        "Evidence",
        "What it mistakes",
        "Remedy",
        "Example",
        "Parameters",
        "Source",
    ],
}


@pytest.fixture(params=INSTALLED.rules, ids=lambda rule: rule.id)
def rule(request):
    return request.param


def test_what_we_ship_can_be_used():
    assert INSTALLED.broken == ()
    assert len(INSTALLED.rules) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_has_a_page_with_every_heading_in_order(rule, language):
    with speaking(language):
        page = explain(rule)
    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading in HEADINGS[language]] == HEADINGS[language]


def test_a_rule_has_been_tried_on_what_it_must_find_and_what_it_must_not(rule):
    outcomes = check(rule)
    assert {outcome.name: outcome.wrong for outcome in outcomes if outcome.wrong} == {}
    assert {outcome.finds for outcome in outcomes} == {True, False}


def test_a_rule_stands_in_the_file_of_its_name(rule, root):
    family, name = rule.id.split(".")
    assert rule.file == str(root / "plugins/ironcage_plugins" / family / f"{name.replace('-', '_')}.py")


def test_every_hook_is_on_the_page_of_hooks_with_its_arguments(root):
    page = (root / "docs/reference/hooks.md").read_text("utf-8")
    specified = {
        f"`{name}({', '.join(inspect.signature(hook).parameters)})`"
        for module in (ironcage.hooks, hooks)
        for name, hook in vars(module).items()
        if hasattr(hook, "ironcage_spec")
    }
    assert specified
    assert {hook for hook in specified if hook not in page} == set()
