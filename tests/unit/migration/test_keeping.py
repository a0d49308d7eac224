"""What is under way must be the same in the new version; each thing that is not is a reason of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import boundary, call, catch, end, message, program, script, start, task, throw, timer
from moving_cases import Case, changes, reasons

from ironcage import feel
from ironcage.migration import MappingRefusedError, remarks
from ironcage.program import (
    AdHoc,
    Assignment,
    Call,
    Compensation,
    Conditional,
    Due,
    Kind,
    MultiInstance,
    Setting,
    Signal,
    StandardLoop,
    TimerKind,
)

AND, XOR = Kind.PARALLEL_GATEWAY, Kind.EXCLUSIVE_GATEWAY
HOUR, DAY = timer(TimerKind.DURATION, 'duration("PT1H")'), timer(TimerKind.DURATION, 'duration("P1D")')


def one(node, **more):
    """Return a process whose one element, called a, is *node*; *more* nodes stand beside it."""
    nodes = {"s": start(), "a": node, "e": end(), **more}
    return program(nodes, "s -> a", "a -> e")


def setting(name, text):
    return (Setting(name, feel.compile(text)),)


def test_an_element_that_is_gone_leaves_no_ghost():
    case = Case(one(task()))
    other = program({"s": start(), "b": task(), "e": end()}, "s -> b", "b -> e")
    assert reasons(case.migrate(other)) == [("a", remarks.VANISHED)]
    assert case.at() == ["a"]


def test_it_goes_on_under_another_name_where_that_is_said():
    case = Case(one(task()))
    other = program({"s": start(), "b": task(), "e": end()}, "s -> b", "b -> e")
    assert changes(case.migrate(other, a="b")) == [("a", remarks.GOES_ON_AS)]
    assert case.at() == ["b"]


UNLIKE = [
    (task(), task(Kind.MANUAL_TASK), remarks.OTHER_KIND),
    (task(), task(loop=MultiInstance(cardinality=feel.compile("2"))), remarks.OTHER_LOOP),
    (task(loop=StandardLoop(maximum=2)), task(loop=StandardLoop(maximum=3)), remarks.OTHER_LOOP),
    (task(), task(inputs=setting("x", "1")), remarks.OTHER_INPUTS),
    (task(Kind.SERVICE_TASK, service="ask"), task(Kind.SERVICE_TASK, decision="ask"), remarks.OTHER_WORK),
    (script("x"), task(Kind.SCRIPT_TASK), remarks.OTHER_WORK),
    (call("p"), call("q"), remarks.OTHER_CALL),
    (catch(message("m")), catch(Signal("m")), remarks.OTHER_EVENTS),
    (catch(message("m")), catch(message("m"), Signal("n")), remarks.OTHER_EVENTS),
    (catch(timer(TimerKind.CYCLE, "R3/PT1H")), catch(timer(TimerKind.CYCLE, "R4/PT1H")), remarks.OTHER_CYCLE),
    (catch(timer(TimerKind.CYCLE, "R3/PT1H")), catch(HOUR), remarks.OTHER_CYCLE),
    (catch(Conditional(feel.compile("x = 1"))), catch(Conditional(feel.compile("x = 2"))), remarks.OTHER_CONDITION),
]


@pytest.mark.parametrize(("old", "new", "what"), UNLIKE)
def test_what_is_under_way_is_not_made_something_else(old, new, what):
    case = Case(one(old))
    assert [found for _, found in reasons(case.migrate(one(new)))] == [what]
    assert reasons(case.migrate(one(old))) == [], "and it is no reason where nothing changed"


ALIKE = [
    (task(form="old"), task(form="new"), None),
    (task(), task(due=Due(within=feel.compile('duration("PT1H")'))), remarks.KEEPS_OFFER),
    (task(), task(assignment=Assignment(role=feel.constant("r", '"r"'))), remarks.KEEPS_OFFER),
    (task(), task(outputs=setting("y", "1"), settings=setting("z", "2")), None),
    (catch(HOUR), catch(DAY), remarks.KEEPS_INSTANT),
    (catch(message("m")), catch(message("n")), remarks.REPLACES),
    (catch(Signal("m")), catch(Signal("n")), remarks.REPLACES),
    (task(Kind.SERVICE_TASK, service="ask"), task(Kind.SERVICE_TASK, service="tell", retries=3), None),
    (call("p"), call("p", settings=setting("x", "1")), None),
]


@pytest.mark.parametrize(("old", "new", "what"), ALIKE)
def test_what_comes_later_is_of_the_new_version_and_what_was_promised_stays(old, new, what):
    case = Case(one(old))
    before = {number: wait.at for number, wait in case.state.waits.items()}
    migrated = case.migrate(one(new))
    assert reasons(migrated) == []
    assert [found for _, found in changes(migrated)] == ([what] if what else [])
    kept = {number: wait.at for number, wait in case.state.waits.items()}
    assert list(kept.values()) == list(before.values())


def test_a_replaced_message_has_the_key_of_the_data_of_now():
    case = Case(one(catch(message("m"))), number="X-1")
    case.migrate(one(catch(message("m", "number", "number"))))
    assert [wait.key for wait in case.state.waits.values()] == [("X-1",)]


def test_several_instances_under_way_wait_even_where_nothing_changed():
    node = task(loop=MultiInstance(cardinality=feel.compile("2")))
    case = Case(one(node))
    assert reasons(case.migrate(one(node))) == [("a", remarks.INSTANCES)]
    case.go_on("a")
    case.go_on("a")
    assert not case.state.waits


def test_a_called_case_under_way_goes_on_where_the_call_is_the_same():
    case = Case(one(call("p")))
    assert reasons(case.migrate(one(call("p"), more=task()))) == []
    other = Call(feel.constant("p", "p"), all_in=False, all_out=True)
    assert (
        reasons(
            case.migrate(
                one(
                    call(
                        "p",
                    ),
                    more=task(),
                )
            )
        )
        == []
    )
    assert reasons(case.migrate(one(replace(call("p"), call=other)))) == [("a", remarks.OTHER_CALL)]


def joined(*into: str, kind: Kind = AND):
    nodes = {"s": start(), "f": task(AND), "a": task(), "b": task(), "j": task(kind), "e": end()}
    return program(nodes | {each: task() for each in into if each not in nodes}, "s -> f", "f -> a", "f -> b", *(
        f"{each} -> j" for each in into), "j -> e")  # fmt: skip


def test_a_join_at_which_a_token_waits_is_the_same():
    case = Case(joined("a", "b"), "a")
    assert reasons(case.migrate(joined("b", "a"))) == [], "in another order"
    assert ("j", remarks.OTHER_JOIN) in reasons(case.migrate(joined("a", "b", "c")))
    kinds = [what for _, what in reasons(case.migrate(joined("a", "b", kind=Kind.INCLUSIVE_GATEWAY)))]
    assert remarks.OTHER_KIND in kinds
    case.go_on("b")
    assert not case.state.scopes


def test_a_join_at_which_none_waits_may_change():
    case = Case(joined("a", "b"))
    assert reasons(case.migrate(joined("a", "b", kind=Kind.INCLUSIVE_GATEWAY))) == []


def test_the_tokens_an_activity_takes_are_as_many_as_before_while_some_wait():
    def taking(many):
        nodes = {"s": start(), "f": task(AND), "a": task(), "b": task(), "t": task(start_quantity=many), "e": end()}
        return program(nodes, "s -> f", "f -> a", "f -> b", "a -> t", "b -> t", "t -> e")

    assert reasons(Case(taking(2), "a").migrate(taking(3))) == [("t", remarks.OTHER_QUANTITY)]
    assert reasons(Case(taking(2)).migrate(taking(3))) == []


def adhoc(*names):
    nodes = {"s": start(), "h": task(Kind.AD_HOC_SUB_PROCESS, ad_hoc=AdHoc(sequential=True)), "e": end()}
    nodes |= {name: task(parent=1) for name in names}
    return program(nodes, "s -> h", "h -> e")


def test_an_ad_hoc_sub_process_under_way_has_the_same_activities():
    assert reasons(Case(adhoc("a", "b")).migrate(adhoc("a", "b", "c"))) == [("h", remarks.OTHER_SELECTION)]
    case = Case(adhoc("a", "b"))
    assert reasons(case.migrate(adhoc("x", "y"), a="x", b="y")) == []
    case.go_on("x")
    assert case.at() == ["y"]


def within(parent):
    nodes = {
        "s": start(),
        "u": task(Kind.SUB_PROCESS),
        "v": task(Kind.SUB_PROCESS),
        "e": end(),
        "a": task(parent=parent),
    }
    nodes |= {"q": task(parent=3 - parent)}
    return program(nodes, "s -> u", "u -> v", "v -> e")


def test_an_activity_that_stands_in_another_sub_process_is_not_the_same():
    assert ("a", remarks.ELSEWHERE) in reasons(Case(within(1)).migrate(within(2)))


def test_a_boundary_event_that_sits_on_something_else_is_not_the_same():
    def limited(host):
        nodes = {"s": start(), "f": task(AND), "a": task(), "b": task(), "l": boundary(host, HOUR), "e": end()}
        return program(nodes, "s -> f", "f -> a", "f -> b", "a -> e", "b -> e", "l -> e")

    moved = Case(limited(2)).migrate(limited(3))
    assert [what for _, what in reasons(moved)] == [remarks.SINCE_UNKNOWN], "withdrawn here, and new there"


# Data objects


def holding(*names, inner=()):
    nodes = {"s": start(), "u": task(Kind.SUB_PROCESS, locals=names), "e": end(), "a": task(parent=1, settings=inner)}
    nodes |= {"b": task(parent=1)}
    return program(nodes, "s -> u", "u -> e", "a -> b")


def test_a_data_object_that_came_is_empty_and_one_that_went_must_be():
    case = Case(holding())
    assert reasons(case.migrate(holding("note"))) == []
    inner = next(scope for scope in case.state.scopes.values() if scope.parent)
    assert dict(inner.variables) == {"note": None}
    assert reasons(case.migrate(holding())) == []
    case.migrate(holding("note"))
    case.go_on("a", note="full")
    assert reasons(case.migrate(holding())) == [("u", remarks.DATA_OBJECT_GONE)]


def test_a_data_object_does_not_hide_what_the_case_keeps():
    assert reasons(Case(holding(), note="full").migrate(holding("note"))) == [("u", remarks.DATA_OBJECT_HIDES)]


def test_what_only_a_passed_step_sets_and_a_later_one_reads_is_needed():
    def priced(*settings):
        nodes = {"s": start(), "a": task(settings=settings), "b": task(), "x": task(XOR), "c": task(), "e": end()}
        return program(nodes, "s -> a", "a -> b", "b -> x", "x -> c if fee > 5", "x -> e", "c -> e")

    case = Case(priced(), "a")
    refused = case.migrate(priced(*setting("fee", "10")))
    assert reasons(refused) == [("x", remarks.NEEDS_DATA)]
    assert refused.reasons[0].fields == {"name": "fee", "setter": "a"}
    assert reasons(Case(priced(), "a", fee=3).migrate(priced(*setting("fee", "10")))) == [], "it has it"
    assert reasons(Case(priced()).migrate(priced(*setting("fee", "10")))) == [], "it will be set"


# Compensation


def booked(*, handler=True, thrown=True):
    nodes = {
        "s": start(),
        "a": task(),
        "b": task(),
        "t": throw(Compensation() if thrown else Signal("x")),
        "e": end(),
    }
    if handler:
        nodes |= {"c": boundary(1, Compensation(), handler=6), "h": task(for_compensation=True)}
    return program(nodes, "s -> a", "a -> b", "b -> t", "t -> e")


def test_what_was_done_can_still_be_compensated():
    case = Case(booked(), "a")
    assert reasons(case.migrate(booked())) == []
    case.go_on("b")
    assert case.at() == ["h"]


def test_what_may_have_to_be_compensated_keeps_its_handler():
    assert reasons(Case(booked(), "a").migrate(booked(handler=False))) == [("a", remarks.NOT_COMPENSABLE)]
    assert reasons(Case(booked()).migrate(booked(handler=False))) == [], "not done yet"


def test_what_was_done_without_keeping_data_cannot_be_compensated_later():
    assert reasons(Case(booked(handler=False), "a").migrate(booked())) == [("a", remarks.NOT_REMEMBERED)]
    assert reasons(Case(booked(thrown=False), "a").migrate(booked(thrown=True)))[-1] == ("a", remarks.NOT_REMEMBERED)
    assert reasons(Case(booked(handler=False)).migrate(booked())) == []


def test_nothing_is_remembered_where_nobody_asks_for_compensation():
    case = Case(booked(), "a")
    assert reasons(case.migrate(booked(thrown=False))) == []
    assert all(not scope.done for scope in case.state.scopes.values())


# The mapping itself


@pytest.mark.parametrize("names", [{"nobody": "a"}, {"a": "nobody"}, {"a": "s"}, {"a": "b"}, {"a": "x", "b": "x"}])
def test_a_mapping_that_cannot_hold_is_refused(names):
    old = program({"s": start(), "a": task(), "b": task(), "e": end()}, "s -> a", "a -> b", "b -> e")
    new = program({"s": start(), "x": task(), "b": task(), "e": end()}, "s -> x", "x -> b", "b -> e")
    with pytest.raises(MappingRefusedError):
        Case(old).migrate(new, **names)


def test_two_elements_can_change_their_names():
    line = program({"s": start(), "a": task(), "b": task(), "e": end()}, "s -> a", "a -> b", "b -> e")
    turned = program({"s": start(), "b": task(), "a": task(), "e": end()}, "s -> b", "b -> a", "a -> e")
    case = Case(line)
    assert reasons(case.migrate(turned, a="b", b="a")) == []
    assert case.at() == ["b"]
    case.go_on("b")
    assert case.at() == ["a"]


def test_an_element_with_the_name_of_a_renamed_one_is_counted_on():
    line = program({"s": start(), "a": task(), "b": task(), "e": end()}, "s -> a", "a -> b", "b -> e")
    other = program(
        {"s": start(), "x": task(), "b": task(), "a": task(), "e": end()}, "s -> x", "x -> b", "b -> a", "a -> e"
    )
    case = Case(line, "a")
    case.migrate(other, a="x")
    case.go_on("b")
    (activity,) = case.state.activities.values()
    assert (case.at(), activity.execution) == (["a"], 2), "a#1 was what is x now"
