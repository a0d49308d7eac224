"""Deployed definitions: their files, and the rows that audits read about their elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import LargeBinary, cast, insert, select

from ironcage.store.tables import definition_files, definition_separations, definition_steps, definitions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ironcage.clock import Micros


class Deployed(NamedTuple):
    """A row of the table ``definitions``."""

    process: str
    version: int
    digest: bytes
    """SHA-256 over the names and bytes of the files."""
    title_zh: str
    title_en: str
    owner: str
    deployed: Micros


class ElementRow(NamedTuple):
    """What an audit may know of one flow node."""

    element: str
    kind: str
    name: str
    lane: str | None
    mandatory: int
    """1 if every way from a start to an end that completes leads through it, else 0."""


def add(
    connection: Connection,
    row: Deployed,
    files: Mapping[str, bytes],
    elements: Sequence[ElementRow],
    separations: Sequence[tuple[str, str]],
) -> None:
    """Insert a new version with its files, its elements, and the pairs of elements that different people should do.

    Of several processes of one folder, the files lie with the one that has its key.
    """
    of = {"process": row.process, "version": row.version}
    connection.execute(insert(definitions).values(row))
    if files:
        bodies = [{**of, "name": name, "body": body} for name, body in files.items()]
        connection.execute(insert(definition_files), bodies)
    connection.execute(insert(definition_steps), [{**of, **element._asdict()} for element in elements])
    if separations:
        rows = [{**of, "element": element, "other": other} for element, other in separations]
        connection.execute(insert(definition_separations), rows)


def find(connection: Connection, process: str, version: int | None = None) -> Deployed | None:
    """Return a version of the process, the newest unless *version* says which; None where there is none."""
    query = select(definitions).where(definitions.c.process == process)
    if version is not None:
        query = query.where(definitions.c.version == version)
    row = connection.execute(query.order_by(definitions.c.version.desc()).limit(1)).first()
    return Deployed(*row) if row else None


def beside(connection: Connection, folder: str) -> set[str]:
    """Return the keys of the other processes that were ever deployed with the folder."""
    named = definitions.c.process
    within = (named > f"{folder}.") & (named < f"{folder}/")  # what begins so, and no more
    return set(connection.execute(select(definitions.c.process).where(within)).scalars())


def with_digest(connection: Connection, process: str, digest: bytes) -> Deployed | None:
    """Return the version of the process whose files have *digest*, or None."""
    query = select(definitions).where(definitions.c.process == process, definitions.c.digest == digest)
    row = connection.execute(query).first()
    return Deployed(*row) if row else None


def every(connection: Connection) -> list[Deployed]:
    """Return every version of every process, by process and version."""
    query = select(definitions).order_by(definitions.c.process, definitions.c.version)
    return [Deployed(*row) for row in connection.execute(query)]


def newest(connection: Connection) -> list[Deployed]:
    """Return the newest version of every process, by process."""
    return list({row.process: row for row in every(connection)}.values())


def folder_of(process: str) -> str:
    """Return the key of the folder that the process with the key *process* is deployed by.

    The process that a folder is about has its key; another one of the folder has the key ``FOLDER.ID``.
    """
    return process.partition(".")[0]


def files(connection: Connection, process: str, version: int) -> dict[str, bytes]:
    """Return the files of the version by name: those of the folder it was deployed by."""
    query = select(definition_files.c.name, cast(definition_files.c.body, LargeBinary).label("body")).where(
        definition_files.c.process == folder_of(process), definition_files.c.version == version
    )
    return {row.name: row.body for row in connection.execute(query.order_by(definition_files.c.name))}
