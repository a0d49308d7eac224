"""What an activity does, for whom, when, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.feel import Expression
    from ironcage.program.events import EventDefinition


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How the activities of an ad-hoc sub-process are done. Source: BPMN 2.0.2, table 10.22."""

    sequential: bool = False
    completion: Expression | None = None
    cancel_remaining: bool = True


class Binding(StrEnum):
    """Which version of a process a call activity calls."""

    LATEST = "latest"
    VERSION = "version"
    DEPLOYMENT = "deployment"
    """The one in the same folder as the caller."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a call activity calls: a process of the same file or a deployed one by its key, an expression of text.

    Attributes:
        process: the id or key, as an expression (a constant where it is written plainly).
        binding: which version.
        version: its number, for the binding *version*.
        all_in: whether every variable in sight goes in, not only the inputs.
        all_out: whether every variable the case called ends with comes out, not only the outputs.
    """

    process: Expression
    binding: Binding = Binding.LATEST
    version: int | None = None
    all_in: bool = False
    all_out: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A script, run outside the step."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whom an activity is offered to, each an expression over the case data that yields text or null."""

    role: Expression | None = None
    unit: Expression | None = None
    actor: Expression | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When an activity or a case must be done: at an instant, or within a duration from its start; exactly one."""

    at: Expression | None = None
    within: Expression | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable and the expression whose value it gets."""

    variable: str
    value: Expression


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """Does an activity again while *condition* holds, *maximum* times at the most. Source: BPMN 2.0.2, table 10.28."""

    condition: Expression | None = None
    before: bool = False
    maximum: int | None = None


class Behavior(StrEnum):
    """Which completions of instances throw an event. Source: BPMN 2.0.2, table 10.29."""

    ALL = "All"
    ONE = "One"
    NONE = "None"
    COMPLEX = "Complex"


@dataclass(frozen=True, slots=True)
class ComplexBehavior:
    """An event thrown each time an instance completes and *condition* holds."""

    condition: Expression
    event: EventDefinition


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Does an activity once for each item, or *cardinality* times. Source: BPMN 2.0.2, table 10.29.

    Attributes:
        sequential: one after the other.
        cardinality: how many; None where *items* say so.
        items: the list whose items there is an instance for.
        item: the variable of an instance that holds its item.
        output_item: what an instance yields, asked in it when it completes.
        output: the variable that becomes the list of what the instances yielded, in their order.
        completion: asked after each instance; once it holds, the others are cancelled.
        behavior: when an event is thrown to the boundary.
        event: the event of behavior none or one.
        complex: the events of behavior complex.
    """

    sequential: bool = False
    cardinality: Expression | None = None
    items: Expression | None = None
    item: str | None = None
    output_item: Expression | None = None
    output: str | None = None
    completion: Expression | None = None
    behavior: Behavior = Behavior.ALL
    event: EventDefinition | None = None
    complex: tuple[ComplexBehavior, ...] = ()
