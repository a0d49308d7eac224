"""The first page: what was looked at, the figures that matter, and how to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import mark, text
from ironcage_audit.reports.page.markup import Child, make, name, pairs
from ironcage_audit.reports.page.tables import level
from ironcage_audit.reports.words import LEFT_OUT, moment, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from ironcage_audit.reports.report import Report


def title(report: Report) -> str:
    """Return what the document is called."""
    titles = text(", ").join(str(process.title) for process in report.processes)
    return text("Risk report: {titles}", titles=titles) if titles else text("Risk report")


def cover(report: Report, contents: _Element) -> _Element:
    """Return the head of the page."""
    titles = [str(process.title) for process in report.processes]
    return make(
        "header",
        make("p", text("Audit of recorded cases"), class_="kicker"),
        make("h1", text("Risk report")),
        make("p", *_joined(titles), class_="titles"),
        *_damage(report),
        make("p", make("strong", text("Leads, not conclusions.")), text(_READING), class_="lead"),
        _figures(report),
        make("p", _sentence(report)),
        *_levels(report),
        pairs(_scope(report)),
        contents,
    )


def _joined(names: list[str]) -> Iterator[Child]:
    for nth, each in enumerate(names):
        if nth:
            yield " · "
        yield name(each)


def _damage(report: Report) -> Iterator[_Element]:
    problems = report.record.problems
    if problems:
        yield make(
            "div",
            make("strong", text("The record is damaged. Nothing below can be relied on.")),
            make("ul", *(make("li", str(problem)) for problem in problems[:_PROBLEMS])),
            *(
                [text("and {count} more; see ironcage verify.", count=number(len(problems) - _PROBLEMS))]
                if len(problems) > _PROBLEMS
                else []
            ),
            class_="lead damage",
        )


def _figures(report: Report) -> _Element:
    total = report.total
    figures = [
        (text("cases"), report.record.watermark.cases, ""),
        (text("still open"), report.record.open, ""),
        (text("with a deadline"), total.with_deadline, ""),
        (text("overdue"), total.overdue, _grave_if(total.overdue)),
        (text("of these still open"), total.overdue_open, _grave_if(total.overdue_open)),
        (text("findings"), sum(report.by_severity().values()), ""),
    ]
    return make(
        "dl",
        *(make("div", make("dt", term), make("dd", number(count)), class_=class_) for term, count, class_ in figures),
        class_="figures",
    )


def _grave_if(count: int) -> str:
    return "grave" if count else ""


def _sentence(report: Report) -> str:
    total = report.total
    return text(
        "Of {with_deadline} cases with a deadline, {overdue} are overdue ({share}). {without} cases have no deadline, "
        "which is not the same as on time.",
        with_deadline=number(total.with_deadline),
        overdue=number(total.overdue),
        share=percent(total.share),
        without=number(total.without_deadline),
    )


def _levels(report: Report) -> Iterator[_Element]:
    levels = report.by_severity()
    if levels:
        marks = (each for severity, count in levels.items() for each in (level(severity), f" {number(count)}\u2003"))
        yield make("p", text("Findings by severity"), "\u2003", *marks)


def _scope(report: Report) -> Iterator[tuple[str, Child]]:
    record = report.record
    seen = record.watermark
    yield text("As of"), moment(seen.as_of_us, report.zone)
    yield (
        text("Period of the record"),
        text("{first} to {last}", first=moment(seen.first_us, report.zone), last=moment(record.last_us, report.zone)),
    )
    yield text("Time zone"), text("{zone}; every instant is given with its offset from UTC", zone=report.zone)
    if record.source:
        yield text("Source of the record"), name(str(record.source))
    yield (
        text("Origin of the cases"),
        text(
            "{engine} ran on this engine, {imported} were taken in from a log",
            engine=number(seen.cases - record.imported),
            imported=number(record.imported),
        ),
    )
    if seen.left_out:
        yield text("Archived"), text(LEFT_OUT, count=number(seen.left_out))
    yield text("Events read"), number(seen.events)
    yield text("Digest of the events read"), make("span", seen.digest, class_="digest")
    yield text("Chain of the record"), text("damaged") if record.problems else text("verified, whole")
    yield (
        text("Rules"),
        text(
            "{count} rules, {failed} failed; versions and parameters stand with each rule",
            count=number(len(report.rules)),
            failed=number(sum(part.result.failed is not None for part in report.rules)),
        ),
    )
    if report.generated_us is not None:
        yield text("Made"), moment(report.generated_us, report.zone)


_PROBLEMS = 10
_READING = mark(
    "Each finding says what a rule saw in the record. Whether somebody is to blame is for people to judge, after those "
    "concerned have been heard; known causes of false alarm stand with each rule."
)
