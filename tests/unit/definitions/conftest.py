"""A small process folder: a report is routed, handled and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from written_models import written

if TYPE_CHECKING:
    from pathlib import Path

PROCESS = """\
key = "report"
owner = "the tests"
model = "report.bpmn"
decisions = ["routing.dmn"]
time_zone = "Asia/Shanghai"

[title]
zh = "报告"
en = "Report"

[data.kind]
type = "text"
audit = true
required = true
title = { zh = "类别" }

[data.name]
type = "text"
personal = true

[data.target]
type = "date-time"

[data.unit]
type = "text"
audit = true

[roles.office]
zh = "办公室"
en = "Office"

[maps]
old = "old.toml"
"""
MODEL = """\
<process id="p" name="报告" isExecutable="true">
<extensionElements><ironcage:label lang="en" text="Report"/></extensionElements>
<laneSet><lane id="office" name="室"><flowNodeRef>handle</flowNodeRef></lane><lane id="hall" name="厅"/></laneSet>
s: startEvent
<businessRuleTask id="route" name="派遣"><extensionElements>
<ironcage:label lang="en" text="Route"/>
<ironcage:decision ref="routing" result="unit"/>
</extensionElements></businessRuleTask>
<userTask id="handle" name="办理"><extensionElements>
<ironcage:assignment unit="unit"/><ironcage:deadline at="target"/>
</extensionElements></userTask>
<endEvent id="e" name="结案"/>
s -> route
route -> handle
handle -> e
</process>
"""
DECISION = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Routing" namespace="urn:test">
<decision id="routing" name="Routing">
<decisionTable hitPolicy="UNIQUE">
<input><inputExpression><text>kind</text></inputExpression></input>
<output/>
<rule><inputEntry><text>"water"</text></inputEntry><outputEntry><text>"works"</text></outputEntry></rule>
</decisionTable>
</decision>
</definitions>
"""


@pytest.fixture
def files() -> dict[str, bytes]:
    return {
        "process.toml": PROCESS.encode(),
        "report.bpmn": written(MODEL).source,
        "routing.dmn": DECISION.encode(),
        "old.toml": b"",
    }


@pytest.fixture
def folder(tmp_path: Path, files: dict[str, bytes]) -> Path:
    folder = tmp_path / "report"
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return folder
