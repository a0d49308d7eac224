"""What goes in front of every parser of SpiffWorkflow's for a flow node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from ironcage.spiff.parsing.data import DataParser
from ironcage.spiff.parsing.extending import Extensions, extensions_of
from ironcage.spiff.parsing.loops import loop_of

if TYPE_CHECKING:
    from lxml import etree


class Keeping(DataParser):
    """Parses one flow node by itself, and keeps what SpiffWorkflow has no field for.

    The stock ``parse_node`` walks along the flows, one Python call a node, and so fails on long chains and never sees
    what no flow leads to; and it tells every error without its place. Here a node is parsed alone; the spec of a loop
    stands in the ``loop`` of the task's own.
    """

    task: Any
    spec: Any
    spec_class: Any
    process_parser: Any
    bpmn_id: str
    bpmn_attributes: dict[str, Any]

    def parse_extensions(self, node: etree._Element | None = None) -> Extensions:
        """Return what SpiffWorkflow has no field for."""
        return extensions_of(self.node if node is None else node)

    def parse_node(self) -> Any:
        """Return the spec of the node.

        Raises:
            ValidationException: it cannot be read; some of the stock parsers' error paths are errors themselves.
        """
        if not self.bpmn_id:
            raise ValidationException("a flow node without an id", node=self.node)
        try:
            self.task = self.create_task()
            self.task.extensions = self.parse_extensions()
            self.task.loop = loop_of(self)
        except (LookupError, ValueError, TypeError, AttributeError, NotImplementedError) as error:
            raise ValidationException(str(error) or type(error).__name__, node=self.node) from error
        return self.task

    def create_task(self) -> Any:
        """Return the spec as the stock parser makes it."""
        return super().create_task()  # type: ignore[misc]  # of the parser behind this one
