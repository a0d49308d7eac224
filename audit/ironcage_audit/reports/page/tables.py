"""The two tables everybody asks for first: overdue by unit, and what each rule did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.drawing import make as svg
from ironcage.messages import mark, text
from ironcage_audit.reports.page.markup import Child, code, make, name, section, table
from ironcage_audit.reports.words import number, percent
from ironcage_audit.rules import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from ironcage_audit.reports.report import Overdue, Report, RulePart
    from ironcage_audit.rules import Severity


def units(report: Report) -> _Element:
    """Return the chapter on deadlines by unit."""
    rows = [
        _unit(name(row.unit) if row.unit is not None else text("no unit named"), row.overdue) for row in report.units
    ]
    shown = table(
        text("Cases by unit"),
        [text("Unit"), text("Cases"), text("No deadline"), text("With deadline"), text("Overdue, open"),
         text("Overdue, closed"), text("Overdue"), text("Share"), ""],
        [*rows, _unit(text("All cases"), report.total)],
    )  # fmt: skip
    shown[0][-1][-1].set("class", "total")
    return section(
        "units",
        text("Deadlines by unit"),
        shown,
        make(
            "p",
            make("span", "", class_="key open"),
            text("overdue and still open"),
            "  ",
            make("span", "", class_="key closed"),
            text("closed after the deadline"),
            class_="remark",
        ),
        make("p", text(_COUNTING), class_="remark"),
    )


def _unit(called: Child, overdue: Overdue) -> Sequence[Child]:
    return [
        called,
        number(overdue.cases),
        number(overdue.without_deadline),
        number(overdue.with_deadline),
        number(overdue.overdue_open),
        number(overdue.overdue_closed),
        number(overdue.overdue),
        percent(overdue.share),
        _bar(overdue),
    ]


def _bar(overdue: Overdue) -> _Element:
    """Draw the share of overdue cases among those with a deadline."""
    whole = overdue.with_deadline or 1
    open_, closed = (round(1000 * count / whole) for count in (overdue.overdue_open, overdue.overdue_closed))
    parts = ((0, 1000, "ground"), (0, open_, "open"), (open_, closed, "closed"))
    return svg(
        "svg",
        *(svg("rect", x=x, width=width, height=100, class_=class_) for x, width, class_ in parts),
        viewBox="0 0 1000 100",
        preserveAspectRatio="none",
        class_="bar",
        aria_hidden="true",
    )


def level(severity: Severity) -> _Element:
    """Return the mark of a severity: its colour, and its name for those who do not see it."""
    return make("span", word(severity), class_=f"level {severity.value}")


def rules(report: Report) -> _Element:
    """Return the chapter on the rules."""
    heads = [text("Rule"), text("Id and version"), text("Severity"), text("Axis"), text("Maturity"), text("Examined"),
             text("Not examined"), text("Findings"), text("New")]  # fmt: skip
    return section(
        "rules",
        text("Rules"),
        table(text("What each rule did"), heads, [list(_rule(part)) for part in report.rules], texts=5),
        make("p", text(_CASES_COUNTED), class_="remark"),
    )


def _rule(part: RulePart) -> Iterator[Child]:
    result = part.result
    rule = result.rule
    yield make("a", str(rule.title), href=f"#rule-{rule.id}")
    yield code(f"{rule.id} {rule.version}")
    yield level(rule.severity)
    yield word(rule.axis)
    yield word(rule.maturity)
    yield number(result.examined)
    yield number(sum(each.cases for each in result.not_examined))
    yield text("failed") if result.failed else number(len(part.findings))
    yield number(sum(each.finding.is_new for each in part.findings))


_COUNTING = mark(
    "A case counts once in each unit that was offered work in it, and once under all cases. Overdue: work completed "
    "after its deadline, or still open after it. The share is that of the cases with a deadline."
)
_CASES_COUNTED = mark(
    "Examined and not examined count cases; one that was examined in part counts on both sides. "
    "New: not found by any earlier run of the audit on this database."
)
