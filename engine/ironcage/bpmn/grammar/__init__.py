"""The whitelist: every element we read, with its attributes, its children and what our namespace may say of it.

What is not here is refused, so nothing can be dropped without a word; see ``form`` for how it is written.

Source: BPMN 2.0.2, the XML schemas; for ``ironcage:`` the reference of our extension elements.
"""

from ironcage.bpmn.grammar.extensions import DRAWING, EXTENSIONS
from ironcage.bpmn.grammar.form import ANY, EXAMPLES, FORMS, TEXT, Attribute, Form, Many
from ironcage.bpmn.grammar.nodes import NODES
from ironcage.bpmn.grammar.processes import PROCESSES
from ironcage.bpmn.grammar.roots import ROOTS

__all__ = ["ANY", "EXAMPLES", "FORMS", "GRAMMAR", "TEXT", "Attribute", "Form", "Many"]

GRAMMAR: dict[str, Form] = PROCESSES | NODES | ROOTS | EXTENSIONS | DRAWING
"""The form of each element, by name."""
