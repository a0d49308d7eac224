"""What the API describes is what the engine shows; and help loads none of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from ironcage.engine import views
from ironcage_console.api import incidents, jobs, messages, shapes


@pytest.mark.parametrize(
    ("view", "shape"),
    [
        (views.TaskView, shapes.TaskBody),
        (views.WaitView, shapes.WaitBody),
        (views.JobView, jobs.JobBody),
        (views.IncidentView, incidents.IncidentBody),
        (views.Receipt, messages.ReceiptBody),
    ],
)
def test_a_shape_has_the_fields_of_what_is_shown(view, shape):
    assert {field.name for field in fields(view)} == set(shape.model_fields)


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["key", "--help"]])
def test_help_loads_no_web_framework(words):
    program = (
        "import sys; from ironcage_console.cli import main\n"
        f"try: main({words!r})\n"
        "except SystemExit: pass\n"
        "print(sorted({'fastapi', 'uvicorn', 'pydantic', 'sqlalchemy', 'httpx'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]"
