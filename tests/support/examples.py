"""How often a property is tried."""

from __future__ import annotations

from hypothesis import settings

USUAL = settings.get_profile("default").max_examples


def examples(count: int) -> settings:
    """Return settings with *count* examples, or as many times more of them as the profile in use has."""
    return settings(max_examples=count * settings.default.max_examples // USUAL)
