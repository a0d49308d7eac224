"""Why the API refuses a request before the engine sees it."""

from __future__ import annotations

from ironcage.errors import RefusedError, UsageError, Ways
from ironcage.messages import mark


class NotAuthenticatedError(RefusedError):
    """No key, or none that opens anything."""

    message = mark(
        "Show an API key in the header Authorization: Bearer KEY. The one that was shown is missing, wrong or revoked; "
        "the operators of the service make keys."
    )


class ScopeMissingError(RefusedError):
    """The key does not open this."""

    message = mark("The key {key} does not open {scope}. Use one that does.")


class TopicMissingError(RefusedError):
    """The key is bound to other topics."""

    message = mark("The key {key} takes no jobs of {topic}. Use one that does.")


class ProcessMissingError(RefusedError):
    """The key is bound to other processes."""

    message = mark("The key {key} is not for {process}. Use one that is.")


class ReceiverMissingError(RefusedError):
    """A message that might go to any process, and a key that is bound to some."""

    message = mark("The key {key} is bound to processes, so its messages must name the case they are for.")
    ways = Ways(request=mark("Field of the request: to"))


class SignalToAllError(RefusedError):
    """A signal goes to every process, and the key is bound to some."""

    message = mark("A signal goes to every process, and the key {key} is bound to some. Use one that is not.")


class BodyTooLargeError(UsageError):
    """More than the service takes at a time."""

    message = mark(
        "The request is larger than {most} bytes. Send less; large documents belong in a store of their own."
    )


class MediaTypeError(UsageError):
    """The body is in another format."""

    message = mark("The request must be JSON, and say so in its header: Content-Type: application/json")


class KeyReusedError(RefusedError):
    """Two requests of one name."""

    message = mark(
        "The Idempotency-Key {key} was used for another request. Give every request its own, and the same one only "
        "when the same request is sent again."
    )
