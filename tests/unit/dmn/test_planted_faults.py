"""Tables that are whole by construction have nothing to report; what is taken out of them or put in is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

import pytest
from dmn_files import definitions
from hypothesis import given
from hypothesis import strategies as st

from ironcage import dmn
from ironcage.clock import Moment
from ironcage.dmn.table import Table
from ironcage.feel import Environment
from ironcage.feel import compile as feel

if TYPE_CHECKING:
    from ironcage.values import Context, Value

NEVER = Moment(0)
FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Part:
    """Some of the values of a column: whole numbers or days from *low* to *high*, None being no end, or listed ones."""

    low: int | None = None
    high: int | None = None
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Axis:
    """A column: its name, its type, what it is written with, and how one of its values is written."""

    name: str
    type: str
    whole: Part

    def end(self, number: int) -> str:
        return str(number) if self.type == "number" else f'@"{FIRST_DAY + timedelta(days=number)}"'

    def value(self, part: Part) -> Value:
        """Return a value in *part*."""
        if part.listed:
            return feel(part.listed[0]).evaluate({}, NEVER)
        number = part.low if part.low is not None else (part.high or 0) - 1
        return Decimal(number) if self.type == "number" else FIRST_DAY + timedelta(days=number)

    def cell(self, part: Part) -> str:
        """Write *part*: what begins with its low end and ends before its high end."""
        if part.listed:
            return "-" if part.listed == self.whole.listed and self.type == "string" else ", ".join(part.listed)
        if part.low is None:
            return "-" if part.high is None else f"< {self.end(part.high)}"
        return f">= {self.end(part.low)}" if part.high is None else f"[{self.end(part.low)}..{self.end(part.high)})"


AXES = (
    Axis("n", "number", Part()),
    Axis("d", "date", Part()),
    Axis("k", "string", Part(listed=('"a"', '"b"', '"c"', '"d"'))),
    Axis("f", "boolean", Part(listed=("true", "false"))),
)
Box = tuple[Part, ...]


def split(draw: st.DrawFn, axis: Axis, part: Part) -> tuple[Part, Part] | None:
    """Cut *part* in two at a place drawn; None where it cannot be."""
    if part.listed:
        if len(part.listed) < 2:
            return None
        at = draw(st.integers(1, len(part.listed) - 1))
        return Part(listed=part.listed[:at]), Part(listed=part.listed[at:])
    low, high = (-20 if part.low is None else part.low + 1), (20 if part.high is None else part.high - 1)
    if low > high:
        return None
    at = draw(st.integers(low, high))
    return Part(part.low, at), Part(at, part.high)


@st.composite
def partitions(draw: st.DrawFn) -> tuple[tuple[Axis, ...], list[Box]]:
    """Draw columns and rows that cover every input exactly once."""
    axes = tuple(draw(st.lists(st.sampled_from(AXES), min_size=1, max_size=4, unique_by=lambda axis: axis.name)))
    boxes: list[Box] = [tuple(axis.whole for axis in axes)]
    for _ in range(draw(st.integers(0, 12))):
        row, at = draw(st.integers(0, len(boxes) - 1)), draw(st.integers(0, len(axes) - 1))
        halves = split(draw, axes[at], boxes[row][at])
        if halves:
            boxes[row : row + 1] = [(*boxes[row][:at], half, *boxes[row][at + 1 :]) for half in halves]
    return axes, draw(st.permutations(boxes))


def made(axes: tuple[Axis, ...], boxes: list[Box], policy: str = "UNIQUE") -> dmn.Decision:
    columns = "".join(
        f'<input><inputExpression typeRef="{axis.type}"><text>{axis.name}</text></inputExpression>'
        + (f"<inputValues><text>{', '.join(axis.whole.listed)}</text></inputValues>" if axis.type == "string" else "")
        + "</input>"
        for axis in axes
    )
    rules = "".join(
        "<rule>"
        + "".join(
            f"<inputEntry><text>{escape(axis.cell(part))}</text></inputEntry>"
            for axis, part in zip(axes, box, strict=True)
        )
        + f"<outputEntry><text>{row}</text></outputEntry></rule>"
        for row, box in enumerate(boxes, 1)
    )
    source = f'<decision id="t" name="t"><decisionTable hitPolicy="{policy}">{columns}<output/>{rules}'
    (found,) = dmn.read(definitions(source + "</decisionTable></decision>"), "t.dmn")
    return found


def told(decision: dmn.Decision) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in dmn.check([decision]):
        found.setdefault(fault.rule, []).append(str(fault.fields.get("example", fault.fields.get("row", ""))))
    return found


def matching(decision: dmn.Decision, example: str) -> list[int]:
    """Return the rows that match the input written as *example*."""
    names: Context = {}
    for part in example.split(", "):
        name, _, value = part.partition(" = ")
        shown = f'@"{value}"' if value[:2] == "20" and "-" in value else value
        names[name] = None if value == "…" else feel(shown).evaluate({}, NEVER)
    assert isinstance(decision.logic, Table)
    return [rule.row for rule in decision.logic.matching(Environment(names, NEVER))]


@given(partitions())
def test_a_table_that_answers_every_input_once_has_nothing_to_report(drawn: tuple[tuple[Axis, ...], list[Box]]) -> None:
    assert told(made(*drawn)) == {}
    assert "dmn-gap" not in told(made(*drawn, policy="FIRST"))
    assert "dmn-masked" not in told(made(*drawn, policy="FIRST"))


@given(partitions(), st.data())
def test_a_row_that_is_taken_out_leaves_a_gap_where_it_was(
    drawn: tuple[tuple[Axis, ...], list[Box]], data: st.DataObject
) -> None:
    axes, boxes = drawn
    gone = data.draw(st.integers(0, len(boxes) - 1))
    left = boxes[:gone] + boxes[gone + 1 :]
    found = told(made(axes, left))
    if not left:
        assert set(found) == {"dmn-empty"}
        return
    assert set(found) == {"dmn-gap"}
    whole = made(axes, boxes)
    for example in found["dmn-gap"]:
        if "…" not in example:
            assert matching(whole, example) == [gone + 1]


@given(partitions(), st.data())
def test_a_row_that_is_put_in_overlaps_what_was_there(
    drawn: tuple[tuple[Axis, ...], list[Box]], data: st.DataObject
) -> None:
    axes, boxes = drawn
    at = data.draw(st.integers(0, len(boxes) - 1))
    point = tuple(_narrow(axis, part) for axis, part in zip(axes, boxes[at], strict=True))
    several = made(axes, [*boxes, point])
    found = told(several)
    assert set(found) <= {"dmn-overlap", "dmn-duplicate"}
    examples = found.get("dmn-overlap", []) + found.get("dmn-duplicate", [])
    assert len(examples) == 1
    if "…" not in examples[0]:
        assert matching(several, examples[0]) == [at + 1, len(boxes) + 1]
    first = told(made(axes, [*boxes, point], policy="FIRST"))
    assert first == {"dmn-masked": [str(len(boxes) + 1)]}


def _narrow(axis: Axis, part: Part) -> Part:
    """Return a part of *part*: a single value, or as it was where it has no ends."""
    if part.listed:
        return Part(listed=part.listed[:1])
    if part.low is None:
        return Part(part.high - 1, part.high) if part.high is not None else part
    return Part(part.low, part.low + 1)


def test_a_table_of_ten_thousand_rows_is_examined_whole() -> None:
    axes = (AXES[0], Axis("k", "string", Part(listed=tuple(f'"c{number}"' for number in range(100)))))
    boxes: list[Box] = [
        (Part(None if low == 0 else low, None if low == 99 else low + 1), Part(listed=(name,)))
        for low in range(100)
        for name in axes[1].whole.listed
    ]
    assert told(made(axes, boxes)) == {}
    assert set(told(made(axes, boxes[:5000] + boxes[5001:]))) == {"dmn-gap"}


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_an_order_of_outputs_that_nobody_states_is_told(policy: str) -> None:
    assert "dmn-no-order" in told(made(AXES[:1], [(Part(),)], policy=policy))
