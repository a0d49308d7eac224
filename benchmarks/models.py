"""The case every benchmark runs: a report in seven stages, with limits of time, and rework until a check passes.

It is what the definition of cycle CPU means by a seven-stage case: the stages of GB/T 30428.8 in their lanes, a report
of a dozen fields with photographs, a limit on each stage of the command and supervision centres (a timer that does not
interrupt, and urges), what each stage adds to the file, and the way back from a failed check.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from ironcage.values import Context

STAGES = {
    "collect": "信息收集",
    "file": "案卷建立",
    "dispatch": "任务派遣",
    "dispose": "任务处理",
    "feed_back": "处理反馈",
    "verify": "核实结案",
    "evaluate": "综合评价",
}
"""The seven stages of a city management case (GB/T 30428.8), one user task each."""

LANES = {
    "supervision": ("collect", "file", "verify", "evaluate"),
    "command": ("dispatch",),
    "department": ("dispose", "feed_back"),
}
"""Who does what: the two centres, kept apart, and the department that does the work."""

LIMITS = {"file": "PT30M", "dispatch": "PT90M", "dispose": "P3D", "verify": "PT4H"}
"""After so long a stage is urged on."""

_PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

REPORT: Context = {
    "channel": "百姓拍",
    "reporter": "R-0048213",
    "reported_at": datetime(2026, 3, 2, 1, 14, 9, tzinfo=UTC),
    "category": "02-08",
    "description": "人行道上污水井盖破损，边缘翘起，早晚高峰行人多，已有老人绊倒，请尽快处理。",
    "address": "云岩区中华北路 112 号门前人行道",
    "grid": "52010300800412",
    "longitude": Decimal("106.7134820"),
    "latitude": Decimal("26.5891170"),
    "crs": "GCJ-02",
    "urgent": False,
    "photos": [{"name": "IMG_2041.jpg", "sha256": _PHOTO}, {"name": "IMG_2042.jpg", "sha256": _PHOTO[::-1]}],
}
"""What a citizen sends."""

_BROUGHT: dict[str, Context] = {
    "collect": {"collector": "C-117", "confirmed": True},
    "file": {"file_number": "YY-2026-0031877", "component": "0102"},
    "dispatch": {"department": "云岩区市政设施管理所", "limit": timedelta(days=3)},
    "dispose": {"handler": "H-2208", "measure": "更换井盖，修补周边路面。", "cost": Decimal("860.00")},
    "feed_back": {"photo_after": {"name": "IMG_7710.jpg", "sha256": _PHOTO}},
    "verify": {"verifier": "C-103"},
    "evaluate": {"score": Decimal("9.5"), "satisfied": True},
}

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="d" targetNamespace="urn:benchmark">
<process id="city_case" isExecutable="true">
"""


def seven_stages() -> bytes:
    """Return the BPMN file: seven user tasks in a row; the sixth leads back to the fourth until ``passed`` is true."""
    path = ["reported", *list(STAGES)[:3], "again", *list(STAGES)[3:6], "checked", "evaluate", "closed"]
    flows = [_flow(f"f{number}", *ends) for number, ends in enumerate(pairwise(path)) if ends[0] != "checked"]
    return "\n".join(
        [
            _HEAD,
            _lanes(),
            '<startEvent id="reported"/>',
            *(f'<userTask id="{stage}" name={quoteattr(name)}/>' for stage, name in STAGES.items()),
            *(_limit(stage, after) for stage, after in LIMITS.items()),
            '<exclusiveGateway id="again"/>',
            '<exclusiveGateway id="checked" default="rework"/>',
            '<endEvent id="closed"/>',
            *flows,
            '<sequenceFlow id="passing" sourceRef="checked" targetRef="evaluate">',
            '<conditionExpression xsi:type="tFormalExpression">passed = true</conditionExpression></sequenceFlow>',
            _flow("rework", "checked", "again"),
            "</process></definitions>",
        ]
    ).encode()


def _flow(name: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def _lanes() -> str:
    lanes = (
        f'<lane id="{lane}">{"".join(f"<flowNodeRef>{stage}</flowNodeRef>" for stage in stages)}</lane>'
        for lane, stages in LANES.items()
    )
    return f'<laneSet id="lanes">{"".join(lanes)}</laneSet>'


def _limit(stage: str, after: str) -> str:
    """Return the limit of a stage: when it has passed, somebody urges, and the stage goes on."""
    return (
        f'<boundaryEvent id="{stage}_late" attachedToRef="{stage}" cancelActivity="false"><timerEventDefinition>'
        f'<timeDuration xsi:type="tFormalExpression">{after}</timeDuration></timerEventDefinition></boundaryEvent>'
        f'<userTask id="{stage}_urge" name="督办"/><endEvent id="{stage}_urged"/>'
        + _flow(f"{stage}_to_urge", f"{stage}_late", f"{stage}_urge")
        + _flow(f"{stage}_to_urged", f"{stage}_urge", f"{stage}_urged")
    )


def completions(rework_rounds: int = 0) -> list[tuple[str, Context]]:
    """Return (task, data) in the order in which a case with *rework_rounds* failed checks completes them."""
    done = ["collect", "file", "dispatch", *["dispose", "feed_back", "verify"] * (rework_rounds + 1), "evaluate"]
    checks = 0
    found: list[tuple[str, Context]] = []
    for stage in done:
        brought = _BROUGHT[stage]
        if stage == "verify":
            brought, checks = {**brought, "passed": checks == rework_rounds}, checks + 1
        found.append((stage, brought))
    return found
