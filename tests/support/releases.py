"""What earlier releases say to the database, and databases as their revisions made them.

``python tests/support/releases.py`` writes down what this release says, under the number of its newest revision. Do so
when a release is made: the tests of later ones then run these statements on their schema.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from ironcage.resources import folder
from ironcage.store import schema, statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

RELEASES = Path(__file__).parents[1] / "unit" / "store" / "releases"


def said() -> dict[str, str]:
    """Return the hot statements of this release by name."""
    return {
        name: value
        for name, value in sorted(vars(statements).items())
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }


def released() -> dict[str, Mapping[str, str]]:
    """Return the hot statements of every release so far by the number of its newest revision."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(RELEASES.glob("*.json"))}


def declared() -> dict[str, str]:
    """Return what every revision says of itself: the oldest revision whose release can work on its schema."""
    script = ScriptDirectory(str(folder("migrations")))
    return {each.revision: each.module.compatible_from for each in reversed(list(script.walk_revisions()))}


def bring_to(connection: Connection, revision: str) -> None:
    """Bring an SQLite database to *revision*."""
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def columns_at(revision: str) -> dict[str, dict[str, Any]]:
    """Return the columns of every table that the revisions up to *revision* make, by table and name."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        bring_to(connection, revision)
        found = inspect(connection)
        names = set(found.get_table_names()) - {schema.VERSION_TABLE}
        columns = {name: {each["name"]: each for each in found.get_columns(name)} for name in sorted(names)}
    engine.dispose()
    return columns


if __name__ == "__main__":
    file = RELEASES / f"{schema.revisions()[-1]}.json"
    file.write_text(json.dumps(said(), indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{file}\n")
