"""The variables of a scope as they are stored: bytes, read when somebody asks for one of them.

Most steps of a case look at none of its variables and bring some that it did not have. Stored they are one map of
MessagePack, to which a new variable is appended without reading the others. In it a text, a boolean or null stands as
it is; any other value as the bytes of ``ironcage.values.to_bytes``, which are read when that variable is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from typing import TYPE_CHECKING, Any, cast

from ironcage.values import Value, from_bytes, packed

if TYPE_CHECKING:
    from ironcage.values import Context

_AS_THEY_ARE = {str, bool, type(None)}
_MAP = b"\xdf"
"""Begins a map whose number of entries stands in the four bytes that follow."""
_HEAD = 5


class Variables(Mapping[str, Value]):
    """Variables read from a state, and those set since; a context in all but its type.

    Never a ``dict``: what copies one in C would take the bytes for values.
    """

    __slots__ = ("_found", "_set", "_stored")

    def __init__(self, stored: bytes, since: Context | None = None) -> None:
        self._stored = stored
        self._found: dict[str, Any] | None = None
        self._set: Context = since or {}

    def _read(self) -> dict[str, Any]:
        """Return what was stored, by name, each as it stands there."""
        if self._found is None:
            self._found = cast("dict[str, Any]", from_bytes(self._stored)) if self._stored else {}
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
        return bool(self._stored or self._set)

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

    def stored(self) -> bytes:
        """Return them as they are stored."""
        if not self._set:
            return self._stored
        if not self._stored:
            return stored(self._set)
        for name in self._set:
            # A name whose bytes are nowhere among those of the variables is new. One that seems to be there may only be
            # part of some text: then the same bytes come about the long way.
            if name.encode() in self._stored:
                return _map({**self._read(), **_entries(self._set)})
        count = int.from_bytes(self._stored[1:_HEAD]) + len(self._set)
        return _head(count) + self._stored[_HEAD:] + _body(_entries(self._set))


def stored(variables: Context | Variables) -> bytes:
    """Return *variables* as they are stored; equal ones in equal order are stored equally.

    Raises:
        TypeError, ValueError, OverflowError: one is no value.
    """
    if isinstance(variables, Variables):
        return variables.stored()
    return _map(_entries(variables)) if variables else b""


def read(found: bytes) -> Context:
    """Return the variables that were stored as *found*."""
    return cast("Context", Variables(found))


def _entries(variables: Context) -> dict[str, Any]:
    return {name: value if type(value) in _AS_THEY_ARE else packed(value) for name, value in variables.items()}


def _map(entries: dict[str, Any]) -> bytes:
    return _head(len(entries)) + _body(entries)


def _head(count: int) -> bytes:
    return _MAP + count.to_bytes(_HEAD - 1)


def _body(entries: dict[str, Any]) -> bytes:
    """Return the entries of a map without its head, which MessagePack writes as short as it can."""
    count = len(entries)
    return packed(entries)[1 if count < 16 else 3 if count < 1 << 16 else _HEAD :]
