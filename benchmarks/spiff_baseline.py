"""What one cycle costs on stock SpiffWorkflow: deserialize, complete, serialize, with its JSON serializer.

This is what its documentation does: the whole workflow as JSON at each step, the data in the tasks. Expressions are
ours, compiled once, through its script engine interface, so that it pays for control flow and state alone.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from ironcage.clock import VirtualClock
from ironcage.spiff import compile as compile_program
from ironcage.spiff.normal import MARK
from ironcage.spiff.reference import stock_specs
from ironcage.spiff.scripting import ScriptEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ironcage.dmn import Decision
    from ironcage.values import Context

    Completion = tuple[str, Context]
    """A task or job by its element, and the data it brings."""


class UnfinishedError(AssertionError):
    """The completions did not bring the case to its end: what was measured is not the case that was meant."""


@dataclass(frozen=True)
class Baseline:
    """What a case cost on SpiffWorkflow."""

    seconds: tuple[float, ...]
    """Process CPU seconds of each cycle, in order."""
    states: tuple[str, ...]
    """The JSON that it stores: after the start, and after each cycle."""


def measure(
    source: bytes,
    completions: Sequence[Completion],
    data: Context | None = None,
    decisions: Mapping[str, Decision] | None = None,
) -> Baseline:
    """Run the process in *source* through *completions*, one cycle each, and return what each cost.

    Raises:
        UnfinishedError: the case is not complete after the last one.
    """
    program = compile_program(source, "baseline.bpmn", decisions or {}, None)
    engine = ScriptEngine(program, VirtualClock())
    workflow = BpmnWorkflow(*stock_specs(source, program), script_engine=engine)
    workflow.task_tree.data.update(data or {})
    workflow.do_engine_steps()
    serializer = _serializer()
    state = serializer.serialize_json(workflow)
    seconds, states = [], [state]
    with _deep_trees():
        for element, brought in completions:
            began = time.process_time()
            workflow = serializer.deserialize_json(state)
            _complete(workflow, engine, element, brought)
            state = serializer.serialize_json(workflow)
            seconds.append(time.process_time() - began)
            states.append(state)
    if not workflow.completed:
        raise UnfinishedError(f"after {len(seconds)} completions the case is still open")
    return Baseline(tuple(seconds), tuple(states))


def _complete(workflow: Any, engine: ScriptEngine, element: str, data: Context) -> None:
    workflow.script_engine = engine
    task = workflow.get_next_task(state=TaskState.READY, spec_name=element + MARK)
    task.data.update(data)
    engine.execute(task, element)
    task.run()
    workflow.do_engine_steps()


def _serializer() -> BpmnWorkflowSerializer:
    registry = BpmnWorkflowSerializer.configure()
    registry.register(Decimal, lambda value: {"value": str(value)}, lambda kept: Decimal(kept["value"]))
    return BpmnWorkflowSerializer(registry)


@contextmanager
def _deep_trees() -> Iterator[None]:
    """Let SpiffWorkflow recurse: its task tree grows by every task of every rework round, and so does its stack."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
