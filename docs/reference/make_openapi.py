"""Writes openapi.json, beside this file, from the routes of the API: ``python docs/reference/make_openapi.py``."""

from __future__ import annotations

import json
from pathlib import Path

from ironcage.messages import speaking
from ironcage_console.api import Opening, create
from ironcage_console.api.document import document

PAGE = Path(__file__).parent / "openapi.json"


def page() -> str:
    """Return the description of the API in English."""
    with speaking("en"):
        return json.dumps(document(create(Opening(":memory:"))), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
