"""Making a definition a version of its process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn import mandatory
from ironcage.engine.catalogue import runnables
from ironcage.engine.keeping import release
from ironcage.engine.starting import starts_of
from ironcage.engine.views import Deployment
from ironcage.store import definitions
from ironcage.store.definitions import Deployed, ElementRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.clock import Micros
    from ironcage.definitions import Definition
    from ironcage.engine.catalogue import Runnable
    from ironcage.program import Program
    from ironcage.store import Connection, Work


def deploy_definition(work: Work, definition: Definition, now: Micros) -> Deployment:
    """Insert *definition* as the next version of each process in it, unless its files are a version already.

    What began cases of the version before begins those of the new one; messages that were kept are on their way to it.

    Raises:
        StepError: a timer that begins cases does not say when.
    """
    connection, process = work.connection, definition.key
    known = definitions.with_digest(connection, process, definition.digest)
    if known:
        return Deployment(process, known.version, known.digest, is_new=False)
    newest = definitions.find(connection, process)
    version = newest.version + 1 if newest else 1
    processes = list(runnables(definition, version))
    beginnings = [(each, starts_of(each, now)) for each in processes]
    for each, starts in beginnings:
        _add(connection, each, definition.files if each.process == process else {}, now)
        work.post.replace_starts(each.process, starts)
    for gone in definitions.beside(connection, process) - {each.process for each in processes}:
        work.post.replace_starts(gone, [])
    awaited = (start.name for _, starts in beginnings for start in starts if start.kind == "message")
    release(work, awaited, now)
    return Deployment(process, version, definition.digest, is_new=True)


def _add(connection: Connection, of: Runnable, files: Mapping[str, bytes], now: Micros) -> None:
    title, owner, program = of.definition.title, of.definition.owner, of.program
    row = Deployed(of.process, of.version, of.definition.digest, title.zh, title.en, owner, now)
    definitions.add(connection, row, files, _elements(program), _separations(program))


def _elements(program: Program) -> list[ElementRow]:
    unavoidable = mandatory(program)
    return [
        ElementRow(node.id, str(node.kind), node.name, node.lane, int(node.id in unavoidable)) for node in program.nodes
    ]


def _separations(program: Program) -> list[tuple[str, str]]:
    return [(node.id, program.nodes[other].id) for node in program.nodes for other in node.separate_from]
