"""Small DMN files, built from the texts of their cells."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ironcage import dmn

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str, namespace: str = MODEL_15) -> bytes:
    """Return a file whose definitions hold *body*."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<definitions xmlns="{namespace}" id="d">\n{body}\n</definitions>'.encode()


def table(rows: Sequence[str], inputs: str = "x", outputs: str = "answer", decision: str = "pick") -> str:
    """Return a decision with a table, a rule a row, cells separated by ``|``; columns as ``name:type`` by commas."""
    columns = [_column("input", name) for name in inputs.split(",")]
    columns += [_column("output", name) for name in outputs.split(",")]
    width = len(inputs.split(","))
    lines = [_rule(number, row.split("|"), width) for number, row in enumerate(rows, 1)]
    body = "\n".join([*columns, *lines])
    return f'<decision id="{decision}" name="{decision}"><decisionTable>\n{body}\n</decisionTable></decision>'


def one(rows: Sequence[str], inputs: str = "x", outputs: str = "answer") -> dmn.Decision:
    """Return the decision of such a table."""
    (decision,) = dmn.read(definitions(table(rows, inputs, outputs)), "pick.dmn")
    return decision


def _column(tag: str, written: str) -> str:
    name, _, kind = written.partition(":")
    kind = f' typeRef="{kind}"' if kind else ""
    if tag == "output":
        return f'<output name="{name}"{kind}/>'
    return f"<input><inputExpression{kind}><text>{escape(name)}</text></inputExpression></input>"


def _rule(number: int, cells: Sequence[str], width: int) -> str:
    tags = ["inputEntry"] * width + ["outputEntry"] * (len(cells) - width)
    entries = (f"<{tag}><text>{escape(cell.strip())}</text></{tag}>" for tag, cell in zip(tags, cells, strict=True))
    return f'<rule id="r{number}">{"".join(entries)}</rule>'
