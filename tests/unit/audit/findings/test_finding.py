from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironcage_audit.findings import State, fingerprint

FACTS = st.tuples(st.text(), st.integers(1, 99), st.text(), st.text())


@given(FACTS, FACTS)
def test_fingerprints_are_equal_exactly_when_the_facts_are(one, other):
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


def test_a_fingerprint_never_changes_between_releases():
    expected = "46176172ed35da90be04b526766c6272f64e9b4b426bccd6dbc512df99b179df"
    assert fingerprint("deadlines.overdue", 1, "service_request/101000295613", "handle#1") == expected


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_none_leads_to_itself(state):
    reached, frontier = {State.OPEN}, [State.OPEN]
    while frontier:
        new = frontier.pop().moves() - reached
        reached |= new
        frontier += new
    assert state in reached
    assert state not in state.moves()
