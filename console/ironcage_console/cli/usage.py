"""What argparse says itself, in the reader's language.

It looks its words up by the names ``_`` and ``ngettext`` that it imported from gettext, whose catalogue the environment
chooses and not ``--lang``; so it is lent ours. What a newer Python words otherwise stays English.
"""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Iterator

SAID = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
    mark("%(heading)s:"),
    mark("show this help message and exit"),
    mark("%(prog)s: error: %(message)s\n"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("one of the arguments %s is required"),
    mark("unrecognized arguments: %s"),
    mark("not allowed with argument %s"),
    mark("ignored explicit argument %r"),
    mark("expected one argument"),
    mark("expected at most one argument"),
    mark("expected at least one argument"),
    mark("expected %s argument"),
    mark("expected %s arguments"),
    mark("ambiguous option: %(option)s could match %(matches)s"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("invalid %(type)s value: %(value)r"),
)
"""The sentences of argparse in Python 3.11 to 3.13."""


@contextmanager
def translated() -> Iterator[None]:
    """Let argparse speak the reader's language inside the block."""
    ours = {"_": text, "ngettext": _counted}
    argparses = {name: getattr(argparse, name) for name in ours if hasattr(argparse, name)}
    for name in argparses:
        setattr(argparse, name, ours[name])
    try:
        yield
    finally:
        for name, own in argparses.items():
            setattr(argparse, name, own)


def _counted(singular: str, plural: str, count: int) -> str:
    return text(singular if count == 1 else plural)
