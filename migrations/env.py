"""Runs the revisions on the connection that ``ironcage.store`` hands over, inside its transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context

from ironcage.store.schema import VERSION_TABLE, note_compatible

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, MigrationInfo


def _note(*, ctx: MigrationContext, step: MigrationInfo, **_: object) -> None:
    """Write what the revision just run says of itself: the oldest release that works on it."""
    note_compatible(ctx.connection, step.up_revision.module.compatible_from)


context.configure(
    connection=context.config.attributes["connection"], version_table=VERSION_TABLE, on_version_apply=_note
)
with context.begin_transaction():
    context.run_migrations()
