"""The files of a report: text, JSON, and a page in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import LANGUAGES, language
from ironcage_audit.reports import html, text, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from ironcage_audit.reports import Report


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write *report* into *folder* and return the files: the page in the reader's language is ``report.html``."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = {
        "report.txt": text(report),
        "report.json": to_json(report),
    }
    for spoken in LANGUAGES:
        name = "report.html" if spoken == language() else f"report.{spoken}.html"
        documents[name] = html(report, spoken)
    for name, document in documents.items():
        (folder / name).write_text(document, encoding="utf-8")
    return [folder / name for name in documents]
