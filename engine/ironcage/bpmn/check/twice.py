"""Rules about what is said twice, or beside what it belongs to: one of the two would have to be dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import MessageDefinition, MultiInstance
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject


@rule(
    "called-twice",
    mark("{node} says what it calls both in calledElement and in <ironcage:call>."),
    mark("Keep calledElement for a process known by its id or key, or process for an expression."),
)
def called_twice(subject: Subject) -> Iterator[Place]:
    """A call activity says once what it calls."""
    for activity in subject.activities:
        if activity.called and activity.call and activity.call.process:
            yield at(activity, activity.call.line, node=activity.id)


@rule(
    "call-version",
    mark("{node} has a version without the binding for it, or the binding without a version."),
    mark('Write binding="version" version="3", or neither.'),
)
def call_version(subject: Subject) -> Iterator[Place]:
    """A version and the binding *version* stand together."""
    for activity in subject.activities:
        call = activity.call
        if call and bool(call.version) != (call.binding == "version"):
            yield at(activity, call.line, node=activity.id)


@rule(
    "instances-twice",
    mark("{node} says {what} twice."),
    mark(
        "Keep one: the number or the collection, and of the collection what BPMN or what <ironcage:collections> says."
    ),
)
def instances_twice(subject: Subject) -> Iterator[Place]:
    """How many instances there are, of what, and what they yield is said once. Source: BPMN 2.0.2, table 10.29."""
    for activity in subject.activities:
        loop = activity.loop
        if not isinstance(loop, MultiInstance):
            continue
        ours = loop.collections
        items = [loop.cardinality, loop.data_input, ours and ours.items]
        if sum(map(bool, items)) > 1:
            yield at(activity, loop.line, node=activity.id, what="loopCardinality / loopDataInputRef / items")
        for what, theirs, said in (
            ("item", loop.input_item, ours and ours.item),
            ("output", loop.data_output, ours and ours.output),
            ("outputItem", loop.output_item, ours and ours.output_item),
        ):
            if theirs and said:
                yield at(activity, loop.line, node=activity.id, what=what)


@rule(
    "sent-twice",
    mark("{node} sends a message and calls a service."),
    mark("Keep the messageRef or the <ironcage:service>; draw two tasks for both."),
)
def sent_twice(subject: Subject) -> Iterator[Place]:
    """A send task sends in one way. Source: BPMN 2.0.2, table 10.9."""
    for activity in subject.activities:
        if activity.kind is Kind.SEND_TASK and activity.message and activity.service:
            yield at(activity, activity.service.line, node=activity.id)


@rule(
    "event-service",
    mark("{node} is done by a service, and does not throw a message and nothing else."),
    mark("Give it one messageEventDefinition, or draw a service task."),
)
def event_service(subject: Subject) -> Iterator[Place]:
    """A service may send the message that an event throws; what else events throw, they throw themselves.

    How a message is sent is not the standard's concern. The event is over when the service has done it; it may have a
    messageRef, and needs none.
    """
    for event in subject.events:
        if event.service and [type(each) for each in subject.defined(event)] != [MessageDefinition]:
            yield at(event, event.service.line, node=event.id)


@rule(
    "key-without-message",
    mark("{node} has a key and sends no message."),
    mark("Give it a messageRef, or remove <ironcage:correlation>."),
)
def key_without_message(subject: Subject) -> Iterator[Place]:
    """A key is that of a message. Source: BPMN 2.0.2, 8.4.2."""
    for activity in subject.activities:
        if activity.correlation and not activity.message:
            yield at(activity, activity.correlation.line, node=activity.id)
    for event in subject.events:
        if event.correlation and not any(isinstance(each, MessageDefinition) for each in subject.defined(event)):
            yield at(event, event.correlation.line, node=event.id)


@rule(
    "form-nowhere",
    mark("{node} is begun by an event, so nobody fills in its form."),
    mark("Put <ironcage:form> on a start event without a trigger, or on a user task."),
)
def form_nowhere(subject: Subject) -> Iterator[Place]:
    """A form is filled in by whoever begins a case, or does a task."""
    outermost = {node.id for process in subject.processes for node in process.nodes}
    for event in subject.events:
        if event.form is not None and (event.definitions or event.id not in outermost):
            yield at(event, node=event.id)
