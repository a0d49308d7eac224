"""From a process folder to a definition, or to every fault in it.

process.toml -> decisions -> model -> faults of all of them -> program, by both readers -> equal, or refused
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ironcage import bpmn, dmn
from ironcage.definitions.comparison import disagreement
from ironcage.definitions.definition import Definition
from ironcage.definitions.names import lanes_of, names_of, roles_of
from ironcage.definitions.process_file import PROCESS_FILE, read_process_file
from ironcage.definitions.together import between
from ironcage.definitions.variables import undeclared
from ironcage.errors import UsageError
from ironcage.faults import Fault, FaultyError, Level
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ironcage.bpmn import Model
    from ironcage.definitions.process_file import ProcessFile
    from ironcage.dmn import Decision
    from ironcage.program import Program


class NoFolderError(UsageError):
    """A process folder is not there."""

    message = mark("There is no process folder {folder}; a process folder holds a process.toml.")


def load(folder: Path) -> Definition:
    """Return the definition in *folder*.

    Raises:
        NoFolderError: it is not there, or holds no ``process.toml``.
        FaultyError: it has errors; every fault is named.
    """
    return _Reading.of_folder(folder).definition()


def load_files(files: Mapping[str, bytes], place: str, key: str | None = None) -> Definition:
    """Return the definition that *files* make up; *place* is what their folder is called in faults.

    Where *key* is given, ``process.toml`` must say the same.

    Raises:
        FaultyError: it has errors; every fault is named.
    """
    return _Reading(files.get, place, key).definition()


def restore(files: Mapping[str, bytes], place: str) -> Definition:
    """Return the definition of *files* that passed the gate when they were deployed, as their digest proves.

    It is read and compiled and not judged again: a gate that has become stricter since stops no case under way.

    Raises:
        FaultyError: this release cannot read them any more.
    """
    return _Reading(files.get, place, None, passed=True).definition()


def check(*folders: Path) -> list[Fault]:
    """Return every fault in *folders*, warnings and advice included, and what each folder says of the others.

    Raises:
        NoFolderError: one is not there, or holds no ``process.toml``.
    """
    faults: dict[Path, list[Fault]] = {}
    read: dict[Path, Definition] = {}
    for folder in folders:
        try:
            read[folder] = load(folder)
            faults[folder] = list(read[folder].faults)
        except FaultyError as error:
            faults[folder] = error.faults
    unread = [folder.resolve().name for folder in faults if folder not in read]
    for fault in between(read.values(), unread):
        owner = next(folder for folder, each in read.items() if each.model.file == fault.file)
        faults[owner].append(fault)
    return [fault for each in faults.values() for fault in each]


class _Whatever(frozenset[str]):
    """Holds every decision there may be."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        return True


def check_file(file: Path) -> list[Fault]:
    """Return every fault of a BPMN file that is in no process folder, as both readers find them.

    Which decisions and which data there are is not known, so what refers to them is not judged.

    Raises:
        FileNotFoundError: it is not there.
    """
    source, name = file.read_bytes(), str(file)
    try:
        model, faults = bpmn.examine(source, name, _Whatever())
    except FaultyError as error:
        return error.faults
    if any(fault.level is Level.ERROR for fault in faults):
        return faults
    from ironcage import spiff  # noqa: PLC0415 - SpiffWorkflow is slow to load, and only the gate asks it

    for process in model.executables:
        try:
            theirs = spiff.compile(source, name, {}, None, process.id)
        except FaultyError as error:
            return faults + error.faults
        found = disagreement(bpmn.compile(model, {}, None, process.id), theirs, name)
        faults += [found] if found else []
    return faults


