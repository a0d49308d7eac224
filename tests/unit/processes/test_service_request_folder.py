from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
from boston import PROCESS, SAMPLE, rows

from ironcage import dmn
from ironcage.clock import Moment
from ironcage.definitions import Definition, load
from ironcage.importing import load as load_mapping


@pytest.fixture(scope="module")
def shipped() -> Definition:
    return load(PROCESS)


def test_nothing_is_wrong_with_it(shipped: Definition) -> None:
    assert shipped.faults == ()


def test_41_of_129_types_have_several_departments() -> None:
    source = (PROCESS / "routing_by_type.dmn").read_text("utf-8")
    (table,) = dmn.read(source.encode(), "routing_by_type.dmn")
    kinds = {unescape(kind) for kind in re.findall(r'_if"><text>"(.*)"</text>', source)}
    departments = [table.evaluate({"type": kind}, Moment(0)) for kind in kinds]
    assert all(isinstance(each, list) and each for each in departments)
    assert (len(departments), sum(len(each) > 1 for each in departments)) == (129, 41)
    assert table.evaluate({"type": "Abandoned Bicycle"}, Moment(0)) == ["BTDT", "PWDx"]
    assert table.evaluate({"type": "no such type"}, Moment(0)) is None


def test_every_element_has_a_name_in_both_languages(shipped: Definition) -> None:
    named = shipped.files["service_request.bpmn"].decode().count("name=")
    assert shipped.files["service_request.bpmn"].decode().count('<ironcage:label lang="en"') == named


def test_the_mapping_and_the_schema_agree_on_fields_kinds_and_audit(shipped: Definition) -> None:
    mapping = load_mapping(PROCESS / shipped.maps["boston311"])
    assert mapping.process == shipped.key
    assert mapping.time.zone == shipped.zone
    assert mapping.audit_fields() <= shipped.schema.audit_fields
    assert {field.name for field in mapping.fields} <= set(shipped.schema.fields)
    for field in mapping.fields:
        assert field.audit == shipped.schema.fields[field.name].audit
        assert field.column is None or field.kind == shipped.schema.fields[field.name].kind


def test_a_usual_limit_is_a_positive_number_of_days_and_the_most_frequent_recorded_one() -> None:
    (table,) = dmn.read((PROCESS / "limits.dmn").read_bytes(), "limits.dmn")
    limit = table.evaluate({"type": "Street Light Outages"}, Moment(0))
    assert limit == timedelta(days=14)
    for kind in {row["type"] for row in rows(SAMPLE)}:
        found = table.evaluate({"type": kind}, Moment(0))
        assert found is None or (isinstance(found, timedelta) and found >= timedelta(days=1) and not found.seconds)


def test_the_sample_shows_what_the_demonstration_is_about() -> None:
    sample = rows(SAMPLE)
    closings = Counter((row["queue"], row["closed_dt"][:16]) for row in sample if row["closed_dt"])
    assert max(closings.values()) >= 10, "closings in bulk stay together"
    assert sum(not row["closed_dt"] for row in sample) > 50, "some never closed"
    assert sum(not row["target_dt"] for row in sample) > 100, "some have no deadline"
