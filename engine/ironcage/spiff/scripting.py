"""SpiffWorkflow's script engine interface over our FEEL and DMN, so that its runtime differs in control flow alone."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition, TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask

from ironcage import feel
from ironcage.clock import Moment
from ironcage.machine import ConditionValueError
from ironcage.spiff.normal import original

if TYPE_CHECKING:
    from ironcage.clock import Clock
    from ironcage.program import Node, Program
    from ironcage.values import Context, Value

_compiled = cache(feel.compile)

FAR_DATE = "9999-01-01T00:00:00+00:00"
FAR_DURATION = "P36500D"


class ScriptEngine(PythonScriptEngine):
    """Evaluates conditions by FEEL; a "script" is the id of an activity whose decision and settings it carries out.

    Every timer is told to be far away: SpiffWorkflow compares it with the clock of the machine, and it is fired by an
    event instead.
    """

    def __init__(self, program: Program, clock: Clock, shared: Context | None = None) -> None:
        """Take *shared* for the one set of variables of a case; without it each token carries its own, as in stock."""
        super().__init__(BasePythonScriptEngineEnvironment())
        self.program = program
        self.clock = clock
        self.shared = shared

    def variables(self, task: Any) -> Context:
        """Return what an expression at *task* sees."""
        return task.data if self.shared is None else self.shared

    def evaluate(self, task: Any, expression: str, external_context: object = None) -> Value | int:  # noqa: ARG002
        """Return the value of a condition, a timer or a number of instances."""
        definition = getattr(task.task_spec, "event_definition", None)
        # An event-based gateway has taken the definitions of the events after it.
        for each in getattr(definition, "event_definitions", [definition]):
            if isinstance(each, TimerEventDefinition) and each.expression == expression:
                return FAR_DATE if isinstance(each, TimeDateEventDefinition) else FAR_DURATION
        value = _compiled(expression.strip()).evaluate(self.variables(task), self._moment())
        if isinstance(task.task_spec, MultiInstanceTask) and isinstance(value, Decimal):
            return int(value)  # as a range wants it; no condition of many instances is compared
        if value is None or isinstance(value, bool):
            return value
        raise ConditionValueError(element=original(task.task_spec.name), text=expression, value=value)

    def execute(self, task: Any, script: str, external_context: object = None) -> bool:  # noqa: ARG002
        """Carry out what the activity called *script* does when it completes."""
        node = self.program.nodes[self.program.index(script)]
        variables = self.variables(task)
        if node.decision is not None:
            self._decide(node, variables)
        for setting in node.settings:
            variables[setting.variable] = setting.value.evaluate(variables, self._moment())
        return True

    def _decide(self, node: Node, variables: Context) -> None:
        assert node.decision is not None, "asked only of a node with a decision"
        answer = self.program.decisions[node.decision].evaluate(variables, self._moment())
        if node.result:
            variables[node.result] = answer

    def _moment(self) -> Moment:
        return Moment(self.clock.now(), *filter(None, [self.program.zone]))
