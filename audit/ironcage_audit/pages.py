"""The reference pages that are made from the code: the views of the log, and a page for each installed rule.

``python -m ironcage_audit.pages docs/reference`` writes them anew.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import LANGUAGES, speaking
from ironcage_audit.hooks import load
from ironcage_audit.log import VIEWS
from ironcage_audit.rules import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage_audit.log import View
    from ironcage_audit.rules import Rule

_LOG = """# 审计日志的视图 · The views of the log

审计规则读的是这些视图，不是数据库的表。每次审计都按“读取时刻”新建一份日志：此后发生的一切都看不到。导入的日志与引擎自己的案件形式相同。
所有列只有整数和文本两种类型；时刻一律是 1970-01-01 UTC 起的微秒数，列名以 `_us` 结尾；文本按字节比较。

Audit rules read these views and not the tables of the database. Each audit makes a log of its own as of an instant:
nothing that happened later is in it. An imported log and the engine's own cases look the same. There are integers and
texts, nothing else; an instant is microseconds since 1970-01-01, UTC, in a column whose name ends in `_us`; texts
compare byte by byte. Every query also has the parameter `:as_of_us`, the instant of the reading.
"""


def pages(rules: Iterable[Rule]) -> dict[str, str]:
    """Return the text of each page by its place under ``docs/reference``."""
    return {"log.md": log_page()} | {f"rules/{rule.id}.md": rule_page(rule) for rule in rules}


def log_page() -> str:
    """Return the page of the views, in both languages."""
    return "\n".join([_LOG, *(line for view in VIEWS.values() for line in _view(view))])


def rule_page(rule: Rule) -> str:
    """Return the page of *rule*, in both languages."""
    written: list[str] = []
    for language in LANGUAGES:
        with speaking(language):
            written.append(explain(rule))
    return "\n".join(written)


def _view(view: View) -> Iterator[str]:
    yield f"## `{view.name}`\n"
    yield f"{view.what.zh}\n\n{view.what.en} Key: {', '.join(f'`{name}`' for name in view.key)}.\n"
    yield "| 列 column | 类型 type | 可空 null | 含义 | meaning |"
    yield "|---|---|---|---|---|"
    for column in view.columns:
        empty = "✓" if column.empty else ""
        yield f"| `{column.name}` | {column.type.lower()} | {empty} | {column.what.zh} | {column.what.en} |"
    yield ""


def _write(folder: Path) -> None:
    for name, page in pages(load().rules).items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page, "utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
