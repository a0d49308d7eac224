"""A proposal in the words of people, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import mark, text
from ironcage_audit.proposals.limits import DAY
from ironcage_audit.proposals.proposing import MINIMUM, TARGET

if TYPE_CHECKING:
    from fractions import Fraction

    from ironcage.clock import Micros
    from ironcage_audit.proposals.proposing import Declined, Group, Proposal, Proposals

_REASONS = {
    "few": mark("{value}: {overdue} overdue; at least {minimum} are asked for."),
    "like-others": mark("{value}: {overdue} overdue, not shown to be more often than other kinds at this step."),
    "no-limit": mark("{value}: {overdue} overdue, but the table of limits has no limit for it."),
    "behind": mark(
        "{value}: {overdue} overdue, and only {ended} of {all} are closed: work does not keep up with what arrives. "
        "That is a matter of capacity; a longer limit would only hide it."
    ),
    "longer-already": mark(
        "{value}: {overdue} overdue, though the usual limit would hold for {target}: the limits of single cases differ."
    ),
}
_SHOWN = 5


def tell(proposals: Proposals) -> list[str]:
    """Return the lines that say what is proposed, or why nothing is."""
    if proposals.proposal is not None:
        others = [text("Looked at before it and declined:")] if proposals.declined else []
        return [*_proposal(proposals.proposal), *others, *("  " + _reason(each) for each in proposals.declined)]
    if not proposals.declined:
        return [text("Nothing is proposed: no overdue finding belongs to a step whose limit stands in a table.")]
    lines = [text("Nothing is proposed; the findings do not carry it:")]
    lines += ["  " + _reason(declined) for declined in proposals.declined[:_SHOWN]]
    if len(proposals.declined) > _SHOWN:
        lines.append("  " + text("and {count} more kinds with fewer.", count=len(proposals.declined) - _SHOWN))
    return lines


def _proposal(proposal: Proposal) -> list[str]:
    group, figures = proposal.group, proposal.figures
    known = {
        "element": group.element,
        "field": group.field,
        "value": group.value,
        "overdue": figures.overdue,
        "with_deadline": figures.with_deadline,
        "ended": figures.ended,
        "still_open": figures.still_open,
        "limit": _days(proposal.limit),
        "proposed": _days(proposal.proposed),
        "now": _percent(proposal.kept_now),
        "then": _percent(proposal.kept_then),
        "file": proposal.file,
    }
    times = text(", ").join(
        text("{share} within {time}", share=_percent(share), time=_days(time) if time is not None else "-")
        for share, time in figures.times
    )
    return [
        text("Limit to look at: step {element}, {field} = {value}, now {limit}.", **known),
        text(
            "{overdue} of {with_deadline} with a deadline are overdue, more often than other kinds at this step. "
            "{ended} are closed and {still_open} open: work keeps up with what arrives; it is slow, not stuck.",
            **known,
        ),
        text(
            "Time taken, {ended} closed and {still_open} still open (counted as open, not left out): {times}.",
            **known,
            times=times,
        ),
        text("Within {limit}, {now} are closed; within {proposed}, {then} would be.", **known),
        text(
            "Before deciding: is it capacity that lacks? Is the limit set by law? A longer limit makes no work faster, "
            "and an overdue share that falls because the limit grew is no improvement."
        ),
        text("The change that would set it, in {file}:", **known),
        proposal.diff,
    ]


def _reason(declined: Declined) -> str:
    figures = declined.figures
    return text(
        _REASONS[declined.reason],
        value=declined.group.value,
        overdue=declined.overdue,
        minimum=MINIMUM,
        target=_percent(TARGET),
        ended=figures.ended if figures else "",
        all=figures.ended + figures.still_open if figures else "",
    )


def as_json(proposals: Proposals) -> dict[str, object]:
    """Return the proposals for programs; time spans in microseconds, shares as numbers from 0 to 1."""
    made = proposals.proposal
    return {
        "proposal": _as_json(made) if made else None,
        "declined": [
            {**_group(each.group), "overdue": each.overdue, "reason": each.reason, "sentence": _reason(each)}
            for each in proposals.declined
        ],
    }


def _as_json(proposal: Proposal) -> dict[str, object]:
    figures = proposal.figures
    return {
        **_group(proposal.group),
        "overdue": figures.overdue,
        "with_deadline": figures.with_deadline,
        "closed": figures.ended,
        "open": figures.still_open,
        "times": [{"share": float(share), "within_us": time} for share, time in figures.times],
        "file": proposal.file,
        "limit_us": proposal.limit,
        "proposed_us": proposal.proposed,
        "kept_now": round(float(proposal.kept_now), 4),
        "kept_then": round(float(proposal.kept_then), 4),
        "diff": proposal.diff,
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "process": group.process,
        "version": group.version,
        "element": group.element,
        "field": group.field,
        "value": group.value,
    }


def _days(span: Micros) -> str:
    return text("{days} days", days=f"{span / DAY:.1f}".removesuffix(".0"))


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:.0f} %"
