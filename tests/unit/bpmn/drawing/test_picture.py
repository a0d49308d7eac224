from __future__ import annotations

import os
from pathlib import Path

import pytest
from boston import PROCESS
from lxml import etree

from ironcage.bpmn.drawing import Badge, Overlay, picture, sketch
from ironcage.bpmn.read import reading
from ironcage.faults import FaultyError

SUITES = os.environ.get("IRONCAGE_SUITES", "")
MODEL = (PROCESS / "service_request.bpmn").read_bytes()
WICKED = '<script>alert("1")</script>'
NS = {"s": "http://www.w3.org/2000/svg"}


def drawn(source: bytes = MODEL, language: str = "zh", overlay: Overlay | None = None) -> etree._Element:
    model, _ = reading(source, "model.bpmn")
    return etree.fromstring(picture(sketch(model, language), overlay, "title"))


def names(root: etree._Element) -> list[str]:
    return ["".join(each.itertext()) for each in root.iterfind(".//s:text", NS)]


def test_every_drawn_element_of_the_model_is_in_the_picture() -> None:
    model, _ = reading(MODEL, "model.bpmn")
    root = drawn()
    process = model.processes[0]
    found = {each.get("data-element") for each in root.iterfind(".//s:g[@data-element]", NS)}
    assert found == {node.id for node in process.nodes}
    assert len(root.findall(".//s:path[@marker-end]", NS)) == len(process.flows)


@pytest.mark.parametrize(("language", "name"), [("zh", "人工派遣"), ("en", "Route byhand")])
def test_names_are_in_the_language_asked_for(language: str, name: str) -> None:
    assert name in names(drawn(language=language))


def test_names_are_text_and_never_markup() -> None:
    source = MODEL.replace("人工派遣".encode(), WICKED.replace("<", "&lt;").replace('"', "&quot;").encode())
    badge = Badge(WICKED, "#000", WICKED, f"#{WICKED}")
    root = drawn(source, overlay=Overlay(badges={"handle": (badge,)}, notes={"handle": WICKED}))
    assert root.findall(".//s:script", NS) == []
    assert all(not name.startswith("on") for each in root.iter() for name in each.attrib)
    assert WICKED in [each.text for each in root.iterfind(".//s:title", NS)]


def test_badges_lead_where_they_are_told_and_stand_right_of_each_other() -> None:
    badges = (Badge("12", "#b00", "twelve", "#a"), Badge("3", "#c80", "three", "#b"))
    links = drawn(overlay=Overlay(badges={"handle": badges, "unknown": badges})).findall(".//s:a", NS)
    assert [link.get("href") for link in links] == ["#a", "#b"]
    first, second = (float(link.find(".//s:rect", NS).get("x")) for link in links)  # type: ignore[union-attr, arg-type]
    assert second < first


def test_heat_grows_with_the_figure_and_is_not_drawn_for_none() -> None:
    hot = drawn(overlay=Overlay(heat={"handle": 0.9, "route": 0.0, "route_by_hand": 0.2}))
    assert [each.get("fill-opacity") for each in hot.iterfind(".//s:ellipse", NS)] == ["0.20", "0.90"]


def test_all_of_it_lies_inside_the_frame() -> None:
    root = drawn(overlay=Overlay(notes={"closed": "2,000"}))
    x, y, width, height = map(float, (root.get("viewBox") or "").split())
    for each in root.iterfind(".//s:rect", NS):
        left, top = float(each.get("x") or 0), float(each.get("y") or 0)
        assert x <= left <= x + width
        assert y <= top <= y + height


def test_a_picture_is_the_same_each_time_and_loads_nothing() -> None:
    written = etree.tostring(drawn()).decode()
    assert written == etree.tostring(drawn()).decode()
    assert "url(" not in written.replace("url(#", "")
    assert "://" not in written.replace("http://www.w3.org/2000/svg", "")
    assert "ns0:" not in written


@pytest.mark.skipif(not SUITES, reason="IRONCAGE_SUITES names no folder with the interchange models (miwg)")
def test_the_drawings_of_other_tools_come_out_whole() -> None:
    files = sorted(Path(SUITES).glob("miwg/**/*.bpmn"))
    assert files
    pictures = 0
    for file in files:
        try:
            root = drawn(file.read_bytes())
        except FaultyError:
            continue
        pictures += 1
        assert root.get("viewBox"), file
    assert pictures
