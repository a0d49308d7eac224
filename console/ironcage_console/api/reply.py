"""What the API answers: JSON as ``ironcage.values`` writes it, so that no number is rounded on its way."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from ironcage.messages import language
from ironcage.values import plain, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Reply(Response):
    """An answer in JSON; case data in it are written exactly."""

    media_type = "application/json"

    def __init__(
        self,
        content: object,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        spoken = {**_HEADERS, "Content-Language": language(), **(headers or {})}
        super().__init__(content, status_code, spoken, media_type)

    def render(self, content: object) -> bytes:
        """Return the bytes of *content*: a text that is JSON already, or what becomes of it."""
        written = content if isinstance(content, str) else to_json(plain(content))
        return written.encode()


def shown(view: object) -> object:
    """Return what the engine shows as JSON knows it: views as objects, instants in ISO 8601; case data as they are."""
    if is_dataclass(view):
        return {field.name: shown(getattr(view, field.name)) for field in fields(view)}
    if isinstance(view, tuple | list):
        return [shown(each) for each in view]
    return view.isoformat() if isinstance(view, datetime) else view
