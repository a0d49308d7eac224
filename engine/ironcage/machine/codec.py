"""A state as compact bytes: a version, then MessagePack with the extension types of ``ironcage.values``."""

from __future__ import annotations

from typing import Any, cast

import msgpack

from ironcage.errors import SurroundingsError
from ironcage.machine.state import Activity, Scope, State, Status, Wait, WaitKind
from ironcage.messages import mark
from ironcage.values import NotPackableError, StoredBytesError, pack_extension, unpack_extension

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
    body = [
        int(state.status),
        state.next,
        state.due,
        state.executions,
        [[n, s.live, s.variables, s.arrivals] for n, s in state.scopes.items()],
        [[n, a.node, a.scope, a.execution, a.role, a.unit, a.due] for n, a in state.activities.items()],
        [[n, int(w.kind), w.node, w.activity, w.at] for n, w in state.waits.items()],
    ]
    try:
        packed = cast("bytes", msgpack.packb(body, default=pack_extension, strict_types=True))
    except (TypeError, ValueError, OverflowError) as error:
        raise NotPackableError(reason=error) from error
    return _PREFIX + packed


def decode(stored: bytes) -> State:
    """Return the state that ``encode`` made *stored* of.

    Raises:
        StateVersionError: it was written by a release whose form this one does not know.
        StoredBytesError: the bytes are damaged.
    """
    if stored[:1] != _PREFIX:
        raise StateVersionError(version=stored[:1].hex(), known=_PREFIX.hex())
    try:
        return _state(msgpack.unpackb(stored[1:], ext_hook=unpack_extension, strict_map_key=False))
    except (ValueError, TypeError, KeyError, msgpack.UnpackException, ArithmeticError) as error:
        raise StoredBytesError(reason=error) from error


def _state(body: list[Any]) -> State:
    status, number, due, executions, scopes, activities, waits = body
    return State(
        Status(status),
        number,
        due,
        executions,
        {n: Scope(live, variables, arrivals) for n, live, variables, arrivals in scopes},
        {n: Activity(*rest) for n, *rest in activities},
        {n: Wait(WaitKind(kind), node, activity, at) for n, kind, node, activity, at in waits},
    )
