"""Webhooks in the settings file: who is told what happens to cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ironcage.messages import mark
from ironcage.settings.amounts import seconds
from ironcage.settings.connectors import read_secret, read_url

if TYPE_CHECKING:
    from ironcage.settings.secrets import Secret
    from ironcage.toml import Settings

OCCASIONS = (
    "case.opened",
    "case.closed",
    "case.overdue",
    "task.offered",
    "task.completed",
    "task.overdue",
    "incident",
)
"""What a webhook can be told of."""
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somebody who is told what happens to cases."""

    name: str
    url: str
    secret: Secret
    """What the requests are signed with."""
    occasions: frozenset[str]
    """What it is told of."""
    processes: frozenset[str] = frozenset()
    """The processes it is told of; empty for all."""
    variables: tuple[str, ...] = ()
    """The variables of the case it is told, personal ones included; no other leaves the case."""
    seconds: float = _SECONDS
    authority: str | None = None
    """The file of the certificates that are trusted, instead of the usual ones."""

    @property
    def host(self) -> str:
        """The host and, where it is written, the port."""
        return urlsplit(self.url).netloc

    def is_told(self, occasion: str, process: str) -> bool:
        """Return whether it is told that *occasion* came in a case of *process*."""
        return occasion in self.occasions and (not self.processes or process in self.processes)


def read_webhook(name: str, table: Settings) -> Webhook:
    """Return the webhook that *table* describes; what is wrong with it gathers among the faults."""
    occasions = table.texts("events")
    for each in occasions:
        if each not in OCCASIONS:
            table.fault("events", _NO_OCCASION, found=each[:80], known=", ".join(OCCASIONS))
    if not occasions:
        table.fault("events", _NOTHING_TOLD, known=", ".join(OCCASIONS))
    webhook = Webhook(
        name=name,
        url=read_url(table),
        secret=read_secret(table, "secret"),
        occasions=frozenset(occasions),
        processes=frozenset(table.texts("processes")),
        variables=table.texts("variables"),
        seconds=seconds(table, "timeout", _SECONDS),
        authority=table.text("authority"),
    )
    table.finish()
    return webhook


_NO_OCCASION = (
    "settings-event",
    mark("{found!r} is nothing a webhook can be told of."),
    mark("It can be told of: {known}."),
)
_NOTHING_TOLD = (
    "settings-event",
    mark("The webhook is told of nothing."),
    mark("Name in events what it is told of: {known}."),
)
