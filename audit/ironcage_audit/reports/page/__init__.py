"""A report as one file of HTML: no script, nothing loaded from anywhere, readable on paper and by a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ironcage.messages import speaking, text
from ironcage_audit.reports.page.closing import footer, method, proposal, unexamined
from ironcage_audit.reports.page.cover import cover, title
from ironcage_audit.reports.page.findings import findings
from ironcage_audit.reports.page.markup import make
from ironcage_audit.reports.page.process import process
from ironcage_audit.reports.page.tables import rules, units

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.messages import Language
    from ironcage_audit.reports.report import Report

__all__ = ["html"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = Path(__file__).with_name("page.css")
_LANG = {"zh": "zh-CN", "en": "en"}


def html(report: Report, language: Language) -> str:
    """Return the report as an HTML document in *language*; equal reports give equal bytes."""
    with speaking(language):
        page = make("html", _head(report), _body(report), lang=_LANG[language])
    return etree.tostring(page, method="html", encoding="unicode", doctype="<!DOCTYPE html>") + "\n"


def _head(report: Report) -> _Element:
    return make(
        "head",
        make("meta", charset="utf-8"),
        make("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        make("meta", name="viewport", content="width=device-width, initial-scale=1"),
        make("meta", name="referrer", content="no-referrer"),
        make("title", title(report)),
        make("style", _STYLE.read_text("utf-8")),
    )


def _body(report: Report) -> _Element:
    chapters = [
        *(process(report, nth) for nth in range(len(report.processes))),
        units(report),
        rules(report),
        findings(report),
        unexamined(report),
        proposal(report),
        method(report),
    ]
    return make(
        "body", make("div", cover(report, _contents(chapters)), make("main", *chapters), footer(report), class_="sheet")
    )


def _contents(chapters: list[_Element]) -> _Element:
    entries = [make("li", make("a", chapter[0].text or "", href=f"#{chapter.get('id')}")) for chapter in chapters]
    return make("nav", make("ol", *entries), aria_label=text("Contents"))
