"""The page of a rule: every heading in its fixed order, in the reader's language."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ironcage.messages import Text
from ironcage_audit.rules.rule import Axis, Maturity, Severity, Subject, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage_audit.rules.rule import Rule

_HEADINGS = {
    "what": Text("发现什么", "What it finds"),
    "why": Text("为什么重要", "Why it matters"),
    "evidence": Text("证据", "Evidence"),
    "mistakes": Text("可能误报", "What it mistakes"),
    "remedy": Text("如何处置", "Remedy"),
    "example": Text("例子", "Example"),
}
_PARAMETERS = Text("参数", "Parameters")
_SOURCE = Text("出处", "Source")
_QUERY = Text("查询", "Query")
_EXAMINED = Text("不予检查的案件", "What it does not examine")

_FACTS = {
    "code": Text("编号", "Code"),
    "version": Text("版本", "Version"),
    "axis": Text("维度", "Axis"),
    "severity": Text("等级", "Severity"),
    "maturity": Text("成熟度", "Maturity"),
    "subject": Text("对象", "Subject"),
    "reply_days": Text("答复期限（自然日）", "Reply within (calendar days)"),
    "needs": Text("所需列", "Columns it needs"),
}
_WORDS: dict[StrEnum, Text] = {
    Axis.PERSON: Text("人", "person"),
    Axis.MATTER: Text("事", "matter"),
    Axis.POWER: Text("权", "power"),
    Severity.BLUE: Text("蓝", "blue"),
    Severity.YELLOW: Text("黄", "yellow"),
    Severity.ORANGE: Text("橙", "orange"),
    Severity.RED: Text("红", "red"),
    Maturity.SHADOW: Text("影子运行", "shadow"),
    Maturity.TRIAL: Text("试运行", "trial"),
    Maturity.STABLE: Text("稳定", "stable"),
    Maturity.RETIRED: Text("停用", "retired"),
    Subject.CASE: Text("案件", "case"),
    Subject.ACTOR: Text("经办人", "actor"),
    Subject.GROUP: Text("组（如队列）", "group, such as a queue"),
    Unit.SECONDS: Text("秒", "seconds"),
    Unit.CASES: Text("件", "cases"),
    Unit.PER_MILLE: Text("‰", "per mille"),
    Unit.NAME: Text("名称", "name"),
}
_TABLE = Text("| 名称 | 默认 | 范围 | 单位 | 含义 |", "| name | default | bounds | unit | meaning |")
_NONE = Text("无。", "None.")
_UNVERIFIED = Text("（条文待法律人员核实）", " (article not yet verified by a lawyer)")


def word(value: StrEnum) -> str:
    """Return how an axis, a severity, a maturity, a subject or a unit is called in the reader's language."""
    return str(_WORDS[value])


def explain(rule: Rule) -> str:
    """Return the page of *rule* in Markdown, in the reader's language."""
    return "\n".join(_page(rule)) + "\n"


def _page(rule: Rule) -> Iterator[str]:
    yield f"# `{rule.id}` {rule.title}"
    yield ""
    for name, label in _FACTS.items():
        yield f"- {label}: {_fact(getattr(rule, name))}"
    for name, heading in _HEADINGS.items():
        yield f"\n## {heading}\n\n{getattr(rule, name)}"
    yield f"\n## {_PARAMETERS}\n"
    if rule.parameters:
        yield f"{_TABLE}\n| --- | --- | --- | --- | --- |"
        for each in rule.parameters:
            bounds = f"{each.least} - {each.most}"
            yield f"| `{each.name}` | {each.default} | {bounds} | {word(each.unit)} | {each.what} |"
    else:
        yield str(_NONE)
    if rule.reasons:
        yield f"\n## {_EXAMINED}\n"
        for name, reason in rule.reasons.items():
            yield f"- `{name}`: {reason}"
    yield f"\n## {_SOURCE}\n\n{rule.source}"
    for basis in rule.basis:
        since = f", {basis.since}" if basis.since else ""
        yield f"\n- {basis.law}, {basis.article}{since}{_UNVERIFIED if basis.verify else ''}"
    yield f"\n## {_QUERY}\n\n```sql\n{rule.query.strip()}\n```"


def _fact(value: StrEnum | str | int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"`{part}`" for part in value)
    return word(value) if isinstance(value, StrEnum) else str(value)
