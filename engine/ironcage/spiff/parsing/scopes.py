"""The nodes and flows of a process and of all that is nested in it, flat and by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.defaults import CallActivity
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from ironcage.spiff.parsing.specs import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.spiff.parsing import Parser
    from ironcage.spiff.parsing.specs import ProcessSpec


class Scopes:
    """What stands in a process, in document order, whatever the depth."""

    def __init__(self, parser: Parser, spec: ProcessSpec) -> None:
        """Flatten *spec*; a sub-process is parsed when it is reached, so that depth costs no recursion."""
        self.spec = spec
        self.nodes: list[Any] = []
        self.parents: list[int | None] = []
        self.lanes: list[str | None] = []
        self.flows: list[Flow] = []
        self.specs: dict[int, ProcessSpec] = {}
        """The specs of the sub-processes, by the index of their node."""
        open_scopes: list[tuple[int | None, Iterator[Any]]] = [(None, iter(spec.content))]
        while open_scopes:
            parent, content = open_scopes[-1]
            found = next(content, None)
            if found is None:
                open_scopes.pop()
            elif isinstance(found, Flow):
                self.flows.append(found)
            else:
                index = self._add(found, parent)
                if isinstance(found, SubWorkflowTask) and not isinstance(found, CallActivity):
                    inner = self.specs[index] = parser.get_spec(found.spec)
                    open_scopes.append((index, iter(inner.content)))
        self.index = {element.bpmn_id: index for index, element in reversed(list(enumerate(self.nodes)))}

    def _add(self, element: Any, parent: int | None) -> int:
        self.nodes.append(element)
        self.parents.append(parent)
        self.lanes.append(element.lane or (None if parent is None else self.lanes[parent]))
        return len(self.nodes) - 1
