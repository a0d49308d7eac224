"""The settings file of a site, ``ironcage.toml``: what its models may reach outside, by names of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.faults import FaultyError
from ironcage.messages import mark
from ironcage.settings.connectors import read_connector
from ironcage.settings.webhooks import read_webhook
from ironcage.toml import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.settings.connectors import Connector
    from ironcage.settings.webhooks import Webhook
    from ironcage.toml import Settings

SETTINGS = "IRONCAGE_SETTINGS"
"""The environment variable that names the settings file."""
SETTINGS_FILE = "ironcage.toml"
"""The settings file in the current folder, which is read where the variable names none."""


class SettingsMissingError(UsageError):
    """The settings file that was named cannot be read."""

    message = mark("The settings file {file}, which IRONCAGE_SETTINGS names, cannot be read: {why}")


@dataclass(frozen=True, slots=True)
class Site:
    """What a site sets."""

    topics: frozenset[str] = frozenset()
    """The services that workers outside do."""
    connectors: Mapping[str, Connector] = field(default_factory=lambda: MappingProxyType({}))
    """The services that are called over HTTP, by name."""
    webhooks: Mapping[str, Webhook] = field(default_factory=lambda: MappingProxyType({}))
    """Who is told what happens to cases, by name."""

    def is_outside(self, service: str) -> bool:
        """Return whether workers outside do the jobs of *service*."""
        return service in self.topics


NOTHING_SET = Site()


def read_site() -> Site:
    """Return what the settings file says: the one ``IRONCAGE_SETTINGS`` names, else that of the current folder, if any.

    Raises:
        SettingsMissingError: the file that is named cannot be read.
        FaultyError: it has faults.
    """
    named = os.environ.get(SETTINGS)
    file = Path(named or SETTINGS_FILE)
    if not named and not file.is_file():
        return NOTHING_SET
    try:
        source = file.read_bytes()
    except OSError as error:
        raise SettingsMissingError(file=str(file), why=error.strerror or str(error)) from error
    return site_of(source, str(file))


def site_of(source: bytes, file: str) -> Site:
    """Return what *source*, the bytes of the settings file called *file*, says.

    Raises:
        FaultyError: it has faults; every one of them is named with its line.
    """
    top, faults = settings(source, file)
    connectors = {name: read_connector(name, table) for name, table in top.table("connectors").named()}
    site = Site(
        topics=_topics(top.table("external"), connectors),
        connectors=MappingProxyType(connectors),
        webhooks=MappingProxyType({name: read_webhook(name, table) for name, table in top.table("webhooks").named()}),
    )
    top.finish()
    if faults:
        raise FaultyError(faults)
    return site


def _topics(table: Settings, connectors: Mapping[str, Connector]) -> frozenset[str]:
    topics = table.texts("topics")
    if "" in topics:
        table.fault("topics", _EMPTY_TOPIC)
    for both in connectors.keys() & set(topics):
        table.fault("topics", _BOTH, found=both)
    table.finish()
    return frozenset(topics)


_EMPTY_TOPIC = (
    "settings-topic",
    mark("A topic is empty."),
    mark("Write the name that the models give the service."),
)
_BOTH = (
    "settings-topic",
    mark("{found} is both a topic of workers outside and a connector."),
    mark("Name one of the two otherwise."),
)
