"""Rules about ids and about which process of a file is executed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Shown
from ironcage.bpmn.names import BPMN
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject

_NAME = re.compile(r"[^\W\d][\w.\-]*")


@rule(
    "duplicate-id",
    mark("The id {identity} is given twice, first on line {first}."),
    mark("Give one of the two another id, and mend the references to it."),
)
def duplicate_id(subject: Subject) -> Iterator[Place]:
    """Every id of a file is given once. Source: XML Schema, xs:ID."""
    first: dict[str, int] = {}
    for each in subject.model.declared:
        if each.id in first:
            yield Place(each.line, each.id, 0, {"identity": each.id, "first": first[each.id]})
        else:
            first[each.id] = each.line


@rule(
    "invalid-id",
    mark("{identity!r} is not an id."),
    mark("Begin it with a letter or _, and go on with letters, digits, '.', '-' and '_'."),
)
def invalid_id(subject: Subject) -> Iterator[Place]:
    """An id is a name without a colon. Source: XML Schema, xs:ID (NCName)."""
    for each in subject.model.declared:
        if each.id and not _NAME.fullmatch(each.id):
            yield Place(each.line, each.id, 0, {"identity": each.id[:80]})


@rule(
    "no-process",
    mark("The file holds no process."),
    mark("Draw one."),
)
def no_process(subject: Subject) -> Iterator[Place]:
    """A file to be executed holds a process."""
    if not subject.model.processes:
        yield at(subject.model)


@rule(
    "import-unread",
    mark("The BPMN file {location} is to be imported, which is not done: what it defines is missing here."),
    mark("Copy what is needed into this file and remove the import; a process is called by its key."),
)
def import_unread(subject: Subject) -> Iterator[Place]:
    """A file to be executed holds everything it refers to, but for processes it calls. Source: BPMN 2.0.2, 8.2.2."""
    for each in subject.model.of(Shown):
        said = dict(each.attributes)
        if each.kind == "import" and said.get("importType") == BPMN:
            yield at(subject.model, each.line, location=said.get("location", ""))


@rule(
    "not-executable",
    mark("The process {process} is not executable, so the file is only a drawing."),
    mark('Set isExecutable="true" on it.'),
)
def not_executable(subject: Subject) -> Iterator[Place]:
    """A process is executable only if the file says so. Source: BPMN 2.0.2, table 10.1, isExecutable."""
    if subject.model.processes and not subject.model.executables:
        yield at(subject.process, process=subject.process.id)


@rule(
    "public-process",
    mark("The process {process} is public, and public processes are not executed."),
    mark('Set processType="Private" on it, or leave it out.'),
)
def public_process(subject: Subject) -> Iterator[Place]:
    """A public process shows others where to talk to one; what is executed is private.

    Source: BPMN 2.0.2, table 10.1.
    """
    for process in subject.model.processes:
        if process.executable and process.type == "Public":
            yield at(process, process=process.id)


@rule(
    "empty-process",
    mark("The process {process} has no step."),
    mark("Draw at least a start event, a task and an end event."),
    last=True,
)
def empty_process(subject: Subject) -> Iterator[Place]:
    """A process has something to do."""
    for process in subject.processes:
        if not process.nodes:
            yield at(process, process=process.id)
