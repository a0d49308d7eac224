"""Steps before the place of a case: what would be skipped is refused, what was passed or comes later is not."""

from __future__ import annotations

import itertools

import pytest
from made import end, program, start, task
from moving_cases import Case, reasons

from ironcage.migration.remarks import INSERTED, NEW_BRANCH, OTHER_JOIN, REORDERED, STARVED
from ironcage.program import Kind

AND, XOR, OR = Kind.PARALLEL_GATEWAY, Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY


def line(*names: str):
    """Return a process of tasks one after the other."""
    every = ["s", *names, "e"]
    nodes = {"s": start(), **{name: task() for name in names}, "e": end()}
    return program(nodes, *(f"{a} -> {b}" for a, b in itertools.pairwise(every)))


def split(kind: Kind, *ways: str, after: str = ""):
    """Return a process whose ways part and meet; a way is tasks, one after the other."""
    nodes, flows = {"s": start(), "f": task(kind), "j": task(kind), "e": end()}, ["s -> f"]
    for way in ways:
        names = way.split()
        nodes |= {name: task() for name in names}
        stops = ["f", *names, "j"]
        flows += [f"{a} -> {b}" for a, b in itertools.pairwise(stops)]
    if after:
        nodes[after] = task()
        flows += [f"j -> {after}", f"{after} -> e"]
    else:
        flows.append("j -> e")
    return program(nodes, *flows)


def test_a_step_inserted_before_the_case_would_be_skipped():
    case = Case(line("a", "b"), "a")
    refused = case.migrate(line("a", "check", "b"))
    assert reasons(refused) == [("check", INSERTED)]
    assert refused.reasons[0].fields["at"] == "b"
    assert refused.state is case.state


def test_a_step_inserted_before_a_place_the_case_has_not_come_to_will_be_done():
    case = Case(line("a", "b"))
    assert reasons(case.migrate(line("a", "check", "b"))) == []
    case.go_on("a")
    assert case.at() == ["check"]


def test_a_step_added_after_the_case_will_be_done():
    case = Case(line("a", "b"), "a")
    case.migrate(line("a", "b", "c"))
    case.go_on("b")
    assert case.at() == ["c"]


def test_steps_whose_order_changed_must_have_been_done():
    assert reasons(Case(line("a", "b")).migrate(line("b", "a"))) == [("b", REORDERED)]
    assert reasons(Case(line("a", "b"), "a").migrate(line("b", "a"))) == []


def test_a_step_on_one_way_only_is_not_before_the_place():
    new = program(
        {"s": start(), "x": task(XOR), "check": task(), "m": task(XOR), "a": task(), "e": end()},
        "s -> x", "x -> check if big = true", "x -> m", "check -> m", "m -> a", "a -> e",
    )  # fmt: skip
    assert reasons(Case(line("a")).migrate(new)) == [("x", INSERTED)], "a choice the case has not made"


def test_a_new_merge_before_the_place_is_no_step():
    new = program(
        {"s": start(), "m": task(XOR), "a": task(), "x": task(XOR), "e": end()},
        "s -> m", "m -> a", "a -> x", "x -> m if again = true", "x -> e",
    )  # fmt: skip
    assert reasons(Case(line("a")).migrate(new)) == []


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ([], [("f", NEW_BRANCH), ("j", STARVED)]),
        (["a"], [("j", OTHER_JOIN), ("f", NEW_BRANCH), ("j", STARVED)]),
        (["a", "b"], [("q", INSERTED)]),
    ],
)
def test_a_branch_added_to_a_split_that_was_passed_would_be_skipped(done, found):
    case = Case(split(AND, "a", "b", after="c"), *done)
    assert reasons(case.migrate(split(AND, "a", "b", "q", after="c"))) == found


def test_a_branch_added_to_a_split_ahead_will_be_taken():
    def after_first(*ways: str):
        whole = split(AND, *ways)
        nodes = {node.id: node for node in whole.nodes} | {"z": task()}
        flows = [f"{whole.nodes[f.source].id} -> {whole.nodes[f.target].id}" for f in whole.flows[1:]]
        return program(nodes, "s -> z", "z -> f", *flows)

    case = Case(after_first("a", "b"))
    assert reasons(case.migrate(after_first("a", "b", "q"))) == []
    case.go_on("z")
    assert case.at() == ["a", "b", "q"]


def test_a_step_inserted_on_a_branch_the_case_is_on_would_be_skipped():
    assert reasons(Case(split(AND, "a", "b")).migrate(split(AND, "a", "q b"))) == [("q", INSERTED)]


def test_a_step_inserted_on_a_branch_whose_token_waits_at_the_join_would_be_skipped():
    found = reasons(Case(split(AND, "a", "b"), "a").migrate(split(AND, "a q", "b")))
    assert found == [("j", OTHER_JOIN), ("j", STARVED)]


def test_steps_side_by_side_are_not_done_one_after_the_other():
    found = reasons(Case(split(AND, "a", "b")).migrate(program(
        {"s": start(), "f": task(AND), "b": task(), "a": task(), "j": task(AND), "e": end()},
        "s -> f", "f -> b", "b -> a", "a -> j", "j -> e",
    )))  # fmt: skip
    assert ("b", REORDERED) in found, "b is under way, but not done"


def test_a_choice_that_gained_a_way_was_made_when_it_was_made():
    old, new = split(XOR, "a", "b"), split(XOR, "a", "b", "c")
    assert reasons(Case(old).migrate(new)) == []


def test_every_reason_names_element_and_line():
    refused = Case(line("a", "b"), "a").migrate(line("a", "check", "b"))
    assert (refused.reasons[0].element, refused.reasons[0].line) == ("check", 0)
    assert "check" in str(refused.reasons[0])
