"""The examples of docs/examples do what they show: a permit and its case change together, or neither does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from databases import drop_database, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "docs/examples"

_FASTAPI = """
from fastapi.testclient import TestClient
from fastapi_permits import application
client = TestClient(application(url), raise_server_exceptions=False)
def ask(where, body):
    answer = client.post(where, json=body)
    return answer.status_code, answer.text
"""
_DJANGO = """
import django_permits
from django.test import Client
django_permits.make_table()
client = Client(raise_request_exception=False)
def ask(where, body):
    answer = client.post(where, body, content_type="application/json")
    return answer.status_code, answer.content.decode()
"""
_NESTED = """
import django_permits
from django.db import connection, transaction
from django_permits import Permit, cases
from ironcage.errors import UsageError
django_permits.make_table()
def file(number):
    Permit.objects.create(number=number, street="Jiefang Lu")
    with cases.within(connection.connection):
        cases.start("permit", key=number)
try:
    file("outside")
except UsageError as error:
    Permit.objects.all().delete()
    answers = [type(error).__name__]
with transaction.atomic():
    for number in ("1", "2", "3"):
        try:
            with transaction.atomic():
                file(number)
                1 // (number != "2")
        except ZeroDivisionError:
            answers.append(number)
"""
_TOLD = """
from sqlalchemy import create_engine
from ironcage import Engine, Store
with create_engine(url).connect() as connection:
    permits = connection.exec_driver_sql("SELECT number, status FROM {table} ORDER BY number").all()
engine = Engine(Store.open(url))
found = {task.case.partition("/")[2]: "open" for task in engine.tasks()}
found |= {key: engine.case(f"permit/{key}").status for key, _ in permits}
print(json.dumps([answers, dict(map(tuple, permits)), found]))
"""
_ASK = "answers = [ask(where, body) for where, body in asked]"
_ASKED = [
    ("/permits", {"number": "7", "street": "Jiefang Lu"}),
    ("/permits", {"number": "7", "street": "Zhonghua Lu"}),
    ("/permits", {"number": " ", "street": "Jiefang Lu"}),
    ("/permits", {"number": "8", "street": "Beijing Lu"}),
    ("/permits/7/decision", {"granted": True, "actor": "li.si"}),
    ("/permits/7/decision", {"granted": False, "actor": "li.si"}),
]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'permits.db'}"
    else:
        made = new_database()
        yield made
        drop_database(made)


def _run(program: str, table: str, url: str) -> tuple[list[object], dict[str, str], dict[str, str]]:
    address = url.replace("postgresql:", "postgresql+psycopg:")
    program = f"import json\nurl, asked = {address!r}, {_ASKED!r}\n{program}{_TOLD.replace('{table}', table)}"
    environment = os.environ | {"PERMITS_DATABASE": url, "IRONCAGE_LANG": "en"}
    environment["PYTHONPATH"] = f"{EXAMPLES}{os.pathsep}{environment.get('PYTHONPATH', '')}"
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr
    answers, permits, cases = json.loads(ran.stdout.splitlines()[-1])
    return answers, permits, cases


@pytest.mark.parametrize(
    ("program", "table"), [(_FASTAPI, "permit"), (_DJANGO, "permits_permit")], ids=["fastapi", "django"]
)
def test_a_permit_and_its_case_change_together_or_neither_does(program, table, url):
    answers, permits, cases = _run(program + _ASK, table, url)
    assert [status for status, _ in answers] == [201, 409, 422, 201, 200, 409]
    assert json.loads(answers[1][1]) == {"detail": "This number is filed already."}
    assert "was completed" in answers[-1][1]
    assert permits == {"7": "granted", "8": "filed"}
    assert cases == {"7": "completed", "8": "open"}


def test_the_savepoints_of_django_take_back_row_and_case_and_nothing_joins_autocommit(url):
    answers, permits, cases = _run(_NESTED, "permits_permit", url)
    assert answers == ["AutocommitError", "2"]
    assert permits == {"1": "filed", "3": "filed"}
    assert cases == {"1": "open", "3": "open"}


@pytest.mark.parametrize("page", ["embedding.md", "embedding.en.md"])
def test_what_the_handbook_shows_of_them_is_what_they_are(page):
    shown = re.findall(
        r"^```py\n(.*?)^```", (EXAMPLES.parent / "handbook" / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    sources = [file.read_text("utf-8") for file in EXAMPLES.glob("*.py")]
    assert len(shown) == 2
    assert [excerpt for excerpt in shown if not any(excerpt in source for source in sources)] == []
