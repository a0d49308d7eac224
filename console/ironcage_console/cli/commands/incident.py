"""``ironcage incident list|show|retry|resolve|dismiss``: what is stopped until somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import case_data, opened_engine
from ironcage_console.cli.showing import incident_document, jsonable
from ironcage_console.cli.verb import declare_verb

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.engine import AttemptView, Engine, IncidentView
    from ironcage_console.cli.output import Output


class CaseMissingError(UsageError):
    """``retry`` or ``dismiss`` was asked for without a case."""

    message = mark("Say what is meant, as the list names it: ironcage incident {verb} PROCESS/K")


class JobMissingError(UsageError):
    """``resolve`` was asked for without a job."""

    message = mark(
        "Name the job that is done by hand, as ironcage incident show tells it: ironcage incident resolve "
        "PROCESS/K/NUMBER --data JSON --reason TEXT --actor A"
    )


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = ["list", "show", "retry", "resolve", "dismiss"]
    declare_verb(parser, verbs, text("what to do with the incidents"))
    parser.add_argument(
        "name", nargs="?", metavar="PROCESS/K", help=text("as the list names it; for resolve, a job, as show names it")
    )
    parser.add_argument("--data", metavar="JSON", help=text("what the work brings to the case, a JSON object"))
    parser.add_argument("--reason", metavar="TEXT", default="", help=text("why it is done by hand; it is recorded"))
    parser.add_argument("--actor", metavar="A", default="", help=text("who does it"))


def run(arguments: Namespace, output: Output) -> int:
    """List or show the incidents, let what is stopped go on, do a job by hand, or give up what nobody received."""
    with opened_engine(arguments) as engine:
        name = _mend(engine, arguments)
        incidents = [each for each in engine.incidents() if name in (None, each.case, each.job)]
        if arguments.verb == "show":
            _show(engine, incidents, output)
            return 0
    if incidents:
        output.table(
            [text("case"), text("element"), text("reason")],
            [(incident.case, incident.element, incident.reason) for incident in incidents],
        )
        output.say(text(_NEXT))
    elif name is None:
        output.say(text("Nothing is stopped."))
    else:
        output.say(text("{name}: nothing is stopped.", name=name))
    output.data(list(map(incident_document, incidents)))
    return 0


def _mend(engine: Engine, arguments: Namespace) -> str | None:
    """Do what is asked; return the name of what is shown then, None for everything."""
    name: str | None = arguments.name
    verb = arguments.verb
    if verb in ("list", "show"):
        return name
    if name is None:
        raise JobMissingError if verb == "resolve" else CaseMissingError(verb=verb)
    if verb == "retry":
        engine.retry(name)
    elif verb == "dismiss":
        engine.dismiss(name)
    else:
        engine.resolve_job(name, case_data(arguments.data), reason=arguments.reason, actor=arguments.actor)
        return name.rpartition("/")[0]
    return name


def _show(engine: Engine, incidents: list[IncidentView], output: Output) -> None:
    documents: list[dict[str, object]] = []
    for incident in incidents:
        attempts = engine.attempts(incident.job) if incident.job else []
        documents.append({**incident_document(incident), "attempts": jsonable(attempts)})
        output.say(
            text("{what} ({element}): {reason}", what=incident.job or incident.case, element=incident.element or "-",
                 reason=incident.reason)
        )  # fmt: skip
        for attempt in attempts:
            output.say(f"  {_told(attempt)}")
    output.data(documents)


def _told(attempt: AttemptView) -> str:
    said = text(
        "attempt {attempt} by {worker}, {began}: {outcome}",
        attempt=attempt.attempt,
        worker=attempt.worker or text("the engine"),
        began=attempt.began_at.isoformat(" ", "seconds"),
        outcome=text(_OUTCOMES[attempt.outcome]),
    )
    return text("{attempt}: {error}", attempt=said, error=attempt.error) if attempt.error else said


_NEXT = mark(
    "More about each: ironcage incident show NAME. Once the reason is mended: ironcage incident retry NAME. A message "
    "that nobody will wait for: ironcage incident dismiss NAME. A job that somebody does by hand: ironcage incident "
    "resolve."
)
_OUTCOMES = {
    None: mark("under way"),
    "done": mark("done"),
    "thrown": mark("ended in an error of the model"),
    "failed": mark("failed"),
    "lost": mark("never came back"),
    "withdrawn": mark("withdrawn"),
}
