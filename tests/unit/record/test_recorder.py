"""What a step says becomes events: numbered, chained, in local time, personal data apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_record import HOUR, RECORDER, START, erased_case, imported_case, new_chain, recorded, run, whole_case

from ironcage.machine.step import Entry, EntryKind, Transition
from ironcage.record import Chain, LocalTime, Provenance, erasure
from ironcage.record.chain import HappenedLaterError
from ironcage.record.digests import SM3, AlgorithmUnavailableError, hasher
from ironcage.record.recorder import split
from ironcage.record.verification import verify

ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Africa/Monrovia", "Australia/Lord_Howe", "Asia/Kathmandu"]
CLERK = Provenance("clerk-7", "web")
SCHEDULED = Entry(EntryKind.ACTIVITY, Transition.SCHEDULE, 1)


@given(st.sampled_from(ZONES), st.lists(st.integers(-(2**50), 2**52), min_size=1, max_size=5))
def test_local_columns_are_those_of_the_wall_clock(zone: str, instants: list[int]) -> None:
    local = LocalTime(ZoneInfo(zone))
    for at in instants:
        wall = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZoneInfo(zone))
        assert local.columns(at)[:3] == (int(wall.strftime("%Y%m%d").zfill(8)), wall.isoweekday(), wall.hour)


def test_local_columns_follow_a_change_of_the_clock_within_a_day() -> None:
    zone = ZoneInfo("America/New_York")
    local = LocalTime(zone)
    for minute in range(0, 24 * 60, 10):
        wall = (datetime(2024, 3, 10, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(zone)
        assert local.columns(int(wall.timestamp()) * 1_000_000)[2] == wall.hour


def test_events_are_numbered_and_chained() -> None:
    _, events, _ = whole_case()
    assert [event.seq for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.previous for event in events[1:]] == [event.digest for event in events[:-1]]
    assert events[0].previous == bytes(32)


def test_audit_fields_stay_in_the_event_and_the_rest_can_be_erased() -> None:
    _, events, payloads = whole_case()
    assert events[0].facts == '{"category":"占道"}'
    assert payloads[0].body.decode() == '{"applicant":"某甲"}'
    assert "某甲" not in str(events)


def test_a_payload_of_audit_fields_alone_makes_no_row() -> None:
    assert split({"b": Decimal("1.10"), "a": "x"}, frozenset("ab")) == ('{"a":"x","b":1.10}', None)
    assert split({"a": None}, frozenset()) == (None, b'{"a":null}')


def test_only_the_act_has_an_actor_not_what_follows_from_it() -> None:
    _, events, _ = whole_case()
    assert [event.actor for event in events] == ["window-3", None, None, None, "clerk-7", None, None]
    assert [event.channel for event in events] == ["counter", None, None, None, "web", None, None]


def test_a_deadline_missed_in_the_same_step_has_no_actor() -> None:
    chain = new_chain("1")
    missed = Entry(EntryKind.DEADLINE, Transition.MISSED, 1, happened=START)
    RECORDER.append(chain, [missed, SCHEDULED], START + 1, CLERK)
    assert [event.actor for event in chain.events] == [None, "clerk-7"]


def test_a_missed_deadline_happened_when_it_was_due() -> None:
    missed = whole_case().events[3]
    assert missed.recorded is not None
    assert (missed.happened, missed.recorded - missed.happened) == (START + 2 * HOUR, 1)
    assert (missed.local_day, missed.local_weekday, missed.local_hour) == (20240301, 5, 11)


def test_the_definition_stands_on_the_first_event_alone() -> None:
    assert [bool(event.definition) for event in whole_case().events] == [True] + [False] * 6


def test_the_element_of_the_case_is_the_process() -> None:
    elements = [event.element for event in whole_case().events]
    assert elements == ["permit", "start", "review", "review", "review", "end", "permit"]


def test_nothing_is_recorded_before_it_happened() -> None:
    chain = new_chain("1")
    with pytest.raises(HappenedLaterError, match="permit/1"):
        RECORDER.append(chain, [Entry(EntryKind.CASE, Transition.START, happened=START + 1)], START)


def test_imported_events_are_recorded_when_the_log_says_so_or_never() -> None:
    events = imported_case().events
    assert [event.recorded for event in events] == [None, None, START - 69 * HOUR]


def test_a_chain_goes_on_where_it_ended() -> None:
    whole = new_chain("2024-1")
    run(whole)
    tail = Chain(whole.subject, whole.part, whole.case, whole.seq, whole.head)
    RECORDER.append(tail, [SCHEDULED], START + 90 * HOUR, CLERK)
    whole.rows += tail.rows
    whole.seq, whole.head = tail.seq, tail.head
    assert verify([recorded(whole)]).whole


def test_two_payloads_that_say_the_same_have_different_digests() -> None:
    chain = new_chain("1")
    entry = Entry(EntryKind.ACTIVITY, Transition.COMPLETE, 1, payload={"note": "x"})
    RECORDER.append(chain, [entry, entry], START)
    assert chain.events[0].payload_digest != chain.events[1].payload_digest


def test_salts_are_random_unless_given() -> None:
    case = new_chain("1")
    chain = Chain(case.subject, case.part, case.case)
    entry = Entry(EntryKind.ACTIVITY, Transition.COMPLETE, 1, payload={"note": "x"})
    RECORDER.append(chain, [entry, entry], START)
    one, other = chain.payloads
    assert one.salt != other.salt
    assert len(one.salt) == 16


def test_a_record_may_go_on_under_another_algorithm() -> None:
    try:
        hasher(SM3.id)
    except AlgorithmUnavailableError:
        pytest.skip("this machine's OpenSSL offers no SM3")
    first = new_chain("1")
    run(first)
    second = Chain(first.subject, first.part, first.case, first.seq, first.head, algorithm=SM3.id)
    RECORDER.append(second, [erasure("order")], START + 90 * HOUR)
    second.rows[:0] = first.rows
    assert verify([recorded(second)]).whole


def test_an_erased_case_verifies_and_keeps_the_order() -> None:
    case = erased_case()
    found = verify([case])
    assert found.whole
    assert found.erased == 2
    assert json.loads(case.events[-1].facts or "") == {"order": "第5号决定"}
    assert case.events[-1].actor == "archivist"


def test_an_order_does_not_excuse_payloads_recorded_after_it() -> None:
    chain = new_chain("1")
    run(chain)
    RECORDER.append(chain, [erasure("order")], START + 9 * HOUR)
    RECORDER.append(chain, [Entry(EntryKind.ACTIVITY, Transition.COMPLETE, 1, payload={"n": "x"})], START + 10 * HOUR)
    chain.payloads.clear()
    assert [(p.kind.value, p.seq) for p in verify([recorded(chain)]).problems] == [("missing-payload", 9)]


def test_an_order_that_was_not_carried_out_is_found() -> None:
    chain = new_chain("1")
    run(chain)
    RECORDER.append(chain, [erasure("order")], START + 9 * HOUR)
    assert {p.kind.value for p in verify([recorded(chain)]).problems} == {"unerased-payload"}
