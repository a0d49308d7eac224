"""A normalised tree rewritten so that SpiffWorkflow's stock parser and runtime have a behaviour for all that is in it.

A service task becomes a user task, for both wait for the world, and so does a task with a script that is run outside
the step; one in FEEL is done in the step. A business rule task and a plain task, done in the
instant they begin, become script tasks whose script is their id. Ways that part at an activity part at gateways after
it: at a parallel one those without a condition, at an inclusive one those with a condition and the default.
"""

from __future__ import annotations

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag

from ironcage.bpmn import scripts
from ironcage.spiff.normal import original

_PARTING = tuple(
    full_tag(name)
    for name in (
        "userTask",
        "manualTask",
        "scriptTask",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "receiveTask",
        "subProcess",
    )
)
_CONDITION = full_tag("conditionExpression")


def for_stock(root: etree._Element) -> etree._Element:
    """Rewrite the tree in place, and return it."""
    for task in root.iter(full_tag("serviceTask")):
        task.tag = full_tag("userTask")
    for task in root.iter(full_tag("scriptTask")):
        for script in task.findall(full_tag("script")):
            task.remove(script)
        if scripts.language(task.get("scriptFormat", "")) == scripts.FEEL:
            task.tag = full_tag("task")
        else:
            task.tag = full_tag("userTask")
    for task in list(root.iter(full_tag("businessRuleTask"), full_tag("task"))):
        task.tag = full_tag("scriptTask")
        script = etree.SubElement(task, full_tag("script"))
        script.text = original(task.get("id", ""))
    flows: dict[str, list[etree._Element]] = {}
    for flow in root.iter(full_tag("sequenceFlow")):
        flows.setdefault(flow.get("sourceRef", ""), []).append(flow)
    for node in list(root.iter(*_PARTING)):
        outgoing = flows.get(node.get("id", ""), [])
        if len(outgoing) > 1:
            _part(node, outgoing)
    return root


def _part(node: etree._Element, outgoing: list[etree._Element]) -> None:
    """Let the flows out of *node* leave gateways after it."""
    default = node.get("default")
    if default is not None:
        del node.attrib["default"]
    chosen = [flow for flow in outgoing if flow.find(_CONDITION) is not None or flow.get("id") == default]
    sure = [flow for flow in outgoing if flow not in chosen]
    last = node
    for kind, flows in (("parallelGateway", sure), ("inclusiveGateway", chosen)):
        if flows:
            last = _gateway(last, kind, flows)
    if chosen and sure and default is None:
        # Beside a way that is always taken, that no condition holds is no matter: the token ends.
        default = _to_an_end(last)
    if chosen and default is not None:
        last.set("default", default)


def _to_an_end(gateway: etree._Element) -> str:
    """Lead a flow from *gateway* to an end event of its own; return the id of the flow."""
    end, flow = f"{gateway.get('id')}.end", f"{gateway.get('id')}.out"
    link = {"id": flow, "sourceRef": gateway.get("id", ""), "targetRef": end}
    gateway.addnext(etree.Element(full_tag("sequenceFlow"), link))
    gateway.addnext(etree.Element(full_tag("endEvent"), {"id": end}))
    return flow


def _gateway(before: etree._Element, kind: str, flows: list[etree._Element]) -> etree._Element:
    """Put a gateway after *before*, out of which *flows* lead."""
    gateway = etree.Element(full_tag(kind), {"id": f"{before.get('id')}.{kind}"})
    link = {"id": f"{gateway.get('id')}.flow", "sourceRef": before.get("id", ""), "targetRef": gateway.get("id", "")}
    before.addnext(etree.Element(full_tag("sequenceFlow"), link))
    before.addnext(gateway)
    for flow in flows:
        flow.set("sourceRef", gateway.get("id", ""))
    return gateway
