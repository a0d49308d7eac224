"""The processes of a report: their definitions as deployed, and what happened at their elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn import read
from ironcage.bpmn.drawing import named
from ironcage.bpmn.model import FlowNode
from ironcage.definitions.process_file import PROCESS_FILE, read_process_file
from ironcage.messages import Text
from ironcage.store import definitions
from ironcage_audit.reports.figures import Executions, executions
from ironcage_audit.reports.report import ElementRow, ProcessPart, Version

if TYPE_CHECKING:
    import sqlite3

    from ironcage.bpmn import Model
    from ironcage.clock import Micros
    from ironcage.store import Store
    from ironcage.store.definitions import Deployed


def processes(store: Store, log: sqlite3.Connection, as_of: Micros) -> list[tuple[ProcessPart, str | None]]:
    """Return every process that has cases in *log*, by key, each with its time zone where it is deployed."""
    counted = log.execute("SELECT process, version, COUNT(*) FROM cases GROUP BY process, version ORDER BY 1, 2")
    cases: dict[str, dict[int | None, int]] = {}
    for process, version, count in counted:
        cases.setdefault(process, {})[version] = count
    happened = executions(log, as_of)
    return [_part(store, key, by_version, _of(key, happened)) for key, by_version in cases.items()]


def _of(process: str, happened: dict[tuple[str, str], Executions]) -> dict[str, Executions]:
    return {element: found for (key, element), found in happened.items() if key == process}


def _part(
    store: Store, key: str, cases: dict[int | None, int], happened: dict[str, Executions]
) -> tuple[ProcessPart, str | None]:
    deployed, files = _deployed(store, key, tuple(version for version in cases if version is not None))
    count = sum(cases.values())
    if not deployed:
        elements = _elements(None, happened)
        return ProcessPart(key, Text(key, key), "", count, (), None, {}, elements), None
    newest = deployed[-1]
    said, _ = read_process_file(files[PROCESS_FILE], PROCESS_FILE, None)
    model = read(files[said.model], said.model)
    part = ProcessPart(
        key=key,
        title=Text(newest.title_zh, newest.title_en),
        owner=newest.owner,
        cases=count,
        versions=tuple(
            Version(each.version, each.digest.hex(), each.deployed, cases.get(each.version, 0)) for each in deployed
        ),
        model=model,
        fields={name: each.title for name, each in said.schema.fields.items()},
        elements=_elements(model, happened),
    )
    return part, said.zone.key


def _deployed(store: Store, key: str, versions: tuple[int, ...]) -> tuple[list[Deployed], dict[str, bytes]]:
    """Return the versions, oldest first, and the files of the last; the newest one where none is asked for."""
    with store.reading() as connection:
        found = [definitions.find(connection, key, version) for version in (versions or (None,))]
        deployed = [each for each in found if each is not None]
        files = definitions.files(connection, key, deployed[-1].version) if deployed else {}
    return deployed, files


def _elements(model: Model | None, happened: dict[str, Executions]) -> tuple[ElementRow, ...]:
    """Return the elements in the order of the model, then those it does not know, by name."""
    nodes = {node.id: node for process in model.processes for node in process.every(FlowNode)} if model else {}
    names = {id_: Text(named(node, "zh") or id_, named(node, "en") or id_) for id_, node in nodes.items()}
    order = [id_ for id_ in nodes if id_ in happened] + sorted(set(happened) - set(nodes))
    return tuple(_row(id_, names.get(id_, Text(id_, id_)), happened[id_]) for id_ in order)


def _row(element: str, name: Text, found: Executions) -> ElementRow:
    return ElementRow(
        element,
        name,
        found.executions,
        found.open,
        len(found.spans),
        found.median(),
        found.with_deadline,
        found.overdue,
    )
