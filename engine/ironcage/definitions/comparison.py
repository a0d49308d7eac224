"""Where the two readings of a file differ: in any field of any part, the inside of expressions included."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ironcage.clock import Moment
from ironcage.faults import Fault
from ironcage.feel import Expression
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.program import Program

_PARTS = ("nodes", "flows", "lanes")
_NO_TIME = Moment(0)


class Difference(NamedTuple):
    """The first field in which two programs differ, and what each says; ``loop.items`` is a field inside a field."""

    line: int
    element: str
    field: str
    ours: object
    theirs: object


class _Parting(NamedTuple):
    field: str
    ours: object
    theirs: object


def disagreement(ours: Program, theirs: Program, file: str) -> Fault | None:
    """Return the fault of a *file* that the two readers read differently; None if they agree."""
    found = difference(ours, theirs)
    if found is None:
        return None
    what = mark("The two readers disagree on {field} of {found}: ours says {ours}, SpiffWorkflow {theirs}.")
    mend = mark("Write it in a plainer way, and please report this file: one of the readers is wrong.")
    said: dict[str, object] = {"ours": repr(found.ours)[:120], "theirs": repr(found.theirs)[:120]}
    fields = {"field": found.field, "found": found.element, **said}
    return Fault(file, found.line, found.element, "readers-disagree", what, mend, fields=fields)


def difference(ours: Program, theirs: Program) -> Difference | None:
    """Return the first difference of two programs: of a node, a flow, a lane, or the process; None if none."""
    for part in _PARTS:
        mine, others = getattr(ours, part), getattr(theirs, part)
        for our, their in zip(mine, others, strict=False):
            if found := _parting(our, their):
                return Difference(getattr(our, "line", 0), our.id, *found)
        if len(mine) != len(others):
            return Difference(0, ours.process, part, len(mine), len(others))
    found = _parting(ours, theirs)
    return found and Difference(0, ours.process, *found)


def _parting(ours: object, theirs: object) -> _Parting | None:
    """Return the innermost place where two values differ."""
    if ours is theirs:
        return None
    if type(ours) is not type(theirs):
        return _Parting("", ours, theirs)
    for name, our, their in _inside(ours, theirs):
        if found := _parting(our, their):
            return found._replace(field=f"{name}.{found.field}".rstrip("."))
    return None if ours == theirs else _Parting("", ours, theirs)


def _inside(ours: Any, theirs: Any) -> Iterable[tuple[str, object, object]]:
    """Return what two values of one type are made of, as far as it can be told part by part."""
    if isinstance(ours, Expression):
        return _of_expressions(ours, theirs)
    if is_dataclass(ours):
        names = (each.name for each in fields(ours) if each.compare)
        return ((name, getattr(ours, name), getattr(theirs, name)) for name in names)
    if isinstance(ours, tuple) and len(ours) == len(theirs):
        return ((str(place), our, their) for place, (our, their) in enumerate(zip(ours, theirs, strict=True)))
    return ()


def _of_expressions(ours: Expression, theirs: Expression) -> Iterator[tuple[str, object, object]]:
    """Yield what two expressions say; of one text, one may still be a date and the other a subtraction."""
    yield "text", ours.text, theirs.text
    yield "names", ours.names | ours.entries, theirs.names | theirs.entries
    yield "constant", ours.constant, theirs.constant
    if ours.constant and theirs.constant:
        yield "value", ours.evaluate({}, _NO_TIME), theirs.evaluate({}, _NO_TIME)
