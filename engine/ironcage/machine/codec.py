"""A state as compact bytes: a version, then MessagePack with the extension types of ``ironcage.values``.

Activities and waits are tuples, which are written as they are and made of what was read without a call of Python.
"""

from __future__ import annotations

from typing import Any

import msgpack

from ironcage.errors import SurroundingsError
from ironcage.machine.forms import UPGRADES, upgraded
from ironcage.machine.plan import CASE
from ironcage.machine.state import Activity, Completed, Rounds, Scope, State, Status, Wait, WaitKind, blank
from ironcage.machine.step import made
from ironcage.machine.variables import read, stored
from ironcage.messages import mark
from ironcage.values import NotPackableError, StoredBytesError, pack_extension, unpack_extension

_STATUSES = tuple(Status)
_KINDS = tuple(WaitKind)
_PREFIX = b"\x02"
"""The version of the form."""
_BUFFER = 1024
"""Bytes; enough for most states, and far less than the usual megabyte, which costs more than the packing."""


class StateVersionError(SurroundingsError):
    """A stored state is of a form this release does not know."""

    message = mark(
        "The stored state of the case has form {version}, this release reads form {known}. Use the release that wrote "
        "it, or a newer one."
    )


def encode(state: State) -> bytes:
    """Return *state* as bytes; equal states of equal history give equal bytes.

    Raises:
        NotPackableError: a variable is not a value.
    """
    try:
        body = (
            state.status, state.next, state.due, state.executions,
            {number: _scope(scope) for number, scope in state.scopes.items()},
            state.activities, state.waits, state.conversations,
        )  # fmt: skip
        packed: bytes = msgpack.Packer(default=_part, buf_size=_BUFFER).pack(body)
        return _PREFIX + packed
    except (TypeError, ValueError, OverflowError) as error:
        raise NotPackableError(reason=error) from error


def _scope(scope: Scope) -> tuple[object, ...]:
    here = (scope.live, stored(scope.variables), scope.arrivals)
    if scope.parent or scope.pending or scope.resets or scope.done:
        return (
            *here, scope.node, scope.parent, scope.activity, scope.pending, scope.resets, scope.backlog, scope.done,
            scope.shadow,
        )  # fmt: skip
    return here  # all that the process itself has in most cases


def _part(part: object) -> object:
    """Return what is written for that part of a state which MessagePack does not know."""
    if isinstance(part, Rounds):
        return part.total, part.begun, part.completed, part.items, part.yielded
    return pack_extension(part)


def decode(kept: bytes) -> State:
    """Return the state that ``encode`` made *kept* of.

    Raises:
        StateVersionError: it was written by a release whose form this one does not know.
        StoredBytesError: the bytes are damaged.
    """
    try:
        form = bytes(kept)[:1]
    except TypeError as error:  # SQLite keeps text where bytes belong if somebody puts it there
        raise StoredBytesError(reason=error) from error
    if form != _PREFIX and form not in UPGRADES:
        raise StateVersionError(version=form.hex(), known=_PREFIX.hex())
    try:
        body = msgpack.unpackb(kept[1:], ext_hook=unpack_extension, strict_map_key=False)
        return _state(*(body if form == _PREFIX else upgraded(form, body)))
    except (ValueError, TypeError, LookupError, msgpack.UnpackException, ArithmeticError) as error:
        raise StoredBytesError(reason=error) from error


def _state(
    status: int,
    number: int,
    due: int | None,
    executions: dict[int, int],
    scopes: dict[int, Any],
    activities: dict[int, Any],
    waits: dict[int, Any],
    conversations: dict[str, Any],
) -> State:
    state = blank(State)
    state.status, state.next, state.due, state.executions = _STATUSES[status], number, due, executions
    state.scopes = {number: _read_scope(*scope) for number, scope in scopes.items()}
    state.activities = {
        number: made(
            Activity,
            (
                node, scope, execution, role, unit, due, inner, outer, which,
                None if rounds is None else _read_rounds(*rounds),
                None if todo is None else _read_completed(todo), is_detached,
            ),
        )
        for number, (
            node, scope, execution, role, unit, due, inner, outer, which, rounds, todo, is_detached,
        ) in activities.items()
    }  # fmt: skip
    state.waits = {
        number: made(Wait, (_KINDS[kind], node, activity, at, event, left, tuple(key), held))
        for number, (kind, node, activity, at, event, left, key, held) in waits.items()
    }
    state.conversations = {name: tuple(key) for name, key in conversations.items()} if conversations else {}
    return state


def _read_scope(live: int, variables: Any, arrivals: dict[int, int], *rest: Any) -> Scope:
    if not rest:
        scope = blank(Scope)
        scope.live, scope.variables, scope.arrivals = live, read(*variables), arrivals
        scope.node, scope.parent, scope.activity = CASE, 0, 0
        scope.pending, scope.resets = {}, {}
        scope.backlog, scope.done, scope.shadow = (), (), None
        return scope
    node, parent, activity, pending, resets, backlog, done, shadow = rest
    return Scope(
        live, read(*variables), arrivals, node, parent, activity, pending,
        {gateway: tuple(served) for gateway, served in resets.items()},
        tuple(backlog), _read_completed(done), shadow,
    )  # fmt: skip


def _read_completed(written: list[Any]) -> tuple[Completed, ...]:
    return tuple(Completed(node, snapshot, _read_completed(inside)) for node, snapshot, inside in written)


def _read_rounds(total: int | None, begun: int, completed: int, items: list[Any], yielded: dict[int, Any]) -> Rounds:
    return Rounds(total, begun, completed, tuple(items), yielded)
