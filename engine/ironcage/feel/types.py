"""The types of FEEL: what ``instance of`` asks, and how a value is brought into the type someone declared for it.

Source: DMN 1.5, 10.3.2.9 (types, conformance and conversions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel.far import FarDate, FarDateTime
from ironcage.feel.ranges import Range
from ironcage.feel.temporal import midnight
from ironcage.values import Months, Transient, Value

if TYPE_CHECKING:
    from ironcage.feel.environment import Environment


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its FEEL name; this class itself is ``Any`` and the types without parts."""

    name: str

    def accepts(self, value: Value) -> bool:
        """Return whether *value* is of the type. Null is of the type ``Null`` only; see ``conform``."""
        return value is not None if self.name == "Any" else _NAMES.get(type(value)) == self.name

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """``list<item>``."""

    name: str = field(default="list", init=False)
    item: Type

    def accepts(self, value: Value) -> bool:
        """Return whether *value* is a list whose items are all of the item type or null."""
        return type(value) is list and all(item is None or self.item.accepts(item) for item in value)

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """``range<end>``."""

    name: str = field(default="range", init=False)
    end: Type

    def accepts(self, value: Value) -> bool:
        """Return whether *value* is a range between ends of the type."""
        return isinstance(value, Range) and all(end is None or self.end.accepts(end) for end in (value.low, value.high))

    def __str__(self) -> str:
        return f"range<{self.end}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """``context<name: type, ...>``; a context may have other entries too."""

    name: str = field(default="context", init=False)
    entries: tuple[tuple[str, Type], ...]

    def accepts(self, value: Value) -> bool:
        """Return whether *value* is a context that has these entries, each of its type or null."""
        return type(value) is dict and all(
            name in value and (value[name] is None or kind.accepts(value[name])) for name, kind in self.entries
        )

    def __str__(self) -> str:
        return f"context<{', '.join(f'{name}: {kind}' for name, kind in self.entries)}>"


Body = Callable[[Sequence[Value], "Environment"], Value]


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue(Transient):
    """A function. *run* is given as many arguments as there are *parameters*, each of its declared type or null."""

    name: str
    parameters: tuple[str, ...]
    run: Body
    types: tuple[Type | None, ...] = ()
    result: Type | None = None
    open_ended: bool = False
    """Whether it takes any number of arguments, and sees to them itself."""
    weight: int = 1
    depth: int = 4

    def invoke(self, arguments: Sequence[Value], env: Environment) -> Value:
        """Return the result; null if it takes another number of arguments, or one is not of its declared type."""
        if not self.open_ended and len(arguments) != len(self.parameters):
            return None
        given = list(arguments)
        for at, kind in enumerate(self.types):
            if kind is not None and given[at] is not None:
                given[at] = conform(given[at], kind)
                if given[at] is None:
                    return None
        env.budget.spend(self.weight)
        env.budget.descend(self.depth)
        try:
            value = self.run(given, env)
        finally:
            env.budget.depth -= self.depth
        return value if self.result is None else conform(value, self.result)

    def order(self, names: tuple[str, ...]) -> list[int] | None:
        """Return for each parameter the place of its argument among *names*; None if they do not fit."""
        if sorted(names) != sorted(self.parameters):
            return None
        return [names.index(parameter) for parameter in self.parameters]


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """``function<parameter, ...> -> result``."""

    name: str = field(default="function", init=False)
    parameters: tuple[Type, ...]
    result: Type

    def accepts(self, value: Value) -> bool:
        """Return whether *value* is a function that takes these parameters and may give this result."""
        if not isinstance(value, FunctionValue):
            return False
        if not self.parameters and self.result is ANY:
            return True
        kinds = value.types or (None,) * len(value.parameters)
        return (
            len(kinds) == len(self.parameters)
            and all(kind is None or wider(kind, wanted) for kind, wanted in zip(kinds, self.parameters, strict=True))
            and (value.result is None or wider(self.result, value.result))
        )

    def __str__(self) -> str:
        return f"function<{', '.join(map(str, self.parameters))}> -> {self.result}"


@dataclass(frozen=True, slots=True)
class NarrowedType(Type):
    """A named type that allows only some values of its *base*."""

    base: Type
    allows: Callable[[Value], bool] = field(compare=False)

    def accepts(self, value: Value) -> bool:
        """Return whether *value* is of the base and allowed."""
        return self.base.accepts(value) and self.allows(value)


ANY = Type("Any")
NULL = Type("Null")
_NAMES: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    FarDate: "date",
    FarDateTime: "date and time",
    Range: "range",
    FunctionValue: "function",
}
TYPES: dict[str, Type] = {name: Type(name) for name in _NAMES.values()} | {
    "Any": ANY,
    "any": ANY,
    "dateTime": Type("date and time"),
    "dayTimeDuration": Type("days and time duration"),
    "yearMonthDuration": Type("years and months duration"),
    "day-time duration": Type("days and time duration"),
    "year-month duration": Type("years and months duration"),
}
"""The types without parts by every name they go by."""


def name_of(value: Value) -> str:
    """Return the FEEL name of the type of *value*."""
    return _NAMES[type(value)]


def wider(outer: Type, inner: Type) -> bool:
    """Return whether every value of *inner* is one of *outer*."""
    if outer is ANY or outer == inner:
        return True
    if isinstance(inner, NarrowedType):
        return wider(outer, inner.base)
    match outer, inner:
        case ListType(), ListType():
            return wider(outer.item, inner.item)
        case RangeType(), RangeType():
            return wider(outer.end, inner.end)
        case ContextType(), ContextType():
            has = dict(inner.entries)
            return all(name in has and wider(kind, has[name]) for name, kind in outer.entries)
        case FunctionType(), FunctionType():
            same = len(outer.parameters) == len(inner.parameters)
            return same and all(map(wider, inner.parameters, outer.parameters)) and wider(outer.result, inner.result)
        case _:
            return type(outer) is Type and outer.name == inner.name


def conform(value: Value, kind: Type) -> Value:
    """Return *value* as one of *kind*: a list of one as its item, one as a list, a date as its midnight; else null."""
    if value is None or kind is ANY or kind.accepts(value):
        return value
    if type(value) is date and _base(kind).name == "date and time":
        return conform(midnight(value), kind)
    if isinstance(_base(kind), ListType) or _base(kind).name == "list":
        return [value] if type(value) is not list and kind.accepts([value]) else None
    if type(value) is list and len(value) == 1:
        return value[0] if kind.accepts(value[0]) else None
    return None


def _base(kind: Type) -> Type:
    while isinstance(kind, NarrowedType):
        kind = kind.base
    return kind


def context_type(entries: Mapping[str, Type]) -> ContextType:
    """Return the type of contexts with these *entries*."""
    return ContextType(tuple(entries.items()))
