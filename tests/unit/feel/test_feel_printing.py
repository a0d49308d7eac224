from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from ironcage.feel import tree
from ironcage.feel.parser import parse, parse_tests
from ironcage.feel.printer import source_of
from ironcage.feel.tokens import FeelSyntaxError
from ironcage.feel.types import TYPES, ContextType, FunctionType, ListType, RangeType
from ironcage.values import Months

NAMES = ["a", "b", "Applicant Age", "a-b", "数量", "date", "x y z", "item", "?"]
names = st.sampled_from(NAMES)
bound = st.sampled_from(["i", "row no", "j-1", "部门"])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**6, places=3)
literals = st.one_of(
    st.none(), st.booleans(), texts, numbers, numbers.map(lambda n: -n if n else n),
    st.dates(), st.times(), st.datetimes(), st.timedeltas(), st.integers(-999, 999).map(Months),
    st.sampled_from([datetime(2020, 1, 2, 3, tzinfo=UTC), time(3, 4, 5, tzinfo=ZoneInfo("Europe/Paris"))]),
).map(tree.Literal)  # fmt: skip
kinds = st.recursive(
    st.sampled_from(sorted({str(kind) for kind in TYPES.values()})).map(TYPES.__getitem__),
    lambda inner: st.one_of(
        inner.map(ListType),
        inner.map(RangeType),
        st.dictionaries(st.sampled_from(["a", "b c"]), inner, min_size=1).map(lambda d: ContextType(tuple(d.items()))),
        st.tuples(st.lists(inner, max_size=2).map(tuple), inner).map(lambda parts: FunctionType(*parts)),
    ),
    max_leaves=4,
)
SIGNS = ["<", "<=", ">", ">=", "=", "!="]


def is_positive(node: tree.Node) -> bool:
    return not isinstance(node, tree.Literal) or not isinstance(node.value, Decimal)


def is_no_name(node: tree.Node) -> bool:
    return not isinstance(node, tree.Name)


def named(node: tree.Invoke) -> tree.Invoke:
    return tree.Invoke(node.target, node.arguments, ("x", "y z", "w")[: len(node.arguments)])


def deeper(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    some = st.lists(inner, max_size=3).map(tuple)
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    loop = st.lists(st.builds(tree.Iteration, bound, inner, st.none() | inner), min_size=1, max_size=2).map(tuple)
    entries = st.dictionaries(st.sampled_from(["a", "b c", "d-e", 'f"g', "h:i"]), inner, max_size=3)
    parameters = st.lists(st.builds(tree.Parameter, bound, st.none() | kinds), max_size=2, unique_by=lambda p: p.name)
    against = st.builds(tree.Against, st.sampled_from(SIGNS), inner)
    tests = st.lists(inner.filter(lambda node: not isinstance(node, tree.Interval)) | against, min_size=2, max_size=3)
    return st.one_of(
        st.builds(tree.Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(tree.Comparison, st.sampled_from(SIGNS), inner, inner),
        st.builds(tree.Logic, st.sampled_from(["and", "or"]), two),
        st.builds(tree.Negation, inner.filter(is_positive)),
        st.builds(tree.If, inner, inner, inner),
        st.builds(tree.Between, inner, inner, inner),
        st.builds(tree.In, inner, tests.map(tuple)),
        st.builds(tree.Path, inner, st.sampled_from(["a", "b c", "time offset"])),
        st.builds(tree.Filter, inner, inner),
        st.builds(tree.Call, st.sampled_from(["concatenate", "min"]), two),
        st.just(tree.Call("substring", (tree.Literal("a"), tree.Name("b")), ("string", "start position"))),
        st.builds(tree.Invoke, names.map(tree.Name), some),
        st.builds(tree.Invoke, inner.filter(is_no_name), two).map(named),
        st.builds(tree.For, loop, inner),
        st.builds(tree.Quantified, st.booleans(), loop, inner),
        st.builds(tree.Definition, parameters.map(tuple), inner),
        st.builds(tree.InstanceOf, inner, kinds),
        st.builds(tree.Items, some),
        entries.map(lambda found: tree.Entries(tuple(tree.Entry(*pair) for pair in found.items()))),
        st.builds(tree.Interval, inner, inner, st.booleans(), st.booleans()),
        against,
    )  # fmt: skip


trees = st.recursive(literals | names.map(tree.Name), deeper, max_leaves=8)


@example(tree.Call("min", (tree.InstanceOf(tree.Name("a"), ContextType((("a", TYPES["Any"]),))), tree.Name("b"))))
@given(trees)
def test_what_is_printed_is_read_as_the_same_tree(node: tree.Node) -> None:
    assert parse(source_of(node), NAMES).tree == node


def test_the_expressions_of_the_kit_are_printed_and_read_alike() -> None:
    suites = os.environ.get("IRONCAGE_SUITES")
    if not suites:
        pytest.skip("IRONCAGE_SUITES names no folder with the conformance kit")
    count = 0
    for file in sorted(Path(suites).glob("dmn/*/*/*.dmn")):
        for element in etree.parse(file).iterfind(".//{*}text"):
            try:
                found = parse(element.text or "", lenient=True)
            except FeelSyntaxError:
                continue
            if not found.misfits:
                count += 1
                assert parse(source_of(found.tree)).tree == found.tree
    assert count > 1000


@pytest.mark.parametrize(
    "text",
    ["-", "1", "< 1, > 5", "not(1, 2)", "[1..2], (3..4)", '"a", "b"', "not(< 3)", "? > 1 and ? < 5", "a.b", "(< 3)"],
)
def test_unary_tests_are_printed_and_read_alike(text: str) -> None:
    found = parse_tests(text).tree
    assert parse_tests(source_of(found)).tree == found


def test_dates_are_printed_as_literals() -> None:
    for value in (date(2020, 1, 2), time(1, 2, 3), timedelta(days=1), Months(14)):
        assert parse(source_of(tree.Literal(value))).tree == tree.Literal(value)
