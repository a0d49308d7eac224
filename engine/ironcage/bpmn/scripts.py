"""The languages of scripts: the names a ``scriptFormat`` has for each.

Source: BPMN 2.0.2, table 10.16 (the format is a MIME type); DMN 1.5 for FEEL.
"""

from __future__ import annotations

from ironcage.bpmn.names import FEEL as FEEL_NAMESPACES

FEEL = "feel"
STARLARK = "starlark"

_NAMES = {
    "feel": FEEL,
    "text/feel": FEEL,
    "application/feel": FEEL,
    "application/x-feel": FEEL,
    **dict.fromkeys(map(str.lower, FEEL_NAMESPACES), FEEL),
    "starlark": STARLARK,
    "text/starlark": STARLARK,
    "text/x-starlark": STARLARK,
    "application/starlark": STARLARK,
    "application/x-starlark": STARLARK,
    "python": "python",
    "python3": "python",
    "text/python": "python",
    "text/x-python": "python",
    "application/x-python": "python",
    "application/python": "python",
}


def language(written: str) -> str:
    """Return the language that a ``scriptFormat`` names: one word for those known here, else what is written."""
    name = written.strip()
    return _NAMES.get(name.lower(), name)
