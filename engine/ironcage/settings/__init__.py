"""What a site sets: where its database is, and what stands in its settings file."""

from ironcage.settings.database import DATABASE, DEFAULT_DATABASE, database
from ironcage.settings.site import NOTHING_SET, SETTINGS, SETTINGS_FILE, SettingsMissingError, Site, read_site, site_of

__all__ = [
    "DATABASE",
    "DEFAULT_DATABASE",
    "NOTHING_SET",
    "SETTINGS",
    "SETTINGS_FILE",
    "SettingsMissingError",
    "Site",
    "database",
    "read_site",
    "site_of",
]
