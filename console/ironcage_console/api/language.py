"""The language a request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from ironcage.messages import Language


def language_of(request: HTTPConnection) -> Language:
    """Return the language that ``Accept-Language`` likes best; Chinese where it likes none of ours."""
    best: Language = "zh"
    weight = 0.0
    for wish in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = wish.strip().partition(";")
        spoken: Language | None = next((known for known in LANGUAGES if tag.lower().split("-")[0] == known), None)
        if spoken and (liked := _weight(parameters)) > weight:
            best, weight = spoken, liked
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0
