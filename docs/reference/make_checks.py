"""Writes the pages of the checks, in ``checks/`` beside this file: ``python docs/reference/make_checks.py``.

A page is what the code of a rule says, and the models that its tests break and mend.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests/support"))

from rule_cases import Case, cases  # noqa: E402  (the models are those of the tests)

from ironcage.bpmn.check.catalogue import Described, catalogue  # noqa: E402
from ironcage.messages import LANGUAGES, speaking, text  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "checks"
_NOTE = "<!-- 由 make_checks.py 写成；请勿手改。Written by make_checks.py; do not edit. -->"
_HEAD = f"""# 检查规则 · The rules of `ironcage check`

{_NOTE}

错误不予部署，警告和建议可以部署。每页写明规则说什么、怎么改、出自标准何处，并各举一个违反的和改好的例子。

Errors are not deployed, warnings and advice are. Each page says what the rule says, how to mend what breaks it and
which clause it comes from, with a model that breaks it and one that does not.

| 规则 rule | 级别 level | |
|---|---|---|
"""


def pages() -> dict[str, str]:
    """Return the pages as the rules are now, by the names of their files."""
    examples: dict[str, Case] = {}
    for case in cases():
        known = examples.get(case.rule)
        if known is None or (case.is_mended and not known.is_mended):
            examples[case.rule] = case
    rules = sorted(catalogue().values(), key=lambda rule: rule.name)
    found = {f"{rule.name}.md": _page(rule, examples.get(rule.name)) for rule in rules}
    rows = (f"| [`{rule.name}`]({rule.name}.md) | {_level(rule)} | {rule.sentence} |\n" for rule in rules)
    return {"README.md": _HEAD + "".join(rows)} | found


def _level(rule: Described) -> str:
    with speaking("zh"):
        return f"{text(rule.level)} {rule.level.value}"


def _page(rule: Described, case: Case | None) -> str:
    return "\n\n".join(_parts(rule, case)) + "\n"


def _parts(rule: Described, case: Case | None) -> Iterator[str]:
    yield f"# `{rule.name}`"
    yield _NOTE
    yield f"**{_level(rule)}** · {rule.sentence}"
    if rule.why:
        yield rule.why
    if rule.source:
        yield f"条款 Clause: {rule.source}."
    yield "## 报告什么 · What is said"
    for language in reversed(LANGUAGES):
        with speaking(language):
            yield f"> {_plain(rule.what)} {_plain(rule.mend)}"
    if case is not None:
        yield "## 违反 · Broken"
        yield _model(case.broken)
    if case is not None and case.is_mended:
        yield "## 改好 · Mended"
        yield _model(case.mended)


def _plain(message: str) -> str:
    """Return a message as it stands in the catalogue, its fields left open."""
    return text(message).replace("{{", "{").replace("}}", "}").replace("!r}", "}").replace("<", "\\<")


def _model(written: str) -> str:
    """Return a model of the tests as XML, without what every file begins with."""
    source = Case("", "", written, written).source().source.decode()
    lines = source.split("\n")
    inside = lines[1:-1] if lines[0].startswith("<definitions") and len(lines) > 2 else lines
    return "```xml\n" + "\n".join(inside) + "\n```"


def write() -> None:
    """Write the pages, and remove those of rules that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for stale in {file.name for file in FOLDER.glob("*.md")} - made.keys():
        (FOLDER / stale).unlink()
    for name, page in made.items():
        (FOLDER / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write()
