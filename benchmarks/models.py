"""The case every benchmark runs: seven stages from report to evaluation, with rework when the check fails."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.values import Context

STAGES = ("collect", "file", "dispatch", "dispose", "feed_back", "verify", "evaluate")
"""The seven stages of a city management case (GB/T 30428.8), one user task each."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="d" targetNamespace="urn:benchmark">
<process id="city_case" isExecutable="true">
<startEvent id="reported"/>
"""


def seven_stages() -> bytes:
    """Return the BPMN file: seven user tasks in a row; the sixth leads back to the fourth until ``passed`` is true."""
    tasks = "\n".join(f'<userTask id="{stage}"/>' for stage in STAGES)
    path = ["reported", *STAGES[:3], "again", *STAGES[3:6], "checked", STAGES[6], "closed"]
    flows = [
        f'<sequenceFlow id="f{number}" sourceRef="{a}" targetRef="{b}"/>'
        for number, (a, b) in enumerate(pairwise(path))
        if a != "checked"
    ]
    return "\n".join(
        [
            _HEAD,
            tasks,
            '<exclusiveGateway id="again"/>',
            '<exclusiveGateway id="checked" default="rework"/>',
            '<endEvent id="closed"/>',
            *flows,
            '<sequenceFlow id="passing" sourceRef="checked" targetRef="evaluate">',
            '<conditionExpression xsi:type="tFormalExpression">passed = true</conditionExpression></sequenceFlow>',
            '<sequenceFlow id="rework" sourceRef="checked" targetRef="again"/>',
            "</process></definitions>",
        ]
    ).encode()


def completions(rework_rounds: int = 0) -> list[tuple[str, Context]]:
    """Return (task, data) in the order in which a case with *rework_rounds* failed checks completes them."""
    done: list[tuple[str, Context]] = [(stage, {}) for stage in STAGES[:3]]
    for round_ in range(rework_rounds + 1):
        done += [("dispose", {}), ("feed_back", {}), ("verify", {"passed": round_ == rework_rounds})]
    return [*done, ("evaluate", {})]
