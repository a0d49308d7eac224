"""What a site sets: where its database is, and what stands in its settings file."""

from ironcage.settings.connectors import METHODS, Connector
from ironcage.settings.database import DATABASE, DEFAULT_DATABASE, database
from ironcage.settings.secrets import Secret, SecretMissingError
from ironcage.settings.site import NOTHING_SET, SETTINGS, SETTINGS_FILE, SettingsMissingError, Site, read_site, site_of
from ironcage.settings.webhooks import OCCASIONS, Webhook

__all__ = [
    "DATABASE",
    "DEFAULT_DATABASE",
    "METHODS",
    "NOTHING_SET",
    "OCCASIONS",
    "SETTINGS",
    "SETTINGS_FILE",
    "Connector",
    "Secret",
    "SecretMissingError",
    "SettingsMissingError",
    "Site",
    "Webhook",
    "database",
    "read_site",
    "site_of",
]
