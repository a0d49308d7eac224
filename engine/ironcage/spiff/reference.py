"""The reference interpreter: SpiffWorkflow's own parser and runtime, unextended, for comparison with the machine.

Specs that this package extends must not run on SpiffWorkflow: what its runtime does not know it passes over without a
word. The stock parser therefore reads the normalised file, rewritten by ``ironcage.spiff.stock`` where the plain
runtime has no such element. What is not in ``COMPARED`` is refused.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from ironcage import xml
from ironcage.errors import NotFoundError, RefusedError
from ironcage.machine import Status
from ironcage.messages import mark
from ironcage.program import Kind
from ironcage.spiff.normal import MARK, normalise, original
from ironcage.spiff.scripting import ScriptEngine
from ironcage.spiff.stock import for_stock

if TYPE_CHECKING:
    from ironcage.clock import Clock
    from ironcage.program import Program
    from ironcage.values import Context

COMPARED = frozenset(
    {
        Kind.START_EVENT,
        Kind.END_EVENT,
        Kind.INTERMEDIATE_CATCH_EVENT,
        Kind.INTERMEDIATE_THROW_EVENT,
        Kind.BOUNDARY_EVENT,
        Kind.TASK,
        Kind.USER_TASK,
        Kind.MANUAL_TASK,
        Kind.SERVICE_TASK,
        Kind.BUSINESS_RULE_TASK,
        Kind.EXCLUSIVE_GATEWAY,
        Kind.PARALLEL_GATEWAY,
        Kind.INCLUSIVE_GATEWAY,
    }
)
"""The kinds of node the stock runtime knows; a new kind is compared when it has been looked at, not before."""


class NotComparedError(RefusedError):
    """The process holds what the stock runtime does not know."""

    message = mark("SpiffWorkflow's runtime cannot be compared on {element}: {reason}.")


class NotOpenError(NotFoundError):
    """Nothing waits there."""

    message = mark("Nothing waits at {element}.")


class StuckError(RefusedError):
    """SpiffWorkflow's runtime could not take the step; unlike our machine it does not stand as before."""

    message = mark("SpiffWorkflow's runtime could not go on: {reason}.")


class Reference:
    """One case on SpiffWorkflow's own runtime."""

    def __init__(self, source: bytes, program: Program, clock: Clock) -> None:
        """Read *source*, of which *program* has been compiled.

        Raises:
            NotComparedError: it holds what the stock runtime does not know.
        """
        self.variables: Context = {}
        self.engine = ScriptEngine(program, clock, self.variables)
        self.spec = stock_spec(source, program)
        self.workflow: Any = None

    @property
    def status(self) -> Status:
        """How the case stands."""
        if not self.workflow.completed:
            return Status.OPEN
        ended = self.workflow.get_tasks(state=TaskState.COMPLETED)
        terminated = (getattr(task.task_spec, "event_definition", None) for task in ended)
        if any(isinstance(definition, TerminateEventDefinition) for definition in terminated):
            return Status.TERMINATED
        return Status.COMPLETED

    def start(self, data: Context) -> None:
        """Begin the case with *data*.

        Raises:
            StuckError: the first step cannot be taken.
        """
        self.variables.update(data)
        self.workflow = BpmnWorkflow(self.spec, script_engine=self.engine)
        self._move()

    def waits(self) -> Counter[str]:
        """Return where the case waits: open tasks, jobs and timers, by element."""
        return Counter(original(task.task_spec.name) for task in self._tasks() + self._timers())

    def complete(self, element: str, data: Context) -> None:
        """Complete one open task or job of *element*, which brings *data*.

        Raises:
            NotOpenError: none is open.
            StuckError: the step cannot be taken.
        """
        task = self._first(self._tasks(), element)
        self.variables.update(data)
        self.engine.execute(task, element)
        task.run()
        self._move()

    def fire(self, element: str) -> None:
        """Let one armed timer of *element* come.

        Raises:
            NotOpenError: none is armed.
            StuckError: the step cannot be taken.
        """
        task = self._first(self._timers(), element)
        task.task_spec.catch(task, BpmnEvent(task.task_spec.event_definition))
        self.workflow.refresh_timers()
        self._move()

    def _move(self) -> None:
        try:
            self.workflow.do_engine_steps()
        except SpiffWorkflowException as error:
            raise StuckError(reason=str(error)) from error

    def _tasks(self) -> list[Any]:
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    def _timers(self) -> list[Any]:
        return self.workflow.get_tasks(state=TaskState.WAITING, spec_class=CatchingEvent)

    def _first(self, tasks: list[Any], element: str) -> Any:
        for task in tasks:
            if task.task_spec.name == element + MARK:
                return task
        raise NotOpenError(element=element)


def stock_spec(source: bytes, program: Program) -> Any:
    """Return the spec of *program*'s process as the stock parser reads it.

    Raises:
        NotComparedError: the process holds what the stock runtime does not know.
    """
    for node in program.nodes:
        if node.kind not in COMPARED:
            raise NotComparedError(element=node.id, reason=node.kind)
    parser = BpmnParser()
    parser.add_bpmn_xml(for_stock(normalise(xml.parse(source, program.process))))
    try:
        return parser.get_spec(program.process + MARK)
    except SpiffWorkflowException as error:
        raise NotComparedError(element=original(getattr(error, "id", "")), reason=str(error)) from error
