"""Processes that go straight on from one element to the next, read from files as any other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from running import definition

from ironcage.definitions import load_files

if TYPE_CHECKING:
    from ironcage.definitions import Definition

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="file" targetNamespace="urn:test">'
    '<message id="done" name="done"/>'
)
_DONE = '<messageEventDefinition messageRef="done"/>'
TASK = '<userTask id="a"/>'
SERVICE = (
    '<serviceTask id="j"><extensionElements><ironcage:service name="ask" result="x"/></extensionElements></serviceTask>'
)
SCRIPT = '<scriptTask id="k" scriptFormat="starlark"><script>x = x + 1</script></scriptTask>'
CALL = '<callActivity id="c" calledElement="q"/>'
TELL = f'<intermediateThrowEvent id="m">{_DONE}</intermediateThrowEvent>'
HEAR = f'<intermediateCatchEvent id="m">{_DONE}</intermediateCatchEvent>'


def timer(duration: str) -> str:
    """Return an element that waits for so long."""
    waited = f'<timeDuration xsi:type="tFormalExpression">{duration}</timeDuration>'
    return (
        f'<intermediateCatchEvent id="t"><timerEventDefinition>{waited}</timerEventDefinition></intermediateCatchEvent>'
    )


def chain(key: str, *inside: str, is_told: bool = False) -> Definition:
    """Return a process that goes through the elements *inside*, and begins by the message ``done`` if it *is_told*."""
    elements = [f'<startEvent id="s">{_DONE if is_told else ""}</startEvent>', *inside, '<endEvent id="e"/>']
    ids = [each.partition('id="')[2].partition('"')[0] for each in elements]
    flows = [f'<sequenceFlow id="{one}_{two}" sourceRef="{one}" targetRef="{two}"/>' for one, two in pairwise(ids)]
    lines = [_HEAD, f'<process id="{key}" isExecutable="true">', *elements, *flows, "</process>", "</definitions>"]
    base = definition({"s": "start", "e": "end"}, "s -> e", key=key)
    return load_files({**base.files, f"{key}.bpmn": "\n".join(lines).encode()}, key)
