"""The variables of a scope as they are stored: what takes time to read stays bytes until somebody asks for it.

Most steps of a case look at few of its variables and change fewer. A text, a boolean or null is stored as it is;
any other value as the bytes of ``ironcage.values.to_bytes``, which are taken over unread from one state into the next.
"""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Mapping
from typing import TYPE_CHECKING, Any, cast

from ironcage.values import Value, from_bytes, packed

if TYPE_CHECKING:
    from ironcage.values import Context

Stored = dict[str, Any]
"""Variables by name, each as it is stored."""

_AS_THEY_ARE = {str, bool, type(None)}


class Variables(Mapping[str, Value]):
    """Variables read from a state, and those set since; a context in all but its type.

    Never a ``dict``: what copies one in C would take the bytes for values.
    """

    __slots__ = ("_set", "_stored")

    def __init__(self, stored: Stored, since: Context | None = None) -> None:
        self._stored = stored
        self._set: Context = since or {}

    def __getitem__(self, name: str) -> Value:
        if name in self._set:
            return self._set[name]
        value = self._stored[name]
        return from_bytes(value) if type(value) is bytes else value

    def __setitem__(self, name: str, value: Value) -> None:
        self._set[name] = value

    def __iter__(self) -> Iterator[str]:
        return iter({**self._stored, **self._set})

    def __len__(self) -> int:
        return len({**self._stored, **self._set})

    def __bool__(self) -> bool:
        return bool(self._stored or self._set)

    def __contains__(self, name: object) -> bool:
        return name in self._set or name in self._stored

    def __or__(self, other: Context) -> Context:
        return {**self, **other}

    def __ror__(self, other: Context) -> Context:
        return {**other, **self}

    def __repr__(self) -> str:
        return repr(dict(self))

    def keys(self) -> KeysView[str]:
        """Return their names."""
        return {**self._stored, **self._set}.keys()

    def get(self, name: str, default: object = None) -> Any:
        """Return the variable, or *default*."""
        if name in self._set:
            return self._set[name]
        value = self._stored.get(name, default)
        return from_bytes(value) if type(value) is bytes else value

    def update(self, data: Context) -> None:
        """Set the variables of *data*."""
        self._set.update(data)

    def copy(self) -> Variables:
        """Return variables that can be set without setting these."""
        return Variables(self._stored, self._set.copy())

    def stored(self) -> Stored:
        """Return them as they are stored."""
        return {**self._stored, **stored(self._set)} if self._set else self._stored


def stored(variables: Context | Variables) -> Stored:
    """Return *variables* as they are stored.

    Raises:
        TypeError, ValueError, OverflowError: one is no value.
    """
    if isinstance(variables, Variables):
        return variables.stored()
    return {name: value if type(value) in _AS_THEY_ARE else packed(value) for name, value in variables.items()}


def read(found: Stored) -> Context:
    """Return the variables that were stored as *found*."""
    return cast("Context", Variables(found))
