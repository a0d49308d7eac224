"""A release after this one, simulated: no second one was ever made.

It is this program, with one more revision of the schema that it says it needs and, if so wished, a newer form of stored
states that it writes. What it does not simulate is other statements than those of this release; those of earlier ones
run on the newest schema in ``tests/unit/store/test_side_by_side.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import codec, forms
from ironcage.store import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

REVISION = "9999"
FORM = b"\x03"
_EXPANSION = (
    "ALTER TABLE cases ADD COLUMN made_up TEXT",
    "ALTER TABLE jobs ADD COLUMN weight INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE events ADD COLUMN made_up TEXT",
    "CREATE TABLE made_up (part INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (part, name))",
    "CREATE INDEX ix_cases_made_up ON cases (part, made_up)",
)


def expand(connection: Connection) -> None:
    """Do what the made-up revision does: it adds, and leaves this release working."""
    newest = schema.revisions()[-1]
    for statement in _EXPANSION:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        f"UPDATE {schema.VERSION_TABLE} SET version_num = '{REVISION}', compatible_from = '{newest}'"
    )


def become(*, writes_its_form: bool) -> None:
    """Let this process be of the next release: it knows the made-up revision, and reads the newer form of states."""
    known = (*schema.revisions(), REVISION)
    schema.revisions = lambda: known
    ours = codec._PREFIX
    if writes_its_form:
        forms.UPGRADES[ours] = (FORM, lambda body: body)
        codec._PREFIX = FORM
    else:
        forms.UPGRADES[FORM] = (ours, lambda body: body)
