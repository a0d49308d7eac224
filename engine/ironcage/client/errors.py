"""What may go wrong on the way to a service, and what the service says is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ironcage.client.views import faults_of
from ironcage.errors import ExtraMissingError, IroncageError, RefusedError, SurroundingsError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.client.views import FileFault
    from ironcage.values import Context


class HttpMissingError(ExtraMissingError):
    """httpx is not installed."""

    message = mark("Speaking to a service needs the package httpx. Install it with: pip install 'ironcage[http]'")


class ServiceUnreachableError(SurroundingsError):
    """The service does not answer, or answers what no service of ours would."""

    message = mark(
        "The service {url} does not answer ({reason}). Check that it runs and that the address is right; whether it "
        "did what was asked is not known."
    )


class ProblemError(RefusedError):
    """The service did not do what was asked, and says why."""

    message = mark("{detail}")

    def __init__(self, status: int, problem: Mapping[str, object]) -> None:
        """Take the *problem* that was answered with *status*."""
        super().__init__(detail=str(problem.get("detail", status)))
        self.status = status
        self.type = str(problem.get("type", ""))
        """The kind of the problem, ``urn:ironcage:problem:...``; programs go by it."""
        facts = problem.get("facts")
        self.facts: dict[str, str] = (
            {str(name): str(fact) for name, fact in facts.items()} if isinstance(facts, dict) else {}
        )
        """What the sentence tells, by name."""
        self.faults: tuple[FileFault, ...] = faults_of(cast("list[Context]", problem.get("faults") or []))
        """What is wrong with the files that were to be deployed."""


class BpmnError(IroncageError):
    """What a handler raises to end its job in a BPMN error, which the model may catch by its code."""

    message = mark("The job ended in the BPMN error {code}.")

    def __init__(self, code: str, data: Mapping[str, object] | None = None) -> None:
        """Make the error *code*, which brings *data* to the case."""
        super().__init__(code=code)
        self.code = code
        self.data = dict(data or {})
