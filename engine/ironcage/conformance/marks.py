"""Does the placeholder scripts of a suite: deterministic, in the process itself, leaving marks in a trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ironcage.conformance.placeholders import words_of
from ironcage.errors import RefusedError
from ironcage.feel import free_names
from ironcage.messages import mark
from ironcage.world import Answer

if TYPE_CHECKING:
    from ironcage.clock import Micros, VirtualClock
    from ironcage.program import Node
    from ironcage.values import Context

TEN_SECONDS = 10_000_000
ERROR_CODE = "ERR_CODE"
_BLOCKING = ("WAIT_TEN_SECONDS", "CREATE_TIMESTAMP_LOG_")


class UnknownScriptError(RefusedError):
    """A script of a suite is none of its placeholders."""

    message = mark("{element}: {script!r} is no placeholder of the suite, so nobody knows what it shall do.")


class Mark(NamedTuple):
    """A token of the trace, and the element whose script left it."""

    token: str
    element: str


@dataclass(slots=True)
class Marks:
    """The scripts of one trial, and what they left.

    Attributes:
        clock: that of the world.
        trace: the tokens, in the order in which they were left.
        marker: whether a marker was made.
        is_right: whether the text that was set was read back.
        spans: from when to when each script ran that logs its time.
    """

    clock: VirtualClock
    trace: list[Mark] = field(default_factory=list)
    marker: bool = False
    is_right: bool = False
    spans: list[tuple[Micros, Micros]] = field(default_factory=list)

    def takes(self, node: Node, _data: Context) -> Micros | None:
        """Return how long the script of *node* takes; work that is no script is left open."""
        if node.script is None:
            return None
        return TEN_SECONDS * sum(word.startswith(_BLOCKING) for word in self._words(node))

    def does(self, node: Node, data: Context) -> Answer:
        """Do the placeholders of *node* one after another."""
        brought: Context = {}
        for word in self._words(node):
            match word:
                case "CREATE_MARKER_FILE":
                    self.marker = True
                case "SET_STRING_DATA":
                    brought |= dict.fromkeys(("data", *_given(node)), "String")
                case "LOG_DATA":
                    seen = {**data, **brought}
                    self.is_right |= "String" in (seen.get(name) for name in ("data", *_taken(node)))
                case "THROW_ERROR":
                    return Answer(brought, ERROR_CODE)
                case "INCREMENT_INTEGER_VARIABLE" | "INCREMENT_INTEGER_VARIABLE_AND_LOG":
                    brought["integerVariable"] = _next({**data, **brought})
                    if word.endswith("LOG"):
                        self.trace.append(Mark("INCREMENT", node.id))
                case _ if word.startswith("SCRIPT_"):
                    self.trace.append(Mark(word, node.id))
                case _ if word.startswith("CREATE_TIMESTAMP_LOG_"):
                    self.spans.append((self.clock.now() - TEN_SECONDS, self.clock.now()))
                case _:
                    pass  # the log file, and waiting, which is in the time it takes
        return Answer(brought)

    def tokens(self, expected: tuple[str, ...]) -> list[str]:
        """Return the whole trace; what only says that something was there stands at its end, if it is asked for."""
        tokens = [token for token, _ in self.trace]
        if self.marker and "MARKER_exists" in expected:
            tokens.append("MARKER_exists")
        if self.is_right and "DATA_correct" in expected:
            tokens.append("DATA_correct")
        spans = sorted(self.spans)
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            tokens.append("EXECUTION_parallel")
        return tokens

    def _words(self, node: Node) -> list[str]:
        script = node.script.text if node.script else ""
        words = words_of(script)
        if words is None:
            raise UnknownScriptError(element=node.id, script=script[:80])
        return words


def _given(node: Node) -> list[str]:
    """Return the variables that a task with data outputs gives out: what it sets is those, however they are named."""
    return [name for setting in node.outputs for name in free_names(setting.value)]


def _taken(node: Node) -> list[str]:
    """Return the variables that a task with data inputs takes in."""
    return [setting.variable for setting in node.inputs]


def _next(data: Context) -> Decimal:
    found = data.get("integerVariable")
    return (found if isinstance(found, Decimal) else Decimal()) + 1
