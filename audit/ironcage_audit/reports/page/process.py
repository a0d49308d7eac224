"""A process with what happened in it: its drawing under heat and badges, its steps in numbers, its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.bpmn.drawing import Badge, Overlay, picture, sketch
from ironcage.messages import language, mark, text
from ironcage_audit.reports.page.markup import Child, code, make, name, section, table
from ironcage_audit.reports.report import gravity
from ironcage_audit.reports.words import NOTHING, harmless, moment, number, percent, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from ironcage_audit.reports.report import ElementRow, ProcessPart, Report
    from ironcage_audit.rules import Severity

_COLOURS = {"red": "#b3261e", "orange": "#b85c00", "yellow": "#8a6d00", "blue": "#2459a8"}
_FAINTEST = 0.25


def process(report: Report, nth: int) -> _Element:
    """Return the chapter on the *nth* process."""
    part = report.processes[nth]
    return section(
        f"process-{nth + 1}",
        text("Process: {title}", title=part.title),
        *_drawing(report, part),
        _elements(part),
        make("p", text(_MEDIAN), class_="remark"),
        *_versions(report, part),
    )


def _drawing(report: Report, part: ProcessPart) -> Iterator[_Element]:
    drawn = sketch(part.model, language()) if part.model else None
    if drawn is None or not drawn.shapes:
        yield make("p", text(_NOT_DEPLOYED) if part.model is None else text(_NO_DRAWING), class_="remark")
        return
    caption = text("The steps of {title}, with heat and findings", title=part.title)
    figure = picture(drawn, _overlay(report, part), harmless(caption))
    yield make(
        "figure",
        make("div", etree.fromstring(figure), class_="drawing"),
        make(
            "figcaption",
            text("Overdue share of executions: 0 %"),
            make("span", "", class_="heat"),
            text("100 %. Badges: findings of a rule at the step, coloured by severity; they lead to the list."),
        ),
    )


def _overlay(report: Report, part: ProcessPart) -> Overlay:
    return Overlay(
        heat={row.element: _FAINTEST + (1 - _FAINTEST) * float(row.share) for row in part.elements if row.share},
        badges=_badges(report, part),
        notes={row.element: _note(row) for row in part.elements},
    )


def _note(row: ElementRow) -> str:
    times = text("{count}×", count=number(row.executions))
    return f"{times} · {span(row.median_us)}" if row.median_us else times


def _badges(report: Report, part: ProcessPart) -> dict[str, tuple[Badge, ...]]:
    counts: dict[str, dict[tuple[Severity, str, str], int]] = {}
    for of_rule in report.rules:
        rule = of_rule.result.rule
        for each in of_rule.findings:
            if each.finding.element and each.finding.case.startswith(f"{part.key}/"):
                at = counts.setdefault(each.finding.element, {})
                key = (rule.severity, rule.id, str(rule.title))
                at[key] = at.get(key, 0) + 1
    return {
        element: tuple(
            Badge(number(count), _COLOURS[severity.value], harmless(f"{title}: {number(count)}"), f"#rule-{id_}")
            for (severity, id_, title), count in sorted(found.items(), key=lambda item: -gravity(item[0][0]))
        )
        for element, found in counts.items()
    }


def _elements(part: ProcessPart) -> _Element:
    heads = [text("Step"), text("Id"), text("Executions"), text("Open"), text("Median duration"), text("With deadline"),
             text("Overdue"), text("Share")]  # fmt: skip
    return table(text("Steps"), heads, [_element(row) for row in part.elements], texts=2)


def _element(row: ElementRow) -> Sequence[Child]:
    return [
        name(str(row.name)),
        code(row.element),
        number(row.executions),
        number(row.open),
        _median(row),
        number(row.with_deadline),
        number(row.overdue),
        percent(row.share),
    ]


def _median(row: ElementRow) -> str:
    if not row.timed:
        return NOTHING
    return text("not reached") if row.median_us is None else span(row.median_us)


def _versions(report: Report, part: ProcessPart) -> Iterator[_Element]:
    if part.versions:
        yield table(
            text("Versions of the definition"),
            [text("Version"), text("Digest of its files (SHA-256)"), text("Deployed"), text("Cases")],
            [
                [
                    number(each.number),
                    make("span", each.digest, class_="digest"),
                    moment(each.deployed_us, report.zone),
                    number(each.cases),
                ]
                for each in part.versions
            ],
            texts=3,
        )
        imported = part.cases - sum(each.cases for each in part.versions)
        if imported:
            yield make("p", text(_UNVERSIONED, count=number(imported)), class_="remark")


_MEDIAN = mark(
    "Median duration: from offer to completion, counted around the clock; executions still open count for as long as "
    "they have been seen (Kaplan-Meier), so that leaving out the slow ones cannot make a step look fast. "
    "Not reached: fewer than half are over."
)
_NOT_DEPLOYED = mark(
    "The process is not deployed in this database, so there is no drawing; the names are those of the log."
)
_NO_DRAWING = mark("The model holds no drawing.")
_UNVERSIONED = mark("{count} cases come from a log that names no version; they are shown on the version above.")
