"""Events that the new version also waits for where a case is, and those it does not wait for any more."""

from __future__ import annotations

import pytest
from made import boundary, catch, end, message, program, start, task, timer
from moving_cases import Case, changes, reasons

from ironcage import feel
from ironcage.machine import Opened
from ironcage.migration import remarks
from ironcage.program import Conditional, Error, Kind, Signal, TimerKind

HOUR = timer(TimerKind.DURATION, 'duration("PT1H")')
MICROS = 3_600_000_000


def plain(**more):
    nodes = {"s": start(), "a": task(), "e": end(), **more}
    flows = [f"{each} -> e" for each in more if more[each].kind is Kind.BOUNDARY_EVENT]
    return program(nodes, "s -> a", "a -> e", *flows)


def handled(*events, interrupting=True):
    """Return the plain process with an event sub-process."""
    nodes = {
        "s": start(), "a": task(), "e": end(),
        "h": task(Kind.SUB_PROCESS, by_event=True), "hs": start(*events, parent=3, interrupting=interrupting),
        "w": task(parent=3), "he": end(parent=3),
    }  # fmt: skip
    return program(nodes, "s -> a", "a -> e", "hs -> w", "w -> he")


@pytest.mark.parametrize("event", [message("m"), Signal("m")], ids=["message", "signal"])
@pytest.mark.parametrize("make", [lambda event: plain(l=boundary(1, event)), handled], ids=["boundary", "handler"])
def test_a_message_or_a_signal_is_waited_for_from_now_on(make, event):
    case = Case(plain())
    migrated = case.migrate(make(event))
    (opened,) = migrated.effects
    assert isinstance(opened, Opened)
    assert opened.name == "m"
    assert [what for _, what in changes(migrated)] == [remarks.OPENS]
    case.go_on(case.program.nodes[opened.node].id)
    assert "a" not in case.at()


@pytest.mark.parametrize("event", [message("m"), HOUR, Conditional(feel.compile("x = 1"))])
@pytest.mark.parametrize("make", [lambda event: plain(l=boundary(1, event)), handled], ids=["boundary", "handler"])
def test_what_only_listened_is_not_waited_for_any_more(make, event):
    case = Case(make(event))
    migrated = case.migrate(plain())
    assert [what for _, what in changes(migrated)] == [remarks.WITHDRAWS]
    assert (case.at(), len(case.state.activities)) == (["a"], 1)


@pytest.mark.parametrize(
    ("make", "since"), [(lambda event: plain(l=boundary(1, event)), ("a", 1)), (handled, ("main", 1))]
)
def test_a_timer_counts_from_when_what_it_limits_began(make, since):
    case = Case(plain())
    migrated = case.migrate(make(HOUR), begun={since: 100}, now=500)
    assert reasons(migrated) == []
    assert [wait.at for wait in case.state.waits.values() if wait.at] == [100 + MICROS]


def test_a_timer_that_would_have_come_is_refused():
    case = Case(plain())
    late = case.migrate(plain(l=boundary(1, HOUR)), begun={("a", 1): 100}, now=100 + MICROS)
    assert reasons(late) == [("l", remarks.WOULD_HAVE_HAPPENED)]
    assert case.at() == ["a"]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (HOUR, remarks.SINCE_UNKNOWN),
        (timer(TimerKind.DURATION, "limit"), remarks.SINCE_UNKNOWN),
        (Conditional(feel.compile("x = 1")), remarks.CONDITION_UNKNOWN),
    ],
)
def test_what_cannot_be_known_of_the_past_is_refused(event, what):
    begun = {} if event is HOUR else {("a", 1): 0}
    assert reasons(Case(plain()).migrate(plain(l=boundary(1, event)), begun=begun)) == [("l", what)]


@pytest.mark.parametrize("make", [lambda event: plain(l=boundary(1, event)), handled], ids=["boundary", "handler"])
def test_errors_are_not_waited_for_but_caught(make):
    case = Case(plain())
    migrated = case.migrate(make(Error("E")))
    assert (migrated.reasons, migrated.changes, migrated.effects) == ((), (), ())
    assert len(case.state.activities) == 1


def test_a_timer_that_has_come_does_not_come_again():
    def reminded(event):
        return plain(l=boundary(1, event, interrupting=False))

    case = Case(reminded(HOUR), "l")
    case.migrate(reminded(HOUR), begun={("a", 1): 0})
    assert case.at() == ["a"]


def test_nothing_listens_where_an_event_sub_process_has_interrupted_everything():
    def both(*more):
        whole = handled(message("m"))
        nodes = {node.id: node for node in whole.nodes}
        if more:
            nodes |= {"k": task(Kind.SUB_PROCESS, by_event=True), "ks": start(*more, parent=7), "ke": end(parent=7)}
        flows = [f"{whole.nodes[flow.source].id} -> {whole.nodes[flow.target].id}" for flow in whole.flows]
        return program(nodes, *flows, *(["ks -> ke"] if more else []))

    case = Case(both(), "hs")
    assert case.migrate(both(Signal("n"))).effects == ()
    assert case.at() == ["w"]
    assert [type(effect) for effect in Case(both()).migrate(both(Signal("n"))).effects] == [Opened]


def race(*events):
    nodes = {"s": start(), "g": task(Kind.EVENT_BASED_GATEWAY), "e": end()}
    nodes |= {f"c{n}": catch(event) for n, event in enumerate(events)}
    ways = [f"c{n}" for n in range(len(events))]
    return program(nodes, "s -> g", *(f"g -> {way}" for way in ways), *(f"{way} -> e" for way in ways))


def test_an_event_more_after_a_gateway_is_waited_for_and_one_that_is_gone_is_a_reason():
    case = Case(race(message("m"), Signal("n")))
    assert [what for _, what in changes(case.migrate(race(message("m"), Signal("n"), message("o"))))] == [remarks.OPENS]
    assert case.at() == ["c0", "c1", "c2"]
    assert reasons(case.migrate(race(message("m"), Signal("n")))) == [("c2", remarks.VANISHED)]
    case.go_on("c2")
    assert not case.state.scopes


def test_a_message_is_waited_for_with_the_key_of_the_data_of_now():
    case = Case(plain(), number="X")
    keyed = message("m", "number", "number")
    assert reasons(case.migrate(plain(l=boundary(1, keyed)))) == []
    assert [wait.key for wait in case.state.waits.values() if wait.key] == [("X",)]
