"""What the data of a case may hold: the fields a process folder declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.messages import mark, text
from ironcage.values import NotAValueError, ValueKind, conforms, kind_of, plain
from ironcage.values.temporal import date_of, datetime_of, duration_of, months_of, time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ironcage.messages import Text
    from ironcage.values import Context, Value

_FROM_TEXT: dict[ValueKind, Callable[[str], Value]] = {
    ValueKind.DATE: date_of,
    ValueKind.TIME: time_of,
    ValueKind.DATE_TIME: datetime_of,
    ValueKind.DURATION: duration_of,
    ValueKind.MONTHS: months_of,
}


@dataclass(frozen=True, slots=True)
class DataField:
    """One field of the case data."""

    kind: ValueKind
    title: Text
    audit: bool = False
    """Whether rules may know it; it is kept in the event for ever, so it is never personal."""
    personal: bool = False
    """Whether it says something about a person; it can be erased."""
    required: bool = False
    """Whether a case cannot start without it."""


@dataclass(frozen=True, slots=True)
class DataProblem:
    """What is wrong with one field; *what* is a message, filled in from *fields*."""

    name: str
    what: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return text(self.what, name=self.name, **self.fields)


class DataRefusedError(RefusedError):
    """Data do not fit the schema of the process."""

    message = mark("The data do not fit the process: {problems}")

    def __init__(self, problems: list[DataProblem]) -> None:
        super().__init__(problems=problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return text(self.message, problems=" ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class DataSchema:
    """The fields of the case data, by name, in the order of the file."""

    fields: Mapping[str, DataField] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def audit_fields(self) -> frozenset[str]:
        """The fields that rules may know."""
        return frozenset(name for name, each in self.fields.items() if each.audit)

    @property
    def personal_fields(self) -> frozenset[str]:
        """The fields that say something about a person."""
        return frozenset(name for name, each in self.fields.items() if each.personal)

    def accept(self, data: Mapping[str, object], *, partial: bool = False, others: bool = False) -> Context:
        """Return *data* as case data.

        A text stands for a date, a time, a date and time or a duration where the field is of such a kind and the text
        says exactly one, for JSON has no word for them. Null stands for nothing.

        Args:
            data: what somebody brings.
            partial: whether required fields may be missing, as when a task is completed.
            others: whether there may be more than the fields, as in a message or from a case that calls.

        Raises:
            DataRefusedError: a field is unknown, missing or of another kind; every such field is named.
        """
        accepted: Context = {}
        problems: list[DataProblem] = []
        for name, brought in data.items():
            declared = self.fields.get(name)
            if declared is None and not others:
                problems.append(DataProblem(name, _UNKNOWN, {"known": ", ".join(self.fields) or "-"}))
                continue
            try:
                value = plain(brought)
                accepted[name] = _taken(name, value, declared.kind) if declared else value
            except NotAValueError as error:
                problems.append(DataProblem(name, _NOT_A_VALUE, {"reason": error}))
            except _OtherKindError as error:
                problems.append(error.problem)
        if not partial:
            missing = [name for name, each in self.fields.items() if each.required and data.get(name) is None]
            problems += [DataProblem(name, _MISSING, {"kind": self.fields[name].kind}) for name in missing]
        if problems:
            raise DataRefusedError(problems)
        return accepted

    def misfits(self, variables: Context) -> list[DataProblem]:
        """Return what the variables of a case that runs already lack, or have of another kind."""
        problems: list[DataProblem] = []
        for name, declared in self.fields.items():
            value = variables.get(name)
            if value is None:
                if declared.required:
                    problems.append(DataProblem(name, _MISSING, {"kind": declared.kind}))
            elif not conforms(value, declared.kind):
                problems.append(DataProblem(name, _OTHER_KIND, {"kind": declared.kind, "got": kind_of(value)}))
        return problems


class _OtherKindError(Exception):
    def __init__(self, problem: DataProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def _taken(name: str, value: Value, kind: ValueKind) -> Value:
    if value is None or conforms(value, kind):
        return value
    read = _FROM_TEXT.get(kind)
    if read is None or not isinstance(value, str):
        raise _OtherKindError(DataProblem(name, _OTHER_KIND, {"kind": kind, "got": kind_of(value)}))
    try:
        return read(value)
    except ValueError as error:
        raise _OtherKindError(DataProblem(name, _OTHER_TEXT, {"kind": kind, "got": value[:80]})) from error


_UNKNOWN = mark("{name} is no field of the process; its fields are: {known}.")
_MISSING = mark("{name} is missing; it is required and of the kind {kind}.")
_NOT_A_VALUE = mark("{name} is not case data: {reason}")
_OTHER_KIND = mark("{name} must be of the kind {kind}, but is of the kind {got}.")
_OTHER_TEXT = mark("{name} must be of the kind {kind}, which {got!r} does not say.")
