"""Where the database of a site is."""

from __future__ import annotations

import os

DATABASE = "IRONCAGE_DATABASE"
"""The environment variable that names the database."""
DEFAULT_DATABASE = "sqlite:///ironcage.db"


def database(chosen: str | None = None) -> str:
    """Return the address of the database: *chosen*, else ``IRONCAGE_DATABASE``, else a file in the current folder."""
    return chosen or os.environ.get(DATABASE) or DEFAULT_DATABASE
