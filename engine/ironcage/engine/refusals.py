"""Why a command is refused. Whatever is refused here has changed nothing and recorded nothing."""

from __future__ import annotations

from ironcage.errors import NotFoundError, RefusedError, UsageError, Ways
from ironcage.machine import StepError
from ironcage.messages import mark

_PERSON = Ways(command=mark("Option: --actor A"), request=mark("Field of the request: actor"))
_REASON = Ways(command=mark("Option: --reason TEXT"), request=mark("Field of the request: reason"))
_CASE = Ways(command=mark("Option: --to PROCESS/K"), request=mark("Field of the request: to"))


class UnknownProcessError(NotFoundError):
    """No version of the process is deployed."""

    message = mark("No process {process} is deployed.")
    ways = Ways(command=mark("Deploy it with: ironcage deploy FOLDER"))


class UnknownVersionError(NotFoundError):
    """The process has no such version."""

    message = mark("Version {version} of {process} is not deployed.")


class CallOfNothingError(NotFoundError):
    """What a call activity calls is not deployed."""

    message = mark("The call activity {element} can call nothing. {why}")


class UnknownCaseError(NotFoundError):
    """There is no such case."""

    message = mark("There is no case {case}. A case is named PROCESS/KEY.")


class UnknownTaskError(NotFoundError):
    """There is no such task, and never was."""

    message = mark("There is no task {task}. A task is named PROCESS/KEY/NUMBER, as the list of tasks shows it.")


class UnknownJobError(NotFoundError):
    """There is no such job, or none any more."""

    message = mark(
        "There is no job {job}, or none any more: it was answered, or something else in its case ended it. A job is "
        "named PROCESS/KEY/NUMBER."
    )


class UnknownWebhookError(NotFoundError):
    """The site has no such webhook any more."""

    message = mark("The settings file knows no webhook {webhook} any more. Put it back, or leave the notice.")


class NotStoppedError(RefusedError):
    """The job is not stopped."""

    message = mark("The job {job} is not stopped: it is being tried, or will be. Only what is stopped is done by hand.")


class ResolverMissingError(UsageError):
    """Somebody must be named."""

    message = mark("Who does the job {job} by hand? Name the person.")
    ways = _PERSON


class ResolutionReasonError(UsageError):
    """What is done by hand needs a reason."""

    message = mark("Why is the job {job} done by hand? Give the reason.")
    ways = _REASON


class UnknownTopicError(NotFoundError):
    """The site has no such topic."""

    message = mark(
        "{topic} is no topic for workers outside; those of this site are: {known}. Add it to the topics of [external] "
        "in the settings file."
    )


class LeaseError(UsageError):
    """Nobody can have a job for so long."""

    message = mark("A job is taken for more than no time and at most {most} hours.")


class WorkerNameError(UsageError):
    """The name of a worker cannot be one."""

    message = mark(
        "{worker} cannot be the name of a worker: it must have visible characters only, at most 200 of them."
    )


class LimitError(UsageError):
    """So many cannot be asked for."""

    message = mark("From 1 to {most} jobs can be fetched at once, not {limit}.")


class ReleasedJobError(RefusedError):
    """The attempt is over."""

    message = mark(
        "Attempt {attempt} at the job {job} does not have it any more: its time ran out, or it was given back; nothing "
        "was done."
    )


class AttemptLostError(RefusedError):
    """A job was taken as often as it may be, and nobody came back with an answer."""

    message = mark(
        "Whoever took the job did not answer in time, as often as it may be tried: the process was stopped or killed, "
        "or the work takes longer than it is given."
    )


class JobFailedError(RefusedError):
    """A worker outside could not do a job."""

    message = mark("{worker} could not do it: {reason}")


class FailureReasonError(UsageError):
    """A failure needs a reason."""

    message = mark("Why did the job {job} fail? Say it in a sentence; people read it when the job is stopped.")


class UnknownServiceError(NotFoundError):
    """No installed package brings the service."""

    message = mark("No installed package brings the service {service}. Install the one that does.")


class CaseExistsError(RefusedError):
    """The key is taken."""

    message = mark("The case {case} was started already. Give another key, or none and one will be made.")


class CaseKeyError(UsageError):
    """The key cannot be a key."""

    message = mark("{key} cannot be the key of a case: it must have visible characters only, at most 200 of them.")


class TaskCompletedError(RefusedError):
    """The task is over."""

    message = mark("The task {task} was completed at {closed_at} by {actor}; nothing was done.")


class TaskWithdrawnError(RefusedError):
    """The task is over."""

    message = mark("The task {task} was withdrawn at {closed_at}: something else in its case ended it.")


class TaskClaimedError(RefusedError):
    """Somebody else has the task."""

    message = mark("The task {task} is {actor}'s. It must be released before anybody else may act on it.")


