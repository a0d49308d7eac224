from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from reporting import report_on

from ironcage_audit.reports import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.store import Store
    from ironcage_audit.reports import Report

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "report.md"


@pytest.fixture(scope="module")
def document(report: Report) -> dict[str, Any]:
    return json.loads(to_json(report))


def paths(value: object, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"zh", "en"} or at.endswith(("parameters", "measured", "facts", "severities")):
            return
        for key, inner in value.items():
            yield f"{at}.{key}".lstrip(".")
            yield from paths(inner, f"{at}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{at}[]")


def test_the_numbers_are_those_of_the_report(document: dict[str, Any], report: Report) -> None:
    assert document["record"]["cases"] == report.record.watermark.cases
    assert document["record"]["whole"] is True
    assert document["overdue"]["total"] == {
        "cases": 2000,
        "with_deadline": 1731,
        "without_deadline": 269,
        "overdue": 337,
        "overdue_open": 187,
        "overdue_closed": 150,
        "share": 0.1947,
    }
    assert document["severities"] == {"red": 337, "orange": 5}
    assert document["as_of"] == "2012-01-01T05:00:00Z"


def test_every_finding_is_in_it(document: dict[str, Any], report: Report) -> None:
    listed = [each["fingerprint"] for each in document["findings"]]
    assert len(listed) == len(set(listed)) == 342
    assert set(listed) == {part.finding.fingerprint for rule in report.rules for part in rule.findings}
    assert all(each["evidence"] for each in document["findings"])


def test_the_same_store_and_instant_give_the_same_bytes(sample: Store) -> None:
    assert to_json(report_on(sample)) == to_json(report_on(sample))


def test_its_shape_is_the_documented_one(document: dict[str, Any]) -> None:
    documented = set(re.findall(r"^\| `([\w.\[\]]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert documented
    assert set(paths(document)) - documented == set()
