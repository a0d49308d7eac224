"""A state that an earlier release stored is read as what it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ironcage.machine import State, StateVersionError, decode, encode
from ironcage.machine.forms import UPGRADES
from ironcage.values import StoredBytesError

STATES = {
    f"{file.stem}-{number}": kept
    for file in sorted((Path(__file__).parent / "states").glob("form-*.json"))
    for number, kept in enumerate(json.loads(file.read_text("utf-8")))
}
"""Stored bytes of each past form, and what the release that wrote them read in them."""


@pytest.mark.parametrize("name", STATES)
def test_a_state_of_an_earlier_form_is_what_it_was(name):
    state = decode(bytes.fromhex(STATES[name]["state"]))
    assert repr(state) == STATES[name]["is"]
    assert decode(encode(state)) == state


def test_there_are_states_of_every_past_form_and_none_is_the_present_one():
    forms = {bytes.fromhex(kept["state"])[:1] for kept in STATES.values()}
    assert forms == UPGRADES.keys()
    assert encode(State())[:1] not in forms


def test_every_upgrade_leads_to_the_present_form():
    present = encode(State())[:1]
    numbers = [int.from_bytes(form) for form in (*UPGRADES, present)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [int.from_bytes(following) for following, _ in UPGRADES.values()] == numbers[1:]


def test_a_form_of_a_later_release_is_refused_by_its_name():
    with pytest.raises(StateVersionError) as refused:
        decode(b"\xfe" + encode(State())[1:])
    assert refused.value.fields["version"] == "fe"


@pytest.mark.parametrize("form", [*UPGRADES, encode(State())[:1]])
def test_damaged_bytes_of_any_form_are_said_to_be_damaged(form):
    for damaged in (b"", b"\xc1", b"\x90", b"\x98\x01", b"\x97" + b"\x00" * 7):
        with pytest.raises(StoredBytesError):
            decode(form + damaged)