class TaskNotClaimedError(RefusedError):
    """Nobody has the task."""

    message = mark("The task {task} is claimed by nobody, so it cannot be released.")


class ActorMissingError(UsageError):
    """Somebody must be named."""

    message = mark("Who claims the task {task}? Name the person.")
    ways = _PERSON


class UnknownStartError(NotFoundError):
    """The process cannot begin there."""

    message = mark(
        "{process} does not begin at {element}; what can be named: {known}. "
        "Name nothing to begin where it begins without a message, a signal or a timer."
    )


class CaseOverError(RefusedError):
    """The case is over."""

    message = mark("The case {case} is over ({status}); nothing was done.")


class CaseUnreadableError(RefusedError):
    """What is stored of the case cannot be read."""

    message = mark(
        "The state of the case {case} cannot be read: {reason} The case is left as it is and stands still; the others "
        "go on."
    )
    ways = Ways(command=mark("See: ironcage db check"), request=mark("Tell the operators of the service."))


class CaseArchivedError(RefusedError):
    """The case lies in an archive."""

    message = mark("The case {case} is archived ({archive}); nothing was done. It must be brought back first.")
    ways = Ways(
        command=mark("Bring it back with: ironcage archive FOLDER --bring-back {case}"),
        request=mark("Ask the operators of the service to do so."),
    )


class NotAwaitedError(RefusedError):
    """Nobody waits for a message."""

    message = mark(
        "Nothing waits for the message {name}, and it starts no case; it was not kept. To keep it until something "
        "waits for it, say how long."
    )
    ways = Ways(command=mark("Option: --ttl DURATION"), request=mark("Field of the request: keep_seconds"))


class AmbiguousMessageError(RefusedError):
    """A message could go to several."""

    message = mark(
        "{count} cases wait for the message {name}; a message goes to one. Name the case, or give the key it waits for."
    )
    ways = Ways(command=mark("Options: --to PROCESS/K, --key JSON"), request=mark("Fields of the request: to, key"))


class AmbiguousStartError(RefusedError):
    """A message could start cases of several processes."""

    message = mark(
        "The message {name} starts cases of {count} processes: {processes}; a message goes to one. Name the case it is "
        "to start."
    )
    ways = _CASE


class CallDepthError(StepError):
    """Cases called each other too deep."""

    message = mark("Cases have called each other {depth} deep; the next call is taken to turn in a circle.")


class ReasonMissingError(UsageError):
    """A cancellation needs a reason."""

    message = mark("Why is the case {case} cancelled? Give the reason.")
    ways = _REASON


class OtherKeyAwaitedError(NotAwaitedError):
    """Cases wait for a message, each with another key."""

    message = mark(
        "Cases wait for the message {name}, but none for this one: its key does not fit, or it has none. Give the key "
        "it is waited for with, or name the case; or say how long to keep it."
    )
    ways = Ways(
        command=mark("Options: --key JSON, --to PROCESS/K, --ttl DURATION"),
        request=mark("Fields of the request: key, to, keep_seconds"),
    )


class ExpiredMessageError(RefusedError):
    """A kept message was waited for by nobody in time."""

    message = mark(
        "The message {name} (key: {key}) was kept until {until}, and nobody waited for it. Retry it once "
        "somebody does, or give it up."
    )


class UndeliveredMessageError(RefusedError):
    """A message that no case sent is on its way again, and still nobody waits for it."""

    message = mark(
        "Still nothing waits for the message {name}, and it starts no case. Retry it once something does, or give it "
        "up."
    )


class NothingToDismissError(RefusedError):
    """No message of the case or of that name is stopped."""

    message = mark("No message from or to {case}, nor one of that name, is stopped; there is nothing to give up.")


class NoIncidentError(RefusedError):
    """Nothing is stopped of the case, the process or the messages."""

    message = mark("Nothing of {case} is stopped, so there is nothing to retry.")


class OpenUnitError(RefusedError):
    """Jobs act on the outside world, which cannot be rolled back."""

    message = mark("Jobs are not run inside a transaction: what they do outside could not be taken back with it.")


class ErasureOrderError(UsageError):
    """An erasure needs a reason."""

    message = mark("An erasure needs the order it is done by: who ordered it, when, and on what ground.")


class MigrationReasonError(UsageError):
    """A migration needs a reason."""

    message = mark("Why do the cases migrate? Give the reason, which is recorded with each of them.")
    ways = _REASON


class SameVersionError(UsageError):
    """Nothing to migrate to."""

    message = mark("The cases run on version {version} of {process} already; name two versions.")


class UnknownMigrationError(NotFoundError):
    """There was no such migration."""

    message = mark("There was no migration {migration}. The command that migrates prints its id.")
