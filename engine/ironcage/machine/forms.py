"""States that earlier releases wrote: each form is made into the next one, until it is that of this release.

What is upgraded is the body of a state as MessagePack reads it: lists, mappings, texts, numbers. A form, once released,
never leaves this table; a stored state of each lies with the tests. A release reads a new form before a later one
writes it, so that two releases may work side by side (``docs/decisions/0014-expand-then-contract.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage.machine.variables import joined

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN_ACTIVITY: list[object] = [0, 0, 0, None, None, False]
"""Inner, outer, round, rounds, todo, detached: what form 1 left out of most activities."""
_PLAIN_WAIT: list[object] = [0, None, [], False]
"""Event, left, key, held: what form 1 left out of most waits."""


def _second(body: list[Any]) -> list[Any]:
    """Return a body of form 1 as one of form 2: numbers are keys, variables lie together, only scopes are shortened."""
    status, number, due, executions, scopes, activities, waits, *rest = body
    return [
        status, number, due, executions,
        {key: [live, joined(variables), *more] for key, live, variables, *more in scopes},
        {key: [*activity, *_PLAIN_ACTIVITY][:12] for key, *activity in activities},
        {key: [*wait, *_PLAIN_WAIT][:8] for key, *wait in waits},
        rest[0] if rest else {},
    ]  # fmt: skip


UPGRADES: dict[bytes, tuple[bytes, Callable[[list[Any]], list[Any]]]] = {b"\x01": (b"\x02", _second)}
"""By the version of a form: that of the next one, and what makes the next one of it."""


def upgraded(form: bytes, body: list[Any]) -> list[Any]:
    """Return *body*, of the earlier *form*, in the form of this release."""
    while form in UPGRADES:
        form, following = UPGRADES[form]
        body = following(body)
    return body
