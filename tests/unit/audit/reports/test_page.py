from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest
from lxml import html as markup
from reporting import report_on

from ironcage.messages import LANGUAGES
from ironcage_audit.reports import html
from ironcage_audit.reports.page.findings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from ironcage.store import Store
    from ironcage_audit.reports import Report

    Requests = Callable[..., Store]

LATE = ("2011-07-01 00:00:00", "2011-07-02 00:00:00", "")
CODES = {"America", "Ironcage", "JSON", "Kaplan-Meier", "New_York", "Python", "SHA-256", "UTC", "docs", "ironcage"} | {
    "json",
    "reference",
    "report",
    "verify",
}


@pytest.fixture(scope="module")
def pages(report: Report) -> dict[str, HtmlElement]:
    return {language: markup.document_fromstring(html(report, language)) for language in LANGUAGES}


def said(page: HtmlElement) -> str:
    return " ".join(" ".join(page.itertext()).split())


def test_it_tells_the_numbers_of_the_report(pages: dict[str, HtmlElement], report: Report) -> None:
    for page in pages.values():
        figures = [each.text for each in page.xpath('//dl[@class="figures"]//dd')]
        assert figures == ["2,000", "317", "1,731", "337", "187", "342"]
        assert [each.text_content() for each in page.xpath('//div[@class="grave"]/dd')] == ["337", "187"]
        rows = page.xpath('//section[@id="units"]//tbody/tr')
        assert len(rows) == len(report.units) + 1
        total = [each.text_content() for each in rows[-1]][1:8]
        assert total == ["2,000", "269", "1,731", "187", "150", "337", "19.5 %"]
        badges = [each.text_content() for each in page.xpath('//section[@id="process-1"]//a//g')]
        assert any(badge.endswith("337") for badge in badges)


def test_both_languages_have_the_same_structure_and_numbers(pages: dict[str, HtmlElement]) -> None:
    shapes: list[object] = []
    numbers: list[list[str]] = []
    for page in map(deepcopy, pages.values()):
        drawing = page.xpath('//div[@class="drawing"]')[0]
        drawing.getparent().replace(drawing, markup.Element("div"))  # its lines break where the language needs it
        shapes.append([(each.tag, each.get("id"), each.get("class")) for each in page.body.iter()])
        told = (each.text_content() for each in page.xpath('//td[@class="number"]'))
        numbers.append([each for each in told if re.fullmatch(r"[\d,.]+( %)?", each)])
    assert shapes[0] == shapes[1]
    assert numbers[0] == numbers[1]


def test_it_loads_nothing_and_runs_nothing(report: Report) -> None:
    written = html(report, "zh")
    page = markup.document_fromstring(written)
    assert page.xpath("//script | //link | //img | //iframe | //object | //form | //@style | //@src") == []
    assert all(not name.startswith("on") for each in page.iter() for name in each.attrib)
    assert {link for link in page.xpath("//@href") if not link.startswith("#")} == set()
    assert not re.search(r"@import|url\((?!#)", written)
    (policy,) = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert set(re.findall(r"https?://[^\s\"<]+", written)) <= {"http://www.w3.org/2000/svg"}


def test_every_link_leads_to_a_place_on_the_page(pages: dict[str, HtmlElement]) -> None:
    for page in pages.values():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in page.xpath("//@href")} <= set(ids)


def test_it_can_be_read_without_seeing_it(pages: dict[str, HtmlElement]) -> None:
    assert (pages["zh"].get("lang"), pages["en"].get("lang")) == ("zh-CN", "en")
    for page in pages.values():
        assert len(page.xpath("//h1")) == 1
        assert page.xpath("//table[not(caption)] | //th[not(@scope)] | //section[not(@aria-labelledby)]") == []
        assert page.xpath('//*[local-name()="svg"][@role="img"]/*[local-name()="title"]')


def test_the_longest_lists_are_cut_and_say_so(pages: dict[str, HtmlElement]) -> None:
    shown = pages["en"].xpath('//details[starts-with(@id, "finding-")]')
    assert len(shown) == SHOWN + 5
    assert f"337 findings; the first {SHOWN} are shown." in said(pages["en"])
    assert "report.json" in said(pages["en"])


def test_it_speaks_of_leads(pages: dict[str, HtmlElement]) -> None:
    assert "Leads, not conclusions." in said(pages["en"])
    assert "not the same as on time" in said(pages["en"])


def test_the_data_of_a_case_stays_text(requests: Requests) -> None:
    wicked = ("<script>alert(1)</script>", *LATE, "\u202e</td>&lt;", '"><img src=x onerror=alert(1)>', "部" * 3000)
    written = html(report_on(requests(wicked)), "en")
    page = markup.document_fromstring(written)
    assert page.xpath("//script | //img") == []
    assert "service_request/<script>alert(1)</script>" in said(page)
    assert '"><img src=x onerror=alert(1)>' in said(page)
    assert "\u202e" not in written
    assert "部" * 3000 in said(page)


def test_the_same_store_and_instant_give_the_same_bytes(sample: Store) -> None:
    assert html(report_on(sample), "zh") == html(report_on(sample), "zh")


def test_no_time_of_making_is_shown_unless_it_is_given(pages: dict[str, HtmlElement]) -> None:
    assert "Made" not in pages["en"].xpath("//dt/text()")


def test_a_report_on_nothing_is_a_page_too(requests: Requests) -> None:
    for language in LANGUAGES:
        written = html(report_on(requests()), language)
        assert "<h1>" in written
        assert 'class="grave"' not in written  # nothing is overdue, and nothing looks as if it were


def test_the_chinese_page_has_no_english_words(report: Report) -> None:
    page = markup.document_fromstring(html(report, "zh"))
    for each in page.xpath("//style | //code | //bdi | //pre | //*[@class='digest']"):
        each.drop_tree()
    for each in page.xpath('//section[@id="findings"]//p | //section[@id="findings"]//dd'):
        each.drop_tree()  # the words of rules and of cases
    assert set(re.findall(r"[A-Za-z][\w-]*", said(page))) - CODES == set()
