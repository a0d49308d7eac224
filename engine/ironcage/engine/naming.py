"""How people name a case, and a task or a job: ``PROCESS/KEY`` and ``PROCESS/KEY/NUMBER``.

A process key has no slash, a number has none; the key of a case may have any.
"""

from __future__ import annotations

import hashlib
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ironcage.engine.refusals import (
    CaseArchivedError,
    CaseKeyError,
    UnknownCaseError,
    UnknownJobError,
    UnknownTaskError,
)
from ironcage.record import part_of, subject_of

if TYPE_CHECKING:
    from ironcage.store import About, StoredCase, StoredJob, StoredTask, WaitKey, Work

_LONGEST_KEY = 200


class CaseName(NamedTuple):
    """The name of a case, taken apart."""

    process: str
    key: str

    def __str__(self) -> str:
        return subject_of(self.process, self.key)

    @property
    def part(self) -> int:
        """The bucket of the case."""
        return part_of(self.process, self.key)


def new_key() -> str:
    """Return a key that no other case has."""
    return uuid.uuid4().hex


def case_name(name: str) -> CaseName:
    """Return *name* taken apart.

    Raises:
        UnknownCaseError: it is not the name of a case.
    """
    process, slash, key = name.partition("/")
    if not slash:
        raise UnknownCaseError(case=name)
    return CaseName(process, key)


def check_key(key: str) -> None:
    """Make sure that *key* can name a case.

    Raises:
        CaseKeyError: it cannot.
    """
    if not key.strip() or not key.isprintable() or len(key) > _LONGEST_KEY:
        raise CaseKeyError(key=repr(key))


def find_case(work: Work, name: str) -> StoredCase:
    """Return the case called *name*.

    Raises:
        UnknownCaseError: there is none.
    """
    case = case_name(name)
    found = work.case(case.part, case.process, case.key)
    if found is None:
        raise UnknownCaseError(case=name)
    return found


def called_key(caller: str, element: str, execution: int) -> str:
    """Return the key of the case that *caller* calls at the *execution*-th time it comes to *element*.

    Where calls lie deep in each other, the digest of the name of the caller stands for it.
    """
    key = f"{caller}/{element}/{execution}"
    return key if len(key) <= _LONGEST_KEY else f"{hashlib.sha256(caller.encode()).hexdigest()}/{element}/{execution}"


def task_name(task: StoredTask) -> str:
    """Return the name of the task."""
    return f"{task.process}/{task.key}/{task.wait}"


def job_name(job: StoredJob, case: str) -> str:
    """Return the name of the job, which belongs to the case called *case*."""
    return f"{case}/{job.wait}"


def place_of(work: Work, name: str) -> WaitKey:
    """Return the place of the job called *name*, whether it is there or was.

    Raises:
        UnknownJobError: *name* is not the name of a job.
        UnknownCaseError: there is no such case.
    """
    numbered = _numbered(name)
    if numbered is None:
        raise UnknownJobError(job=name)
    _, process, key, number = numbered
    case = find_case(work, subject_of(process, key))
    return (case.part, case.id, number)


def find_job(work: Work, name: str) -> tuple[StoredCase, StoredJob]:
    """Return the job called *name* and its case.

    Raises:
        UnknownJobError: there is none, or none any more.
    """
    numbered = _numbered(name)
    if numbered is None:
        raise UnknownJobError(job=name)
    part, process, key, number = numbered
    case = work.case(part, process, key)
    job = work.job((case.part, case.id, number)) if case else None
    if case is None or job is None:
        raise UnknownJobError(job=name)
    return case, job


def find_task(work: Work, name: str) -> tuple[StoredCase, StoredTask]:
    """Return the task called *name*, open or closed, and its case.

    Raises:
        UnknownTaskError: there is none.
        CaseArchivedError: it may lie in an archive, where the case is.
    """
    numbered = _numbered(name)
    if numbered is None:
        raise UnknownTaskError(task=name)
    part, process, key, number = numbered
    case, task = work.case_and_task(part, process, key, number)
    if case is not None and task is not None:
        return case, task
    of = work.case(part, process, key)
    if of is not None and of.archive is not None:
        raise CaseArchivedError(case=subject_of(process, key), archive=of.archive)
    raise UnknownTaskError(task=name)


def about_case(name: str) -> list[About]:
    """Return what a command on the case called *name* is about; nothing where no case can be called so."""
    process, slash, key = name.partition("/")
    return [(part_of(process, key), process, key, None)] if slash and name.isprintable() else []


def about_task(name: str) -> list[About]:
    """Return what a command on the task called *name* is about; nothing where no task can be called so."""
    numbered = _numbered(name) if name.isprintable() else None
    return [numbered] if numbered else []


def about_job(name: str) -> list[About]:
    """Return what a command on the job called *name* is about, as far as it is read beforehand: its case."""
    return about_case(name.rpartition("/")[0])


@lru_cache(1024)
def _numbered(name: str) -> tuple[int, str, str, int] | None:
    """Return part, process, key and number of *name*, ``PROCESS/KEY/NUMBER``; None where it is none.

    It is asked for before a command, and by it: so it is kept for a while.
    """
    of, _, number = name.rpartition("/")
    process, slash, key = of.partition("/")
    if not slash or not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    return part_of(process, key), process, key, int(number)
