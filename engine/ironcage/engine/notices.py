"""What webhooks are told of cases: a row for each notice in the step's transaction, told afterwards at least once.

Where the site has no webhook, nothing of this costs a step anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.engine.incidents import described
from ironcage.engine.leases import LEASE, PAUSES, pause
from ironcage.engine.refusals import AttemptLostError, UnknownWebhookError
from ironcage.hooks import GiveUpError
from ironcage.machine import Closed, Ended, EntryKind, Opened, Transition, WaitKind
from ironcage.outside import deliver, plain_json
from ironcage.record import subject_of
from ironcage.store import StoredNotice, new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.machine import Step
    from ironcage.program import Program
    from ironcage.settings import Site
    from ironcage.store import StoredCase, Work
    from ironcage.values import Context

_SAID = tuple[str, "Context"]
"""What a webhook can be told of, and what is said beside the case."""


def tell_step(work: Work, site: Site, case: StoredCase, program: Program, step: Step, now: Micros) -> None:
    """Add the notices of what *step* did, which led to *case* as it is now."""
    name = subject_of(case.process, case.key)
    variables = _variables(step)
    for occasion, said in _happened(name, case, program, step):
        _tell(work, site, (case.part, case.id, name), occasion, said, variables, now)


def tell_incident(
    work: Work, site: Site, part: int, case: bytes, element: str | None, error: Exception, now: Micros
) -> None:
    """Add the notices of something in the case that is stopped; what the error says may quote data and is not told."""
    if not any("incident" in webhook.occasions for webhook in site.webhooks.values()):
        return
    name = work.name_of(part, case)
    said: Context = {"element": element, "reason": type(error).__name__}
    _tell(work, site, (part, case, name), "incident", said, {}, now)


def _tell(
    work: Work, site: Site, of: tuple[int, bytes, str], occasion: str, said: Context, variables: Context, now: Micros
) -> None:
    part, case, name = of
    process = name.partition("/")[0]
    for webhook in site.webhooks.values():
        if not webhook.is_told(occasion, process):
            continue
        identity = new_id(part, now)
        body: Context = {
            "id": identity.hex(), "event": occasion, "at": instant(now), "process": process, "case": name, **said
        }  # fmt: skip
        if webhook.variables:
            body["variables"] = {each: variables.get(each) for each in webhook.variables}
        written = plain_json(body).encode()
        work.notices.add(StoredNotice(part, case, identity, webhook.name, occasion, written, 0, now, None))


def _happened(name: str, case: StoredCase, program: Program, step: Step) -> Iterator[_SAID]:
    for entry in step.records:
        if entry.kind is EntryKind.CASE and entry.transition is Transition.START:
            yield "case.opened", {}
        elif entry.kind is EntryKind.DEADLINE and entry.transition is Transition.MISSED:
            due: Context = {"due_at": None if entry.due is None else instant(entry.due)}
            if entry.element < 0:
                yield "case.overdue", due
            else:
                yield "task.overdue", {"element": program.nodes[entry.element].id, **due}
    for effect in step.effects:
        match effect:
            case Opened(kind=WaitKind.TASK):
                yield (
                    "task.offered",
                    {
                        "task": f"{name}/{effect.wait}",
                        "element": program.nodes[effect.node].id,
                        "role": effect.role,
                        "unit": effect.unit,
                        "due_at": None if effect.due is None else instant(effect.due),
                    },
                )
            case Closed(kind=WaitKind.TASK, withdrawn=False):
                yield "task.completed", {"task": f"{name}/{effect.wait}"}
            case _:
                pass
    if case.closed is not None:
        yield "case.closed", {"status": case.status}


def _variables(step: Step) -> Context:
    """Return the variables of the case itself, those it ended with once it is over."""
    for effect in step.effects:
        if isinstance(effect, Ended):
            return effect.data
    scopes = step.state.scopes
    return dict(scopes[min(scopes)].variables) if scopes else {}


def claim_notice(work: Work, site: Site, now: Micros) -> StoredNotice | None:
    """Take the notice that has waited longest, for the time of a lease; None where none is due.

    One that cannot be told is stopped instead: its webhook is gone, or it was lost as often as it may be tried.
    """
    while notice := work.notices.due(now):
        if notice.webhook not in site.webhooks:
            work.notices.move(_stopped(notice, UnknownWebhookError(webhook=notice.webhook)), notice.attempts)
        elif notice.attempts > len(PAUSES):
            work.notices.move(_stopped(notice, AttemptLostError()), notice.attempts)
        else:
            taken = notice._replace(attempts=notice.attempts + 1, run=now + LEASE)
            if work.notices.move(taken, notice.attempts):
                return taken
    return None


def tell(site: Site, notice: StoredNotice, now: Micros) -> None:
    """Tell the webhook what *notice* says; no transaction is open."""
    deliver(site.webhooks[notice.webhook], notice.id.hex(), notice.body, now)


def put_off(work: Work, notice: StoredNotice, error: Exception, now: Micros) -> None:
    """Let the notice rest after it could not be told, or stop it for good."""
    if isinstance(error, GiveUpError) or notice.attempts > len(PAUSES):
        work.notices.move(_stopped(notice, error), notice.attempts)
    else:
        rests = pause(notice.id.hex(), notice.attempts)
        work.notices.move(notice._replace(run=now + rests), notice.attempts)


def restart_notices(work: Work, case: StoredCase, now: Micros) -> int:
    """Let the stopped notices of *case* be told again, as often as at first; return how many there are."""
    stopped = [notice for notice in work.notices.of(case.part, case.id) if notice.incident is not None]
    for notice in stopped:
        work.notices.move(notice._replace(attempts=0, run=now, incident=None), notice.attempts)
    return len(stopped)


def erase_notices(work: Work, case: StoredCase) -> None:
    """Take the variables out of what is still to be told of *case*."""
    for notice in work.notices.of(case.part, case.id):
        said = json.loads(notice.body)
        if said.pop("variables", None) is not None:
            work.notices.reword(notice, json.dumps(said, ensure_ascii=False).encode())


def _stopped(notice: StoredNotice, error: Exception) -> StoredNotice:
    return notice._replace(run=None, incident=described(error))
