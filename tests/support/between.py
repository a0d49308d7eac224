"""Processes that speak to each other, in the words of their features: a permit, an inspection, a patrol."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ironcage.clock import micros
from ironcage.definitions import load_files

if TYPE_CHECKING:
    from pathlib import Path

    from ironcage.clock import Micros
    from ironcage.definitions import Definition

CITY = ZoneInfo("Asia/Shanghai")

_PERMIT = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1"
             id="permit_file" targetNamespace="urn:test:permit">
  <message id="paid" name="已缴费">
    <extensionElements><ironcage:subscription key="number"/></extensionElements>
  </message>
  <signal id="storm" name="台风停工"/>
  <process id="permit" name="占道施工许可" isExecutable="true">
    <startEvent id="filed" name="受理"/>
    <sequenceFlow id="f1" sourceRef="filed" targetRef="payment"/>
    <intermediateCatchEvent id="payment" name="等待缴费">
      <messageEventDefinition id="payment_message" messageRef="paid"/>
    </intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="payment" targetRef="inspect"/>
    <callActivity id="inspect" name="现场勘查" calledElement="inspection">
      <extensionElements><ironcage:call allIn="true" allOut="true"/></extensionElements>
    </callActivity>
    <boundaryEvent id="stopped" name="停工" attachedToRef="inspect">
      <signalEventDefinition id="stopped_signal" signalRef="storm"/>
    </boundaryEvent>
    <sequenceFlow id="f3" sourceRef="inspect" targetRef="decide"/>
    <userTask id="decide" name="审批"/>
    <sequenceFlow id="f4" sourceRef="decide" targetRef="done"/>
    <endEvent id="done" name="办结"/>
    <sequenceFlow id="f5" sourceRef="stopped" targetRef="later"/>
    <userTask id="later" name="改期"/>
    <sequenceFlow id="f6" sourceRef="later" targetRef="put_off"/>
    <endEvent id="put_off" name="延后"/>
  </process>
</definitions>
"""
_INSPECTION = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             id="inspection_file" targetNamespace="urn:test:inspection">
  <process id="inspection" name="现场勘查" isExecutable="true">
    <startEvent id="asked" name="派出"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="look"/>
    <userTask id="look" name="勘查"/>
    <sequenceFlow id="f2" sourceRef="look" targetRef="seen"/>
    <endEvent id="seen" name="完成"/>
  </process>
</definitions>
"""
_PATROL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="patrol_file" targetNamespace="urn:test:patrol">
  <process id="patrol" name="例行巡查" isExecutable="true">
    <startEvent id="daily" name="每个工作日九时">
      <timerEventDefinition id="daily_timer">
        <timeCycle xsi:type="tFormalExpression">0 9 * * MON-FRI</timeCycle>
      </timerEventDefinition>
    </startEvent>
    <sequenceFlow id="f1" sourceRef="daily" targetRef="walk"/>
    <userTask id="walk" name="巡查"/>
    <sequenceFlow id="f2" sourceRef="walk" targetRef="walked"/>
    <endEvent id="walked" name="完成"/>
  </process>
</definitions>
"""
_MODELS = {"permit": _PERMIT, "inspection": _INSPECTION, "patrol": _PATROL}
_PROCESS = """key = "{key}"
owner = "市政管理局 City works"
model = "{key}.bpmn"
time_zone = "Asia/Shanghai"

[title]
zh = "{key}"
en = "{key}"

[data.number]
type = "text"
audit = true

[data.width]
type = "number"
audit = true
"""


def files(key: str) -> dict[str, bytes]:
    """Return the files of the process folder *key*."""
    return {"process.toml": _PROCESS.format(key=key).encode(), f"{key}.bpmn": _MODELS[key].encode()}


def definition(key: str) -> Definition:
    """Return the process *key*, read and checked."""
    return load_files(files(key), key)


def write(key: str, place: Path) -> Path:
    """Write the process folder *key* into *place* and return it."""
    folder = place / key
    folder.mkdir()
    for name, body in files(key).items():
        (folder / name).write_bytes(body)
    return folder


def moment(written: str) -> Micros:
    """Return the instant that a clock on the wall of the city shows so."""
    return micros(datetime.fromisoformat(written).replace(tzinfo=CITY))
