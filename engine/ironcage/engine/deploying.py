"""Making a definition a version of its process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn import mandatory
from ironcage.engine.views import Deployment
from ironcage.store import definitions
from ironcage.store.definitions import Deployed, ElementRow

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.definitions import Definition
    from ironcage.program import Program
    from ironcage.store import Work


def deploy_definition(work: Work, definition: Definition, now: Micros) -> Deployment:
    """Insert *definition* as the next version, unless its files are a version already."""
    connection, process = work.connection, definition.key
    known = definitions.with_digest(connection, process, definition.digest)
    if known:
        return Deployment(process, known.version, known.digest, is_new=False)
    newest = definitions.find(connection, process)
    version = newest.version + 1 if newest else 1
    title, owner = definition.title, definition.owner
    row = Deployed(process, version, definition.digest, title.zh, title.en, owner, now)
    program = definition.program
    definitions.add(connection, row, definition.files, _elements(program), _separations(program))
    return Deployment(process, version, definition.digest, is_new=True)


def _elements(program: Program) -> list[ElementRow]:
    unavoidable = mandatory(program)
    return [
        ElementRow(node.id, str(node.kind), node.name, node.lane, int(node.id in unavoidable)) for node in program.nodes
    ]


def _separations(program: Program) -> list[tuple[str, str]]:
    return [(node.id, program.nodes[other].id) for node in program.nodes for other in node.separate_from]
