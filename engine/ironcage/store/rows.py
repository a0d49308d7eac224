"""Rows as the hot statements read and write them, in the order of the columns of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ironcage.clock import Micros

WaitKey = tuple[int, bytes, int]
"""Part, case and wait: the key of a task, timer, job, subscription or call."""


class StoredCase(NamedTuple):
    """A row of the table ``cases``."""

    part: int
    id: bytes
    process: str
    key: str
    version: int | None
    """The version of the definition it runs on; None for an imported case."""
    origin: str
    """``engine`` or ``import``."""
    status: str
    """``open``, ``completed``, ``terminated``, ``failed`` or ``cancelled``."""
    seq: int
    """How many events it has."""
    head: bytes
    """The digest of the last of them."""
    state: bytes | None
    """What is alive in it; None for an imported case."""
    wake: Micros | None
    """When its earliest timer or deadline is due."""
    due: Micros | None
    """When the whole case is due."""
    opened: Micros
    closed: Micros | None
    incident: str | None
    """Why its wake-ups are stopped until somebody looks at it."""
    parent_part: int | None = None
    parent: bytes | None = None
    """The case that called it."""
    parent_wait: int | None = None
    """The wait there that it answers."""
    depth: int = 0
    """How many cases called each other down to it."""
    archive: str | None = None
    """Where the rest of it is, if it was archived; then its state is empty."""

    def moved(
        self, status: str, seq: int, head: bytes, state: bytes, wake: Micros | None, closed: Micros | None
    ) -> StoredCase:
        """Return the case after a step, which ends any incident.

        Every step makes one, and ``_replace`` takes a hundredth of a step.
        """
        return StoredCase._make((*self[:6], status, seq, head, state, wake, *self[11:13], closed, None, *self[15:]))


class StoredTask(NamedTuple):
    """A row of the table ``tasks``."""

    part: int
    case: bytes
    wait: int
    process: str
    key: str
    element: str
    execution: int
    status: str
    """``offered``, ``claimed``, ``completed`` or ``withdrawn``."""
    role: str | None
    unit: str | None
    assignee: str | None
    """Whom the model gives it to; nobody else may act on it."""
    actor: str | None
    """The assignee, who has claimed it, or who completed it."""
    due: Micros | None
    offered: Micros
    claimed: Micros | None
    closed: Micros | None
    follow_up: Micros | None = None
    form: str | None = None


class StoredJob(NamedTuple):
    """A row of the table ``jobs``: a service call or a script that has not been answered yet."""

    part: int
    case: bytes
    wait: int
    service: str
    """The name of the service; the language of a script."""
    element: str
    execution: int
    attempts: int
    """How often it has been taken; an answer counts only from the latest."""
    run: Micros | None
    """When it may be taken next: at once, after a pause, or when the one who took it has had its time."""
    incident: str | None
    """Why it is not tried any more; then *run* is None."""
    kind: str = "service"
    """``service``, ``script``, or ``external`` for a service that workers outside fetch."""
    earlier: int = 0
    """How many of the attempts were made before somebody last let it go on; they count no more."""
    retries: int | None = None
    """How often the model says that it is tried again; None for the usual number."""
    process: str | None = None
    """That of its case; None where a release wrote it that does not say so."""

    @property
    def place(self) -> WaitKey:
        """Its key."""
        return (self.part, self.case, self.wait)


class StoredAttempt(NamedTuple):
    """A row of the table ``attempts``: one time that a job was taken; it stays when the job is gone."""

    part: int
    case: bytes
    wait: int
    attempt: int
    element: str
    worker: str | None
    """Who took it; None for the engine itself."""
    began: Micros
    ended: Micros | None = None
    outcome: str | None = None
    """``done``, ``thrown`` (a BPMN error), ``failed``, ``lost`` (its time ran out) or ``withdrawn``; None under way."""
    error: str | None = None
    """Why it failed: the kind of the error, and its sentence."""


class StoredNotice(NamedTuple):
    """A row of the table ``notices``: something a webhook is still to be told of a case."""

    part: int
    case: bytes
    id: bytes
    """Its own; the same for every repetition."""
    webhook: str
    occasion: str
    body: bytes
    """What is told, as it is sent."""
    attempts: int
    run: Micros | None
    incident: str | None

    @property
    def place(self) -> tuple[int, bytes, bytes]:
        """Its key."""
        return (self.part, self.case, self.id)


class Subscription(NamedTuple):
    """A row of the table ``subscriptions``: a wait for a message or a signal."""

    part: int
    case: bytes
    wait: int
    kind: str
    """``message`` or ``signal``."""
    name: str
    found: str
    """How the key is read off a message: the same text for the same expressions; empty without any."""
    key: str
    """The key a message must have, as text; empty if any will do."""
    element: str
    opened: Micros


class StoredCall(NamedTuple):
    """A row of the table ``calls``: a wait for a called case."""

    part: int
    case: bytes
    wait: int
    process: str
    key: str


class StoredStart(NamedTuple):
    """A row of the table ``starts``: what begins cases of the newest version of a process."""

    process: str
    element: str
    number: int
    """Which event definition of the element."""
    version: int
    kind: str
    """``message``, ``signal`` or ``timer``."""
    name: str
    """Of the message or the signal; empty for a timer."""
    due: Micros | None
    remaining: int | None
    """How many times a timer is still to begin a case; None for without end."""
    incident: str | None
    """Why a timer is stopped until somebody looks at it."""


class Sending(NamedTuple):
    """A row of the table ``outbox``: something on its way from a step to other cases, in the order it was sent."""

    part: int
    sender: bytes
    """The case that sent it; an id of no case for what came from outside."""
    seq: int
    """How many events the sender had after the step."""
    number: int
    kind: str
    """
    ``message``: to whoever waits for it, else whom it starts, else to be kept. ``seek``: a wait looks for messages
    that were kept; to no wait, a message that was kept looks for one. ``receive``: a signal for one wait. ``begin``: a
    signal that starts a case. ``call``, ``return``, ``escalation``, ``cancel``: between a case and one it called.
    """
    name: str
    to_part: int | None
    to_case: bytes | None
    to_wait: int | None
    body: bytes
    """What it carries: the bytes of a context."""
    run: Micros | None
    incident: str | None


class KeptMessage(NamedTuple):
    """A row of the table ``messages``: a message nobody waited for when it came."""

    part: int
    """That of its name."""
    name: str
    sent: Micros
    """When it was sent; a microsecond later where another one of the name was kept at the same instant."""
    key: str
    to_part: int | None
    to_case: bytes | None
    sender_part: int | None
    sender: bytes | None
    body: bytes
    expires: Micros
    """The first instant at which it is not delivered any more."""
