"""Every path a token may take, walked anew for each question."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.program import Program


def leads(program: Program, place: int, flow: int, gateway: int) -> bool:
    """Return whether a path from a token at *place* ends with *flow* and does not visit *gateway* before."""
    seen: set[int] = set()
    ahead = [place]
    while ahead:
        here = ahead.pop()
        if here in seen or here == gateway:
            continue
        seen.add(here)
        node = program.nodes[here]
        if flow in node.outgoing:
            return True
        ahead += (program.flows[each].target for each in node.outgoing)
        ahead += node.boundaries
    return False
