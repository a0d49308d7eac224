"""The reference interpreter: SpiffWorkflow's own parser and runtime, unextended, for comparison with the machine.

Specs that this package extends must not run on SpiffWorkflow: what its runtime does not know it passes over without a
word. The stock parser therefore reads the normalised file, rewritten by ``ironcage.spiff.stock`` where the plain
runtime has no such element. What is not on the list of ``ironcage.spiff.comparing`` is refused.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
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
from ironcage.spiff.comparing import COMPARED, NotComparedError, demand_comparable
from ironcage.spiff.normal import MARK, normalise, original
from ironcage.spiff.scripting import ScriptEngine
from ironcage.spiff.stock import for_stock

__all__ = ["COMPARED", "NotComparedError", "NotOpenError", "Reference", "StuckError"]

_ROUND = " [child]"
"""What SpiffWorkflow adds to the name of an activity that is done several times."""

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from ironcage.clock import Clock
    from ironcage.program import Program
    from ironcage.values import Context


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
        self.spec, self.inner = stock_specs(source, program)
        self.workflow: Any = None
        self.opened: dict[UUID, int] = {}
        """How many tasks had been open before each: the tree of tasks does not say which one has waited longest."""

    @property
    def status(self) -> Status:
        """How the case stands."""
        if not self.workflow.completed:
            return Status.OPEN
        ended = self.workflow.get_tasks(state=TaskState.COMPLETED)
        outermost = (task for task in ended if task.workflow is self.workflow)
        terminated = (getattr(task.task_spec, "event_definition", None) for task in outermost)
        if any(isinstance(definition, TerminateEventDefinition) for definition in terminated):
            return Status.TERMINATED
        return Status.COMPLETED

    def start(self, data: Context) -> None:
        """Begin the case with *data*.

        Raises:
            StuckError: the first step cannot be taken.
        """
        self.variables.update(data)
        self.workflow = BpmnWorkflow(self.spec, self.inner, script_engine=self.engine)
        self._move()

    def waits(self) -> Counter[str]:
        """Return where the case waits: open tasks, jobs and events, by element."""
        return Counter(element for task in self._tasks() + self._events() for element in _elements(task))

    def complete(self, element: str, data: Context) -> None:
        """Complete the oldest open task or job of *element*, which brings *data*.

        Raises:
            NotOpenError: none is open.
            StuckError: the step cannot be taken.
        """
        task = self._oldest(self._tasks(), element)
        self.variables.update(data)
        self.engine.execute(task, element)
        with _stuck():
            task.run()
        self._move()

    def fire(self, element: str) -> None:
        """Let the oldest armed event of *element* come.

        Raises:
            NotOpenError: none is armed.
            StuckError: the step cannot be taken.
        """
        task = self._oldest(self._events(), element)
        definition = task.task_spec.event_definition
        if isinstance(task.task_spec, EventBasedGateway):
            definition = definition.event_definitions[_elements(task).index(element)]
        # What the event manager does for every task that waits for such an event is done for one alone.
        event = BpmnEvent(definition, payload={})
        with _stuck():
            task.task_spec.catch(task, event)
            task.task_spec._update(task)  # noqa: SLF001
        self._move()

    def _move(self) -> None:
        with _stuck():
            self.workflow.do_engine_steps()
        for task in self._tasks() + self._events():
            self.opened.setdefault(task.id, len(self.opened))

    def _tasks(self) -> list[Any]:
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    def _events(self) -> list[Any]:
        waiting = self.workflow.get_tasks(state=TaskState.WAITING, spec_class=CatchingEvent)
        # Errors and escalations come from within.
        return [task for task in waiting if not isinstance(task.task_spec.event_definition, CodeEventDefinition)]

    def _oldest(self, tasks: list[Any], element: str) -> Any:
        at = [task for task in tasks if element in _elements(task)]
        if not at:
            raise NotOpenError(element=element)
        return min(at, key=lambda task: self.opened[task.id])


@contextmanager
def _stuck() -> Iterator[None]:
    """Let what SpiffWorkflow raises inside the block be a ``StuckError``."""
    try:
        yield
    except SpiffWorkflowException as error:
        raise StuckError(reason=str(error)) from error


def _elements(task: Any) -> list[str]:
    """Return the elements that *task* waits at: its own, or the events after an event-based gateway."""
    spec = task.task_spec
    if isinstance(spec, EventBasedGateway):
        return [original(each.name) for each in spec.outputs]
    return [original(spec.name.removesuffix(_ROUND))]


def stock_specs(source: bytes, program: Program) -> tuple[Any, Any]:
    """Return the specs of *program*'s process, and of the sub-processes in it, as the stock parser reads them.

    Raises:
        NotComparedError: the process holds what the stock runtime does not know.
    """
    demand_comparable(program)
    parser = BpmnParser()
    parser.add_bpmn_xml(for_stock(normalise(xml.parse(source, program.process))))
    try:
        outermost = program.process + MARK
        return parser.get_spec(outermost), parser.get_subprocess_specs(outermost)
    except SpiffWorkflowException as error:
        raise NotComparedError(element=original(getattr(error, "id", "")), reason=str(error)) from error
