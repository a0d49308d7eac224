"""The last chapters: what was not examined, what is proposed, how to check all of this without us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.messages import mark, text
from ironcage_audit import proposals
from ironcage_audit.reports.page.markup import Child, code, make, section, table
from ironcage_audit.reports.words import moment, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from ironcage_audit.reports.report import Report, RulePart


def unexamined(report: Report) -> _Element:
    """Return the chapter on what the rules could say nothing about."""
    rows = [row for part in report.rules for row in _reasons(part)]
    rows += [[code(each.plugin), text("plugin cannot be used"), "", each.why] for each in report.broken]
    heads = [text("Rule"), text("State"), text("Cases"), text("Because")]
    shown = table(text("Not examined, and why"), heads, rows, texts=4) if rows else make("p", text("Nothing."))
    return section("unexamined", text("What was not examined"), make("p", text(_NEVER_CLEAN)), shown)


def _reasons(part: RulePart) -> Iterator[Sequence[Child]]:
    rule = part.result.rule.id
    if part.result.failed:
        yield [code(rule), text("failed"), "", part.result.failed]
    for each in part.result.not_examined:
        yield [code(rule), text("not examined"), number(each.cases), str(each.why)]


def proposal(report: Report) -> _Element:
    """Return the chapter on what the findings lead to."""
    said = [] if report.proposals is None else proposals.tell(report.proposals)
    shown = [make("pre" if "\n" in line else "p", line.strip()) for line in said]
    return section("proposal", text("Proposal"), *(shown or [make("p", text("None was asked for."))]))


def method(report: Report) -> _Element:
    """Return the chapter on how to check the report."""
    as_of = instant(report.as_of_us).strftime("%Y-%m-%dT%H:%M:%SZ")
    steps = [
        (mark("The chain of every case, with our command:"), "ironcage verify"),
        (mark("The same against a seal kept elsewhere:"), "ironcage verify --seal SEAL.json"),
        (mark("The same without us, with the page of Python in docs/reference:"), "python3 verify_record.py DATABASE"),
        (
            mark("The findings again; the same record gives the same fingerprints:"),
            f"ironcage audit --as-of {as_of} --json",
        ),
        (mark("The condition of a rule, with its query, to run by hand:"), "ironcage rule explain RULE"),
    ]
    parts = [part for said, command in steps for part in (make("p", text(said)), make("pre", command))]
    return section("method", text("How to check this report"), *parts)


def footer(report: Report) -> _Element:
    """Return the foot of the page."""
    return make(
        "footer",
        make("p", text(_DISCLAIMER)),
        make("p", text("Ironcage · as of {instant}", instant=moment(report.as_of_us, report.zone))),
    )


_NEVER_CLEAN = mark("Where a rule could not look, nothing was found and nothing was ruled out.")
_DISCLAIMER = mark(
    "This report was computed from a record. It decides nothing: it makes no finding of fact, fault or misconduct, and "
    "no measure follows from it by itself."
)
