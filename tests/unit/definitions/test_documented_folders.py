"""The examples of the reference are good."""

from __future__ import annotations

import re
from pathlib import Path

from written_models import written

from ironcage import bpmn
from ironcage.definitions.process_file import KINDS, read_process_file

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_the_process_file_of_the_reference_has_no_faults() -> None:
    page = (REFERENCE / "process-folder.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    said, faults = read_process_file(example.encode(), "process.toml", "permit")
    assert faults == []
    assert all(f"`{kind}`" in page for kind in KINDS)
    assert list(said.schema.fields) == ["kind", "applicant"]


def test_the_extension_elements_of_the_reference_are_read() -> None:
    page = (REFERENCE / "bpmn.md").read_text("utf-8")
    (example,) = re.findall(r"```xml\n(.*?)```", page, re.DOTALL)
    text = f"s: startEvent\ncheck: userTask\n{example}e: endEvent\ns -> check\ncheck -> handle\nhandle -> e"
    assert bpmn.examine(written(text).source, "m.bpmn", ())[1] == []
