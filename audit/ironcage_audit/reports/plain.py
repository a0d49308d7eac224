"""A report as text for a terminal or a mail: the numbers, the most serious leads, what was not examined."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ironcage import messages
from ironcage.messages import mark
from ironcage_audit import proposals
from ironcage_audit.reports.words import LEFT_OUT, NOTHING, gist, harmless, moment, number, percent
from ironcage_audit.rules import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage_audit.reports.report import FindingPart, Report, RulePart

LEADS = mark("Findings are leads to be explained by those concerned, not conclusions.")
_SHOWN = 5
_OF_UNIT = (
    mark("Unit"),
    mark("Cases"),
    mark("With deadline"),
    mark("Overdue, open"),
    mark("Overdue, closed"),
    mark("Overdue"),
    mark("Share"),
)
_OF_RULE = (mark("Rule"), mark("Title"), mark("Severity"), mark("Examined"), mark("Findings"), mark("New"))


def text(report: Report) -> str:
    """Return the report in the language in force, at most a few pages; everything is in ``to_json``."""
    parts = (_head, _units, _rules, _leads, _unexamined, _proposals)
    return "\n".join(_one_line(line) for part in parts for line in part(report)) + "\n"


def _head(report: Report) -> Iterator[str]:
    seen, total = report.record.watermark, report.total
    titles = messages.text(", ").join(str(process.title) for process in report.processes)
    yield messages.text("Risk report: {titles}", titles=titles)
    yield messages.text("As of {instant} ({zone})", instant=moment(seen.as_of_us, report.zone), zone=report.zone)
    if report.record.problems:
        yield messages.text(
            "The record is damaged in {count} places; see ironcage verify.", count=len(report.record.problems)
        )
    yield messages.text(
        "{cases} cases: {open} open, {closed} closed; {events} events",
        cases=number(seen.cases),
        open=number(report.record.open),
        closed=number(report.record.closed),
        events=number(seen.events),
    )
    if seen.left_out:
        yield messages.text(LEFT_OUT, count=number(seen.left_out))
    yield messages.text(
        "{with_deadline} cases have a deadline, {overdue} of them are overdue ({share}): {open} still open, "
        "{closed} closed late",
        with_deadline=number(total.with_deadline),
        overdue=number(total.overdue),
        share=percent(total.share),
        open=number(total.overdue_open),
        closed=number(total.overdue_closed),
    )
    yield messages.text(
        "{count} cases have no deadline, which is not the same as on time", count=number(total.without_deadline)
    )


def _units(report: Report) -> Iterator[str]:
    rows = [
        (
            messages.text("no unit named") if row.unit is None else row.unit,
            number(row.overdue.cases),
            number(row.overdue.with_deadline),
            number(row.overdue.overdue_open),
            number(row.overdue.overdue_closed),
            number(row.overdue.overdue),
            percent(row.overdue.share),
        )
        for row in report.units
    ]
    yield ""
    yield messages.text("Overdue by unit")
    yield from _table([tuple(map(messages.text, _OF_UNIT)), *rows])


def _rules(report: Report) -> Iterator[str]:
    rows = [
        (
            part.result.rule.id,
            str(part.result.rule.title),
            word(part.result.rule.severity),
            number(part.result.examined),
            messages.text("failed") if part.result.failed else number(len(part.findings)),
            number(sum(each.finding.is_new for each in part.findings)),
        )
        for part in report.rules
    ]
    yield ""
    yield messages.text("Findings by rule")
    yield from _table([tuple(map(messages.text, _OF_RULE)), *rows], texts=3)


def _leads(report: Report) -> Iterator[str]:
    yield ""
    yield messages.text(LEADS)
    for part in report.rules:
        if part.findings:
            yield f"{part.result.rule.id} {part.result.rule.title}"
            yield from ("  " + _lead(each, report.zone) for each in part.findings[:_SHOWN])
            if len(part.findings) > _SHOWN:
                yield "  " + messages.text("and {count} more", count=number(len(part.findings) - _SHOWN))


def _lead(part: FindingPart, zone: str) -> str:
    finding = part.finding
    unit = next((event.unit for event in reversed(part.events) if event.unit), "")
    said = (finding.subject, finding.element or "", unit, gist(finding, zone), finding.fingerprint[:12])
    return "  ".join(each for each in said if each)


def _unexamined(report: Report) -> Iterator[str]:
    yield ""
    yield messages.text("What was not examined")
    found = [line for part in report.rules for line in _reasons(part)]
    found += [f"  {each.plugin}: {each.why}" for each in report.broken]
    yield from found or ["  " + NOTHING]


def _reasons(part: RulePart) -> Iterator[str]:
    rule = part.result.rule.id
    if part.result.failed:
        yield "  " + messages.text("{rule}: failed: {why}", rule=rule, why=part.result.failed)
    for each in part.result.not_examined:
        yield "  " + messages.text(
            "{rule}: {cases} cases, because: {why}", rule=rule, cases=number(each.cases), why=each.why
        )


def _proposals(report: Report) -> Iterator[str]:
    if report.proposals is not None:
        yield ""
        yield messages.text("Proposal")
        yield from ("  " + line for said in proposals.tell(report.proposals) for line in said.splitlines())


def _table(rows: Sequence[tuple[str, ...]], texts: int = 1) -> Iterator[str]:
    """Yield *rows* in columns, the first *texts* of them to the left, the others to the right."""
    rows = [tuple(_one_line(cell) for cell in row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells: list[str] = []
        for nth, (cell, width) in enumerate(zip(row, widths, strict=True)):
            room = " " * (width - _width(cell))
            cells.append(cell + room if nth < texts else room + cell)
        yield "  " + "  ".join(cells).rstrip()


def _one_line(written: str) -> str:
    """Return *written* without what could steer a terminal or pass for a line of ours."""
    return harmless(" ".join(written.split("\n")))


def _width(written: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in written)
