"""The settings file of a site, ``ironcage.toml``: what its models may reach outside, by names of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ironcage.errors import UsageError
from ironcage.faults import FaultyError
from ironcage.messages import mark
from ironcage.toml import Settings, settings

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
    site = Site(topics=_topics(top.table("external")))
    top.finish()
    if faults:
        raise FaultyError(faults)
    return site


def _topics(table: Settings) -> frozenset[str]:
    topics = table.texts("topics")
    if "" in topics:
        table.fault("topics", _EMPTY_TOPIC)
    table.finish()
    return frozenset(topics)


_EMPTY_TOPIC = (
    "settings-topic",
    mark("A topic is empty."),
    mark("Write the name that the models give the service."),
)
