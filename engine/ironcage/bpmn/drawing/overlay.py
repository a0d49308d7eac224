"""What is laid on a diagram: how hot an element is, and marks that lead to what was found there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Badge:
    """A mark on an element."""

    label: str
    """What stands in it: a count."""
    colour: str
    """A CSS colour."""
    title: str
    """What it says when pointed at."""
    href: str = ""
    """Where it leads, within the page."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Heat from 0 to 1, badges and short notes, by element id; ids the diagram does not show are passed over."""

    heat: Mapping[str, float] = field(default_factory=dict)
    badges: Mapping[str, tuple[Badge, ...]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
