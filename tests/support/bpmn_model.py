"""Small BPMN models for tests, written in a few words.

``model({"s": "start", "a": "user", "e": "end"}, "s -> a", "a -> e")`` is a process of one task. Nodes:

    start | end | terminate | pass | task | user | manual | xor | and | or
    service NAME [result VARIABLE] | rule DECISION [result VARIABLE]
    timer FEEL | until FEEL | boundary HOST FEEL         a duration, a date, an interrupting duration
    caught HOST CODE                                      an error of the host
    scope TASK                                            a sub-process of one user task
    any of them, then: default FLOW

A flow is ``source -> target`` or ``source -> target if FEEL``; its id is ``source_target``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="file" targetNamespace="urn:test">'
)
_CONDITION = '<conditionExpression xsi:type="tFormalExpression">'
_TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "terminate": "endEvent",
    "pass": "intermediateThrowEvent",
    "task": "task",
    "user": "userTask",
    "manual": "manualTask",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "scope": "subProcess",
    "service": "serviceTask",
    "rule": "businessRuleTask",
    "timer": "intermediateCatchEvent",
    "until": "intermediateCatchEvent",
    "boundary": "boundaryEvent",
    "caught": "boundaryEvent",
}


def model(
    nodes: Mapping[str, str],
    *flows: str,
    said: Mapping[str, str] | None = None,
    lanes: Mapping[str, str] | None = None,
    process: str = "p",
) -> bytes:
    """Return a BPMN file of one executable process, one element a line.

    Args:
        nodes: what each node is, by id.
        flows: the sequence flows.
        said: elements of our namespace by node id, without the prefix: ``{"a": '<set variable="x" value="1"/>'}``.
        lanes: the node ids of each lane, by lane id, parted by blanks.
        process: the id of the process.
    """
    links = [_flow(flow) for flow in flows]
    lines = [_HEAD, f'<process id="{process}" isExecutable="true">', *_lanes(lanes or {})]
    for name, written in nodes.items():
        incoming = [identity for identity, _, target, _ in links if target == name]
        outgoing = [identity for identity, source, _, _ in links if source == name]
        lines += _node(name, written, (said or {}).get(name, ""), incoming, outgoing)
    for identity, source, target, condition in links:
        lines.append(
            f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
        )
    codes = sorted({written.split()[2] for written in nodes.values() if written.startswith("caught ")})
    errors = [f'<error id="error_{code}" errorCode="{code}"/>' for code in codes]
    return "\n".join([*lines, "</process>", *errors, "</definitions>"]).encode()


def _flow(written: str) -> tuple[str, str, str, str]:
    ends, _, condition = written.partition(" if ")
    source, _, target = ends.partition(" -> ")
    gate = f"{_CONDITION}{escape(condition)}</conditionExpression>" if condition else ""
    return f"{source}_{target}", source, target, gate


def _lanes(lanes: Mapping[str, str]) -> list[str]:
    if not lanes:
        return []
    inside = (
        f'<lane id="{lane}" name="{lane.title()}">'
        + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes.split())
        + "</lane>"
        for lane, nodes in lanes.items()
    )
    return ["<laneSet>", *inside, "</laneSet>"]


def _node(name: str, written: str, said: str, incoming: list[str], outgoing: list[str]) -> list[str]:
    written, _, default = written.partition(" default ")
    kind, _, rest = written.partition(" ")
    attributes, extensions, event = _particulars(kind, rest)
    attributes += f' default="{default}"' if default else ""
    extensions = (extensions + said).replace("<", "<ironcage:")
    return [
        f'<{_TAGS[kind]} id="{name}" name={quoteattr(name.upper())}{attributes}>',
        f"<extensionElements>{extensions}</extensionElements>" if extensions else "",
        *(f"<incoming>{flow}</incoming>" for flow in incoming),
        *(f"<outgoing>{flow}</outgoing>" for flow in outgoing),
        event,
        f"</{_TAGS[kind]}>",
    ]


def _particulars(kind: str, rest: str) -> tuple[str, str, str]:
    """Return the attributes, the extension elements and the event definition of a node."""
    match kind:
        case "service" | "rule":
            asked, _, result = rest.partition(" result ")
            answer = f' result="{result}"' if result else ""
            head = f'<service name="{asked}"' if kind == "service" else f'<decision ref="{asked}"'
            return "", f"{head}{answer}/>", ""
        case "timer":
            return "", "", _timer("timeDuration", rest)
        case "until":
            return "", "", _timer("timeDate", rest)
        case "boundary":
            host, _, duration = rest.partition(" ")
            return f' attachedToRef="{host}"', "", _timer("timeDuration", duration)
        case "caught":
            host, _, code = rest.partition(" ")
            return f' attachedToRef="{host}"', "", f'<errorEventDefinition errorRef="error_{code}"/>'
        case "scope":
            return "", "", _scope(rest)
        case "terminate":
            return "", "", "<terminateEventDefinition/>"
        case _:
            return "", "", ""


def _scope(task: str) -> str:
    nodes = f'<startEvent id="{task}s"/><userTask id="{task}"/><endEvent id="{task}e"/>'
    flows = (f'<sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}"/>' for one, other in (
        (f"{task}s", task), (task, f"{task}e"),
    ))  # fmt: skip
    return nodes + "".join(flows)


def _timer(kind: str, written: str) -> str:
    said = f'<{kind} xsi:type="tFormalExpression">{escape(written)}</{kind}>'
    return f"<timerEventDefinition>{said}</timerEventDefinition>"
