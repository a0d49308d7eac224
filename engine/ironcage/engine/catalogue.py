"""The definitions that cases run on, read from the database once."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from ironcage.definitions import digest as digest_of
from ironcage.definitions import restore
from ironcage.engine.refusals import UnknownProcessError, UnknownVersionError
from ironcage.errors import RefusedError
from ironcage.messages import mark
from ironcage.record import Recorder
from ironcage.settings import NOTHING_SET
from ironcage.store import definitions as stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from ironcage.definitions import Definition
    from ironcage.messages import Text
    from ironcage.program import Program
    from ironcage.settings import Site
    from ironcage.store import StoredCase, Work


class AlteredDefinitionError(RefusedError):
    """The stored files of a definition are not those that were deployed."""

    message = mark(
        "Version {version} of {process} was altered in the database after it was deployed. Its cases are left as they "
        "are; restore the database from a backup."
    )


class Runnable(NamedTuple):
    """A process of a deployed definition, ready to take steps."""

    process: str
    """Its key: that of the folder, or ``FOLDER.ID`` for another process of the same file."""
    version: int
    definition: Definition
    program: Program
    recorder: Recorder
    site: Site
    """What the site sets."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of the process."""
        return self.program.zone or UTC

    def called(self, name: str) -> str:
        """Return the key of the process that a call activity here calls *name*: one of the same folder first."""
        programs = programs_of(self.definition)
        return next((key for key, program in programs.items() if program.process == name), name)


class Catalogue:
    """Finds definitions by case or process.

    They are kept by the digest of their files, which never lies, and not by their version number, which a deployment
    that is rolled back gives to other files.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        """What the site sets."""
        self._kept: dict[tuple[str, int, bytes], Runnable] = {}

    def newest(self, work: Work, process: str) -> Runnable:
        """Return the newest version of *process*.

        Raises:
            UnknownProcessError: none is deployed.
        """
        found = work.newest_version(process)
        if found is None:
            raise UnknownProcessError(process=process)
        return self._find(work, process, *found)

    def version(self, work: Work, process: str, version: int) -> Runnable:
        """Return version number *version* of *process*.

        Raises:
            UnknownVersionError: it is not deployed.
        """
        digest = work.find_digest(process, version)
        if digest is None:
            raise UnknownVersionError(process=process, version=version)
        return self._find(work, process, version, digest)

    def of(self, work: Work, case: StoredCase) -> Runnable:
        """Return what *case*, which is not an imported one, runs on."""
        assert case.version is not None, "a constraint gives every case of the engine a version"
        return self._find(work, case.process, case.version, work.version_digest(case.process, case.version))

    def names(self, work: Work, process: str, version: int | None) -> Mapping[str, Text]:
        """Return what the elements of a version, the newest for None, are called; none where it is not deployed."""
        found = work.newest_version(process) if version is None else (version, work.version_digest(process, version))
        return self._find(work, process, *found).definition.names if found else {}

    def _find(self, work: Work, process: str, version: int, digest: bytes) -> Runnable:
        kept = self._kept.get((process, version, digest))
        if kept is None:
            folder = stored.folder_of(process)
            files = stored.files(work.connection, process, version)
            if digest_of(files) != digest:
                raise AlteredDefinitionError(process=folder, version=version)
            for each in runnables(restore(files, f"{folder}@{version}"), version, self.site):
                self._kept[each.process, version, digest] = each
            kept = self._kept[process, version, digest]
        return kept


def programs_of(definition: Definition) -> Mapping[str, Program]:
    """Return every executable process of *definition* by its key, that of the folder first."""
    main, *others = definition.programs.items()
    return {definition.key: main[1], **{f"{definition.key}.{process}": program for process, program in others}}


def runnables(definition: Definition, version: int, site: Site = NOTHING_SET) -> Iterator[Runnable]:
    """Yield every process of *definition*, ready to take steps as version number *version*, where *site* is set."""
    digest = definition.digest.hex()
    for process, program in programs_of(definition).items():
        recorder = Recorder(program, definition.schema.audit_fields, f"{process}@{version} sha256:{digest}")
        yield Runnable(process, version, definition, program, recorder, site)
