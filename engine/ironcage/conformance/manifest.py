"""The manifest of a suite: which files there are, how each is run, and what must come of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from ironcage.errors import RefusedError
from ironcage.messages import mark, text
from ironcage.values import NotAValueError, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ironcage.values import Context


class ManifestError(RefusedError):
    """The manifest does not say what it must."""

    message = mark("{file}: {place} is {found}, where {wanted} is needed.")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the suite, and the digest by which the manifest knows it."""

    path: Path
    sha256: str

    def read(self) -> bytes:
        """Return its bytes.

        Raises:
            OSError: it is not there.
            ChangedFileError: they are not those the manifest was made for.
        """
        body = self.path.read_bytes()
        if self.sha256 and sha256(body).hexdigest() != self.sha256:
            raise ChangedFileError(file=str(self.path))
        return body


class ChangedFileError(RefusedError):
    """A file of the suite is not the one the manifest was made for."""

    message = mark("{file} is not the file that the manifest was made for: its digest differs.")


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of a process.

    Attributes:
        number: the n-th of its test.
        data: what the case begins with.
        companion: whether a case of the other process of the file is started first.
        delay: how much time passes, in microseconds.
        expected: the tokens that must result.
    """

    number: int
    data: Context
    companion: bool
    delay: int
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A process and its runs."""

    id: str
    source: Source
    process: str
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A file that must be refused."""

    id: str
    source: Source


@dataclass(frozen=True, slots=True)
class Manifest:
    """A suite."""

    tests: tuple[Test, ...]
    constraints: tuple[Constraint, ...]


def read_manifest(file: Path) -> Manifest:
    """Return what the manifest in *file* says; its files lie beside it.

    Raises:
        OSError: it cannot be read.
        ManifestError: it is no manifest.
    """
    try:
        read = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ManifestError(file=str(file), place="/", found=str(error), wanted="JSON") from error
    top = _Part(file, "", read)
    return Manifest(
        tests=tuple(_test(each) for each in top.parts("tests")),
        constraints=tuple(Constraint(each.word("id"), _source(each)) for each in top.parts("constraints")),
    )


def _test(part: _Part) -> Test:
    trials = tuple(map(_trial, part.parts("cases")))
    return Test(part.word("id"), _source(part), part.word("process_id"), trials)


def _trial(part: _Part) -> Trial:
    return Trial(
        number=part.number("n"),
        data=part.data("vars"),
        companion=part.flag("parallel_process"),
        delay=part.number("delay_ms") * 1000,
        expected=part.texts("expect"),
    )


def _source(part: _Part) -> Source:
    return Source(part.file.parent / part.word("file"), part.word("sha256"))


@dataclass(frozen=True, slots=True)
class _Part:
    """An object of the manifest, and where in it it stands."""

    file: Path
    place: str
    said: object

    def parts(self, key: str) -> Iterator[_Part]:
        """Yield the objects of a list; a list that is not there is empty."""
        listed = self._get(key, [], lambda found: isinstance(found, list), mark("a list"))
        for number, each in enumerate(cast("list[object]", listed)):
            yield _Part(self.file, f"{self.place}/{key}/{number}", each)

    def word(self, key: str) -> str:
        return cast("str", self._get(key, None, lambda found: isinstance(found, str), mark("text")))

    def number(self, key: str) -> int:
        return cast("int", self._get(key, 0, _is_number, mark("a whole number that is not negative")))

    def flag(self, key: str) -> bool:
        return cast("bool", self._get(key, False, lambda found: isinstance(found, bool), mark("true or false")))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", self._get(key, None, _is_texts, mark("a list of texts"))))

    def data(self, key: str) -> Context:
        found = self._get(key, {}, lambda found: isinstance(found, dict), mark("an object"))
        try:
            return cast("Context", plain(found))
        except NotAValueError as error:
            raise self._refused(key, found, mark("case data")) from error

    def _get(self, key: str, otherwise: object, is_right: Callable[[object], bool], wanted: str) -> object:
        if not isinstance(self.said, dict):
            raise self._refused("", self.said, mark("an object"))
        found = cast("Mapping[str, object]", self.said).get(key, otherwise)
        if not is_right(found):
            raise self._refused(key, found, wanted)
        return found

    def _refused(self, key: str, found: object, wanted: str) -> ManifestError:
        place = f"{self.place}/{key}" if key else self.place or "/"
        return ManifestError(file=str(self.file), place=place, found=repr(found)[:80], wanted=text(wanted))


def _is_number(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and found >= 0


def _is_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)
