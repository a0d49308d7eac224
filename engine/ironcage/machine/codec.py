"""A state as compact bytes: a version, then MessagePack with the extension types of ``ironcage.values``."""

from __future__ import annotations

from typing import Any

import msgpack

from ironcage.errors import SurroundingsError
from ironcage.machine.state import Activity, Completed, Rounds, Scope, State, Status, Wait, WaitKind
from ironcage.machine.variables import read, stored
from ironcage.messages import mark
from ironcage.values import NotPackableError, StoredBytesError, packed, unpack_extension

_STATUSES = {int(status): status for status in Status}
_KINDS = {int(kind): kind for kind in WaitKind}
_PREFIX = b"\x01"
"""The version of the form."""


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
        return _PREFIX + packed(_body(state))
    except (TypeError, ValueError, OverflowError) as error:
        raise NotPackableError(reason=error) from error


def _body(state: State) -> list[object]:
    body: list[object] = [
        int(state.status),
        state.next,
        state.due,
        state.executions,
        [_scope(number, scope) for number, scope in state.scopes.items()],
        [_activity(number, activity) for number, activity in state.activities.items()],
        [_wait(number, wait) for number, wait in state.waits.items()],
    ]
    if state.conversations:
        body.append({name: list(key) for name, key in state.conversations.items()})
    return body


def decode(kept: bytes) -> State:
    """Return the state that ``encode`` made *kept* of.

    Raises:
        StateVersionError: it was written by a release whose form this one does not know.
        StoredBytesError: the bytes are damaged.
    """
    if kept[:1] != _PREFIX:
        raise StateVersionError(version=kept[:1].hex(), known=_PREFIX.hex())
    try:
        return _state(msgpack.unpackb(kept[1:], ext_hook=unpack_extension, strict_map_key=False))
    except (ValueError, TypeError, KeyError, msgpack.UnpackException, ArithmeticError) as error:
        raise StoredBytesError(reason=error) from error


# Each is a list; what the process itself and plain tasks never have stands at its end and is left out.


def _scope(number: int, scope: Scope) -> list[object]:
    written: list[object] = [number, scope.live, stored(scope.variables), scope.arrivals]
    if scope.parent or scope.pending or scope.resets or scope.done:
        written += [
            scope.node, scope.parent, scope.activity, scope.pending,
            {gateway: list(served) for gateway, served in scope.resets.items()},
            list(scope.backlog), [_completed(each) for each in scope.done], scope.shadow,
        ]  # fmt: skip
    return written


def _completed(done: Completed) -> list[object]:
    return [done.node, done.snapshot, [_completed(each) for each in done.inside]]


def _activity(number: int, activity: Activity) -> list[object]:
    written: list[object] = [
        number, activity.node, activity.scope, activity.execution, activity.role, activity.unit, activity.due,
    ]  # fmt: skip
    rounds, todo = activity.rounds, activity.todo
    if activity.inner or activity.outer or rounds is not None or todo is not None:
        written += [
            activity.inner, activity.outer, activity.round,
            None if rounds is None else _rounds(rounds),
            None if todo is None else [_completed(each) for each in todo],
            activity.is_detached,
        ]  # fmt: skip
    return written


def _rounds(rounds: Rounds) -> list[object]:
    return [rounds.total, rounds.begun, rounds.completed, list(rounds.items), rounds.yielded]


def _wait(number: int, wait: Wait) -> list[object]:
    written: list[object] = [number, int(wait.kind), wait.node, wait.activity, wait.at]
    if wait.event or wait.left is not None or wait.key or wait.held:
        written += [wait.event, wait.left, list(wait.key), wait.held]
    return written


def _state(body: list[Any]) -> State:
    status, number, due, executions, scopes, activities, waits, *rest = body
    return State(
        _STATUSES[status],
        number,
        due,
        executions,
        {each[0]: _read_scope(*each) for each in scopes},
        {
            each[0]: Activity(*each[1:]) if len(each) == _PLAIN_ACTIVITY else _read_activity(*each)
            for each in activities
        },
        {each[0]: _read_wait(*each) for each in waits},
        {name: tuple(key) for name, key in rest[0].items()} if rest else {},
    )


_PLAIN_ACTIVITY = 7
"""How many fields of a plain task are written."""


def _read_scope(_: int, live: int, variables: Any, arrivals: dict[int, int], *rest: Any) -> Scope:
    if not rest:
        return Scope(live, read(variables), arrivals)
    node, parent, activity, pending, resets, backlog, done, shadow = rest
    return Scope(
        live, read(variables), arrivals, node, parent, activity, pending,
        {gateway: tuple(served) for gateway, served in resets.items()},
        tuple(backlog), _read_completed(done), shadow,
    )  # fmt: skip


def _read_completed(written: list[Any]) -> tuple[Completed, ...]:
    return tuple(Completed(node, snapshot, _read_completed(inside)) for node, snapshot, inside in written)


def _read_activity(*written: Any) -> Activity:
    inner, outer, which, rounds, todo, is_detached = written[_PLAIN_ACTIVITY:]
    if rounds is not None:
        total, begun, completed, items, yielded = rounds
        rounds = Rounds(total, begun, completed, tuple(items), yielded)
    _, node, scope, execution, role, unit, due = written[:_PLAIN_ACTIVITY]
    left = None if todo is None else _read_completed(todo)
    return Activity(node, scope, execution, role, unit, due, inner, outer, which, rounds, left, is_detached)


def _read_wait(
    _: int, kind: int, node: int, activity: int, at: int | None,
    event: int = 0, left: int | None = None, key: list[Any] | None = None, held: bool = False,
) -> Wait:  # fmt: skip
    return Wait(_KINDS[kind], node, activity, at, event, left, tuple(key) if key else (), held)
