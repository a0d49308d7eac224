"""The findings, rule by rule: the condition in plain words, then the most serious ones with their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import mark, text
from ironcage.record.words import happened
from ironcage_audit.reports.page.markup import Child, code, make, name, pairs, section, table
from ironcage_audit.reports.page.tables import level
from ironcage_audit.reports.words import NOTHING, gist, measures, moment, number
from ironcage_audit.rules import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from ironcage_audit.reports.report import EvidenceEvent, FindingPart, Report, RulePart
    from ironcage_audit.rules import Basis

SHOWN = 50
"""Findings of one rule that the page shows; all of them stand in the JSON file."""
_EVENTS = 12
_DIGEST = 16


def findings(report: Report) -> _Element:
    """Return the chapter on the findings."""
    parts = [_rule(report, part) for part in report.rules if not part.result.failed]
    return section("findings", text("Findings"), make("p", text(_LISTED, shown=SHOWN), class_="remark"), *parts)


def _rule(report: Report, part: RulePart) -> _Element:
    rule = part.result.rule
    shown = part.findings[:SHOWN]
    return make(
        "article",
        make("h3", str(rule.title), code(rule.id), level(rule.severity), id=f"rule-{rule.id}"),
        make("p", str(rule.what)),
        make("details", make("summary", text("Why, false alarms, remedy, basis")), _about(part), class_="about"),
        make("p", make("strong", _count(part))),
        *([_names()] if shown else []),
        *(_finding(report, each) for each in shown),
        class_="rule",
    )


def _count(part: RulePart) -> str:
    count, without = len(part.findings), sum(each.cases for each in part.result.not_examined)
    found = text("No finding.") if not count else text("{count} findings.", count=number(count))
    if count > SHOWN:
        found = text("{count} findings; the first {shown} are shown.", count=number(count), shown=SHOWN)
    left_out = text("Not examined: {count} cases.", count=number(without)) if without else ""
    return f"{found} {left_out}".rstrip()


def _about(part: RulePart) -> _Element:
    rule = part.result.rule
    rows: list[tuple[str, Child]] = [
        (text("Why it matters"), str(rule.why)),
        (text("Evidence"), str(rule.evidence)),
        (text("Known false alarms"), str(rule.mistakes)),
        (text("Remedy"), str(rule.remedy)),
        (text("Source"), str(rule.source)),
        (text("Legal basis"), text("; ").join(map(_basis, rule.basis)) or text("none named")),
        (text("Parameters"), _parameters(part) or text("none")),
        (text("Reply within"), text("{days} calendar days", days=rule.reply_days)),
    ]
    return pairs(rows)


def _basis(basis: Basis) -> str:
    since = f" ({basis.since})" if basis.since else ""
    unverified = " " + text("[not yet verified by a lawyer]") if basis.verify else ""
    return f"{basis.law} {basis.article}{since}{unverified}"


def _parameters(part: RulePart) -> str:
    known = {each.name: each for each in part.result.rule.parameters}
    return text("; ").join(
        text("{what}: {value} ({unit})", what=known[name].what, value=value, unit=word(known[name].unit))
        for name, value in part.result.parameters.items()
    )


def _names() -> _Element:
    heads = ("", text("Case or subject"), text("Step"), text("Unit"), text("Measured"))
    return make("div", *(make("span", head) for head in heads), class_="names", aria_hidden="true")


def _finding(report: Report, part: FindingPart) -> _Element:
    finding = part.finding
    return make(
        "details",
        make(
            "summary",
            name(finding.subject),
            name(_step(report, part)),
            name(_unit(part)),
            make("span", gist(finding, report.zone)),
        ),
        make("div", *_detail(report, part), class_="detail"),
        id=f"finding-{finding.fingerprint[:_DIGEST]}",
    )


def _step(report: Report, part: FindingPart) -> str:
    element = part.finding.element
    if element is None:
        return NOTHING
    key = part.finding.case.partition("/")[0]
    rows = (row for process in report.processes if process.key == key for row in process.elements)
    return next((str(row.name) for row in rows if row.element == element), element)


def _unit(part: FindingPart) -> str:
    return next((event.unit for event in reversed(part.events) if event.unit), NOTHING)


def _detail(report: Report, part: FindingPart) -> Iterator[_Element]:
    finding = part.finding
    rows: list[tuple[str, Child]] = [(text("Case") if part.facts else text("First case"), name(finding.case))]
    rows += [(label, name(value)) for label, value in measures(dict(finding.measured), report.as_of_us, report.zone)]
    rows += [(_field(report, part, key), name(value)) for key, value in part.facts.items()]
    rows += [
        (text("Definition"), code(finding.definition or NOTHING)),
        (text("Rule"), code(f"{finding.rule} {finding.rule_version}")),
        (text("Fingerprint"), make("span", finding.fingerprint, class_="digest")),
    ]
    yield pairs(rows)
    heads = [text("Event"), text("What happened"), text("When"), text("Deadline it set"), text("By"), text("Digest")]
    yield table(text("Evidence"), heads, [_event(report, each) for each in part.events[:_EVENTS]], texts=len(heads))
    if len(part.events) > _EVENTS:
        more = number(len(part.events) - _EVENTS)
        yield make("p", text("and {count} more events, in the JSON file", count=more), class_="remark")


def _field(report: Report, part: FindingPart, key: str) -> str:
    process = part.finding.case.partition("/")[0]
    fields = next((each.fields for each in report.processes if each.key == process), {})
    return str(fields[key]) if key in fields else key


def _event(report: Report, event: EvidenceEvent) -> Sequence[Child]:
    by = " · ".join(each for each in (event.actor, event.role, event.unit) if each)
    return [
        code(f"{event.case} #{event.seq}"),
        happened(event.kind, event.transition),
        moment(event.happened_us, report.zone),
        moment(event.due_us, report.zone),
        name(by or NOTHING),
        make("span", event.digest[:_DIGEST] + "…", class_="digest"),
    ]


_LISTED = mark(
    "For each rule the {shown} most serious findings: the longest overrun first, then those with most evidence. "
    "The whole list is in report.json beside this file."
)
