"""Activities and gateways: tasks, sub-processes of every kind, calls."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.task_parsers import (
    AdHocSubprocessParser,
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    ScriptTaskParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from ironcage.spiff.parsing.keeping import Keeping


class Task(Keeping, TaskParser):
    """A task without anything of its own."""


class ScriptTask(Keeping, ScriptTaskParser):
    """A script task, which need not have a script."""

    def get_script(self) -> str | None:
        """Return the script, None where there is none: stock SpiffWorkflow refuses a task without one."""
        script: str | None = self.node.findtext(full_tag("script"))
        return script


class CallActivity(Keeping, CallActivityParser):
    """A call activity."""


class Gateway(Keeping, GatewayParser):
    """A parallel gateway."""


class ConditionalGateway(Keeping, ConditionalGatewayParser):
    """An exclusive or an inclusive gateway."""


class ComplexGateway(Keeping, GatewayParser):
    """A complex gateway."""

    def create_task(self) -> Any:
        """Return the spec, with its activation condition."""
        task = super().create_task()
        task.activation = self.node.findtext(full_tag("activationCondition"))
        return task


class SubProcess(Keeping, SubWorkflowParser):
    """A sub-process of any kind, parsed as a process of its own when it is asked for.

    The stock parser demands one start event and an end event, and never sees that a sub-process is one by event.
    """

    def create_task(self) -> Any:
        """Return the spec of the node; what is inside has a parser of its own."""
        self.process_parser.parser.create_parser(self.node, filename=self.process_parser.filename)
        self.process_parser.parser.process_parsers[self.bpmn_id].parent = self.process_parser
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)


class AdHocSubProcess(SubProcess, AdHocSubprocessParser):
    """An ad-hoc sub-process."""
