"""What expressions answer: each line of a file in ``cases`` is an expression and, behind ``=>``, what it equals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ironcage import feel
from ironcage.clock import Moment
from ironcage.feel.comparison import equal
from ironcage.feel.literals import literal

if TYPE_CHECKING:
    from ironcage.values import Context

NOW = Moment(1_600_000_000_000_000)
VARIABLES: Context = {
    "x": Decimal(1),
    "y": Decimal(2),
    "a": Decimal(10),
    "b": Decimal(4),
    "a-b": Decimal(7),
    "a/b": Decimal(99),
    "x*y": Decimal(77),
    "l": [Decimal(1), Decimal(2), Decimal(3)],
    "list": [Decimal(1)],
    "c": {"d e": Decimal(5)},
    "Applicant Age": Decimal(30),
    "income and expenses": Decimal(5),
    "date of birth": None,
    "in stock": True,
    "for sale": True,
    "time zone": "UTC",
    "function name": "fn",
    "string length limit": Decimal(5),
    "person's age": Decimal(9),
    "ver 1.2": Decimal(12),
    "not found": Decimal(4),
    "null value": Decimal(8),
    "true north": Decimal(2),
    "is it": Decimal(3),
    "or gate": Decimal(1),
    "min order": Decimal(6),
    "order": Decimal(3),
    "order size": Decimal(2),
    "count": Decimal(3),
    "街道 名称": "x",
}
LINES = [
    (file.stem, *line.rpartition(" => ")[::2])
    for file in sorted((Path(__file__).parent / "cases").glob("*.txt"))
    for line in file.read_text("utf-8").splitlines()
]


def test_there_are_cases_of_every_subject() -> None:
    assert len({subject for subject, _, _ in LINES}) == 9
    assert len(LINES) > 600


@pytest.mark.parametrize(("subject", "text", "wanted"), LINES)
def test_an_expression_answers_as_the_case_says(subject: str, text: str, wanted: str) -> None:
    found = feel.compile(text, VARIABLES, lenient=True).evaluate(VARIABLES, NOW)
    expected = feel.compile(wanted, VARIABLES, lenient=True).evaluate(VARIABLES, NOW)
    assert type(found) is type(expected), subject
    assert found is expected or equal(found, expected) is True, f"{subject}: {literal(found)}"
