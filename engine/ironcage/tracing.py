"""Spans of OpenTelemetry, where the process is traced: one for each command, and one for each job.

Nothing is imported here. Whoever traces a process has loaded ``opentelemetry`` before, as ``opentelemetry-instrument``
does; where it is not loaded, a span is a look into a dictionary. Spans carry the names of cases, elements and services
and the kinds of errors, no data of a case.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

P = ParamSpec("P")
R = TypeVar("R")

_NOTHING = nullcontext()


def span(name: str, **attributes: str | int | None) -> AbstractContextManager[object]:
    """Return a span called ``ironcage.NAME`` with *attributes*; what leaves it by an error marks it with its kind."""
    if "opentelemetry.trace" not in sys.modules:
        return _NOTHING
    return _span(name, attributes)


def traced(command: Callable[P, R]) -> Callable[P, R]:
    """Return *command*, a method, as a span of its name; its first argument, if it is a text, says what it is about."""
    name = command.__name__

    @wraps(command)
    def within(*given: P.args, **named: P.kwargs) -> R:
        if "opentelemetry.trace" not in sys.modules:
            return command(*given, **named)
        about = given[1] if len(given) > 1 and isinstance(given[1], str) else None
        with _span(name, {"about": about}):
            return command(*given, **named)

    return within


def headers() -> dict[str, str]:
    """Return the headers that let what is called outside go on with the present trace: ``traceparent``, or none."""
    if "opentelemetry.trace" not in sys.modules:
        return {}
    from opentelemetry import propagate  # noqa: PLC0415 - loaded already

    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier


@contextmanager
def _span(name: str, attributes: dict[str, str | int | None]) -> Iterator[object]:
    trace = cast("Any", sys.modules["opentelemetry.trace"])
    known = {f"ironcage.{key}": value for key, value in attributes.items() if value is not None}
    tracer = trace.get_tracer("ironcage")
    # What an error says may quote the data of a case; only its kind goes out.
    with tracer.start_as_current_span(
        f"ironcage.{name}", attributes=known, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(trace.Status(trace.StatusCode.ERROR))
            raise
