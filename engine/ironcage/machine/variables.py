"""The variables of a scope as they are stored: unread, until somebody asks for one of them.

Most steps of a case look at none of its variables and bring some that it did not have. Stored they are one text with
their names and one row of bytes with their values, to which new ones are appended. A text, a boolean or null stands
there as it is; any other value as the bytes of ``ironcage.values.to_bytes``, which are read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ironcage.values import Value, from_bytes, packed

if TYPE_CHECKING:
    from ironcage.values import Context

Stored: TypeAlias = tuple[str, bytes]
"""The names, each followed by a NUL, and the values, each in MessagePack."""

_NOTHING: Stored = ("", b"")
_END = "\0"
_AS_THEY_ARE = {str, bool, type(None)}
_LIST = b"\xdd"
"""Begins a list whose length stands in the four bytes that follow."""


class Variables(Mapping[str, Value]):
    """Variables read from a state, and those set since; a context in all but its type.

    Never a ``dict``: what copies one in C would take the bytes for values.
    """

    __slots__ = ("_found", "_set", "_stored")

    def __init__(self, stored: Stored, since: Context) -> None:
        self._stored = stored
        self._found: dict[str, Any] | None = None
        self._set = since

    def _read(self) -> dict[str, Any]:
        """Return what was stored, by name, each as it stands there."""
        if self._found is None:
            names, values = self._stored
            many = names.count(_END)
            found = cast("list[Any]", from_bytes(_LIST + many.to_bytes(4) + values))
            self._found = dict(zip(names.split(_END), found, strict=False))
        return self._found

    def __getitem__(self, name: str) -> Value:
        if name in self._set:
            return self._set[name]
        value = self._read()[name]
        return from_bytes(value) if type(value) is bytes else value

    def __setitem__(self, name: str, value: Value) -> None:
        self._set[name] = value

    def __iter__(self) -> Iterator[str]:
        return iter({**self._read(), **self._set})

    def __len__(self) -> int:
        return len({**self._read(), **self._set})

    def __bool__(self) -> bool:
        return bool(self._stored[0] or self._set)

    def __contains__(self, name: object) -> bool:
        return name in self._set or name in self._read()

    def __or__(self, other: Context) -> Context:
        return {**self, **other}

    def __ror__(self, other: Context) -> Context:
        return {**other, **self}

    def __repr__(self) -> str:
        return repr(dict(self))

    def keys(self) -> KeysView[str]:
        """Return their names."""
        return {**self._read(), **self._set}.keys()

    def get(self, name: str, default: object = None) -> Any:
        """Return the variable, or *default*."""
        if name in self._set:
            return self._set[name]
        value = self._read().get(name, default)
        return from_bytes(value) if type(value) is bytes else value

    def update(self, data: Context) -> None:
        """Set the variables of *data*."""
        self._set.update(data)

    def copy(self) -> Variables:
        """Return variables that can be set without setting these."""
        return Variables(self._stored, self._set.copy())

    def stored(self) -> Stored:
        """Return them as they are stored."""
        if not self._set:
            return self._stored
        names, values = self._stored
        for name in self._set:
            # One that seems to be there may only be part of another name: then the same comes about the long way.
            if name in names:
                return _stored({**self._read(), **_entries(self._set)})
        more_names, more_values = _stored(_entries(self._set))
        return names + more_names, values + more_values


def stored(variables: Context | Variables) -> Stored:
    """Return *variables* as they are stored; equal ones in equal order are stored equally.

    Raises:
        TypeError, ValueError, OverflowError: one is no value.
    """
    if isinstance(variables, Variables):
        return variables.stored()
    return _stored(_entries(variables)) if variables else _NOTHING


def joined(entries: dict[str, Any]) -> Stored:
    """Return as they are stored the variables whose *entries* were read one by one, as form 1 of states kept them."""
    return _stored(entries) if entries else _NOTHING


def read(names: str, values: bytes) -> Context:
    """Return the variables that were stored as *names* and *values*."""
    unread: Any = Variables((names, values), {})
    context: Context = unread
    return context


def _entries(variables: Context) -> dict[str, Any]:
    return {name: value if type(value) in _AS_THEY_ARE else packed(value) for name, value in variables.items()}


def _stored(entries: dict[str, Any]) -> Stored:
    names, many = _END.join(entries) + _END, len(entries)
    if names.count(_END) != many:
        raise ValueError(names)
    # Without the head of the list, which is as short as its length allows.
    return names, packed([*entries.values()])[1 if many < 16 else 3 if many < 1 << 16 else 5 :]
