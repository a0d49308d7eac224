"""Secrets: the settings say where one lies, never what it is; it is read when it is used, and kept nowhere."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ironcage.errors import RefusedError
from ironcage.messages import mark

_REFERENCE = re.compile(r"(?:(?P<before>[\w-]+) )?(?P<place>env|file):(?P<name>.+)")


class SecretMissingError(RefusedError):
    """A secret is not where it should be."""

    message = mark("The secret {reference} is not there, is empty, or holds something else than visible characters.")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret lies."""

    reference: str
    """``env:NAME`` or ``file:PATH``, with a word before it where the secret needs one, as in ``Bearer env:TOKEN``."""

    def read(self) -> str:
        """Return the secret, with the word before it.

        Raises:
            SecretMissingError: it is not there, or cannot be one.
        """
        found = _REFERENCE.fullmatch(self.reference)
        assert found, "the settings were checked when they were read"
        secret = (os.environ.get(found["name"]) or "") if found["place"] == "env" else _of_file(found["name"])
        secret = secret.strip()
        if not secret or not secret.isascii() or not secret.isprintable():
            raise SecretMissingError(reference=self.reference)
        return f"{found['before']} {secret}" if found["before"] else secret


def is_reference(written: str) -> bool:
    """Return whether *written* says where a secret lies."""
    return _REFERENCE.fullmatch(written) is not None


def _of_file(name: str) -> str:
    try:
        return Path(name).read_text("utf-8")
    except (OSError, ValueError):
        return ""