class _Reading:
    """One folder being read; what is wrong with it gathers in ``faults``."""

    def __init__(
        self, get: Callable[[str], bytes | None], place: str, folder: str | None, *, passed: bool = False
    ) -> None:
        self.get = get
        self.place = place
        self.folder = folder
        self.passed = passed
        self.faults: list[Fault] = []
        self.all_read = False
        """Whether which decisions there are is known: none of their files is missing or no DMN."""

    @classmethod
    def of_folder(cls, folder: Path) -> _Reading:
        """Begin to read a folder of the file system."""
        if not (folder / PROCESS_FILE).is_file():
            raise NoFolderError(folder=str(folder))

        def get(name: str) -> bytes | None:
            path = folder / name
            return path.read_bytes() if path.is_file() else None

        return cls(get, str(folder), folder.resolve().name)

    def definition(self) -> Definition:
        """Return the definition.

        Raises:
            FaultyError: there are errors; every fault is named.
        """
        said, found = read_process_file(self.get(PROCESS_FILE) or b"", self._file(PROCESS_FILE), self.folder)
        self.faults += found
        files = self._files(said)
        decisions = self._decisions(said, files)
        model = self._model(said, files, decisions)
        if model is None or self._is_refused():
            raise FaultyError(self.faults)
        processes = [each.id for each in model.executables]
        programs = {process: self._program(model, decisions, said, process) for process in processes}
        if not self.passed:
            self.faults += undeclared(model, programs.values(), said.schema)
        return Definition(
            key=said.key,
            owner=said.owner,
            title=said.title,
            zone=said.zone,
            schema=said.schema,
            roles=roles_of(model, said.roles),
            names=names_of(model, said.title),
            model=model,
            programs=MappingProxyType(programs),
            maps=said.maps,
            files=MappingProxyType(files),
            messages_kept_for=said.messages_kept_for,
            faults=tuple(self.faults),
        )

    def _file(self, name: str) -> str:
        return f"{self.place}/{name}"

    def _is_refused(self) -> bool:
        return any(fault.level is Level.ERROR for fault in self.faults)

    def _files(self, said: ProcessFile) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for name in said.names():
            body = self.get(name) if name else None
            if body is not None:
                files[name] = body
            elif name:
                what = mark("The file {name} is not in the process folder.")
                mend = mark("Put it there, or correct its name in process.toml.")
                self._add(PROCESS_FILE, 0, "", "process-file-missing", what, mend, name=name)
        return files

    def _decisions(self, said: ProcessFile, files: Mapping[str, bytes]) -> dict[str, Decision]:
        decisions: dict[str, Decision] = {}
        sources = {self._file(name): files[name] for name in said.decisions if name in files}
        models, faults = dmn.examine(sources)
        self.faults += faults
        is_dmn = all(fault.rule != "dmn-namespace" for fault in faults)
        self.all_read = is_dmn and len(models) == len(said.decisions)
        for model in models.values():
            for decision in model.decisions:
                if decision.id in decisions:
                    what = mark("The decision {decision} is in {other}, too.")
                    mend = mark("Give one of them another id.")
                    self.faults.append(
                        Fault(
                            decision.file, decision.line, decision.id, "decision-twice", what, mend,
                            fields={"decision": decision.id, "other": decisions[decision.id].file},
                        )
                    )  # fmt: skip
                decisions.setdefault(decision.id, decision)
        if not self.passed:
            faulty = {fault.file for fault in faults}
            self.faults += dmn.check([decision for decision in decisions.values() if decision.file not in faulty])
        return decisions

    def _model(self, said: ProcessFile, files: Mapping[str, bytes], decisions: Mapping[str, Decision]) -> Model | None:
        if said.model not in files:
            return None
        if self.passed:
            return bpmn.read(files[said.model], self._file(said.model))
        try:
            model, faults = bpmn.examine(files[said.model], self._file(said.model), decisions)
        except FaultyError as error:
            self.faults += error.faults
            return None
        self.faults += [fault for fault in faults if self.all_read or fault.rule != "unknown-decision"]
        self._check_roles(said, model)
        return model

    def _check_roles(self, said: ProcessFile, model: Model) -> None:
        for role in said.roles.keys() - set(lanes_of(model)):
            what = mark("The role {role} is no lane of the model.")
            mend = mark("Correct its name under [roles], or draw the lane.")
            self._add(PROCESS_FILE, 0, "", "role-without-lane", what, mend, Level.WARNING, role=role)

    def _program(self, model: Model, decisions: Mapping[str, Decision], said: ProcessFile, process: str) -> Program:
        """Return the program of one process, which both readers must agree on."""
        program = bpmn.compile(model, decisions, said.zone, process)
        if self.passed:
            return program
        from ironcage import spiff  # noqa: PLC0415 - SpiffWorkflow is slow to load, and only the gate asks it

        try:
            found = disagreement(
                program, spiff.compile(model.source, model.file, decisions, said.zone, process), self._file(said.model)
            )
        except FaultyError as error:
            raise FaultyError(self.faults + error.faults) from error
        if found:
            raise FaultyError([*self.faults, found])
        return program

    def _add(
        self, name: str, line: int, element: str, rule: str, what: str, mend: str, /,
        level: Level = Level.ERROR, **fields: object,
    ) -> None:  # fmt: skip
        self.faults.append(Fault(self._file(name), line, element, rule, what, mend, level, fields=fields))
