"""Which variables an expression sees, and where what is brought is kept.

A scope sees its own variables and those of the scopes around it, the inner ones first. A variable is written where it
lives; one that lives nowhere yet becomes one of the process. Source: BPMN 2.0.2, 10.4.1, on the visibility of data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.machine.state import State
    from ironcage.values import Context


def seen(state: State, scope: int) -> Context:
    """Return the variables that are seen in the scope numbered *scope*; not to be changed."""
    here = state.scopes[scope]
    if not here.parent and here.shadow is None:
        return here.variables
    layers: list[Context] = []
    while scope:
        here = state.scopes[scope]
        if here.variables:
            layers.append(here.variables)
        if here.shadow is not None:
            layers.append(here.shadow)
            break
        scope = here.parent
    if len(layers) == 1:
        return layers[0]
    merged: Context = {}
    for layer in reversed(layers):
        merged.update(layer)
    return merged


def seen_by_wait(state: State, wait: int) -> Context:
    """Return the variables that the work *wait* waits for sees."""
    activity = state.activities[state.waits[wait].activity]
    return dict(seen(state, activity.inner or activity.scope))


def write(state: State, scope: int, data: Context) -> None:
    """Keep *data*, brought in the scope numbered *scope*; what is seen of an earlier time is brought up to date."""
    here = state.scopes[scope]
    if not here.parent:
        here.variables.update(data)
        return
    for name, value in data.items():
        number = scope
        while True:
            here = state.scopes[number]
            if here.shadow is not None:
                here.shadow[name] = value
            if name in here.variables or not here.parent:
                here.variables[name] = value
                break
            number = here.parent
