"""Small files in the dialects of other engines, each with the same said in our words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:operaton="http://operaton.org/schema/1.0/bpmn" xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:activiti="http://activiti.org/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:test">'
)


class Pair(NamedTuple):
    name: str
    written: str
    meant: str


def pairs() -> list[Pair]:
    text = (Path(__file__).parent.parent / "unit" / "bpmn" / "dialects" / "mapped_models.txt").read_text("utf-8")
    parts = re.findall(r"^== ([^\n]+)\n(.*?)^--\n(.*?)(?=^== |\Z)", text, re.MULTILINE | re.DOTALL)
    return [Pair(*part) for part in parts]


PAIRS = pairs()
