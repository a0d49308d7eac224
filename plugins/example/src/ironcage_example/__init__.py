"""An example plugin: what it brings stands in this file, each thing in a file of its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage_audit.hooks import hookimpl
from ironcage_example.own_report import OWN_REPORT

if TYPE_CHECKING:
    from ironcage_audit import Rule

__all__ = ["OWN_REPORT", "ironcage_rules"]


@hookimpl
def ironcage_rules() -> list[Rule]:
    """Return the one rule of this plugin."""
    return [OWN_REPORT]
