"""Variables that a state was read with: a context in all that is done with one, and bytes until they are asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from any_values import any_values, exactly, names
from hypothesis import given
from hypothesis import strategies as st

from ironcage.machine import State, decode, encode, variables
from ironcage.machine.state import Scope
from ironcage.machine.variables import Variables, stored

DATA = {"a": Decimal("1.50"), "b": "text", "c": None, "d": [Decimal(1), {"e": True}]}


def kept(data):
    """Return *data* as they come out of a stored state."""
    found = decode(encode(State(scopes={1: Scope(1, data)}))).scopes[1].variables
    assert isinstance(found, Variables)
    return found


@given(st.dictionaries(names, any_values, max_size=5))
def test_they_are_the_variables_that_were_stored(data):
    found = kept(data)
    assert found == kept(data)
    for taken in (dict(found), {**found}, found | {}, {} | found, {name: found.get(name) for name in found}):
        assert exactly(taken) == exactly(data)
        assert list(taken) == list(data)
    assert len(found) == len(data)
    assert bool(found) == bool(data)


def test_a_copy_takes_new_values_and_the_first_keeps_its_own():
    first = kept(DATA)
    second = first.copy()
    second["a"] = Decimal(2)
    second.update({"f": "new", "b": None})
    assert first == DATA
    assert dict(second) == {**DATA, "a": Decimal(2), "b": None, "f": "new"}
    assert list(second) == ["a", "b", "c", "d", "f"]
    assert "f" in second
    assert "f" not in first
    assert (second.get("f"), first.get("f"), first.get("f", "none")) == ("new", None, "none")
    assert second.copy()["a"] == 2
    with pytest.raises(KeyError):
        first["f"]


def test_what_nobody_asks_for_goes_from_state_to_state_unread(monkeypatch):
    first = kept(DATA)
    opened = []
    monkeypatch.setattr(variables, "from_bytes", opened.append)
    first["new"] = "n"
    second = decode(encode(State(scopes={1: Scope(1, first)}))).scopes[1].variables
    assert opened == []
    monkeypatch.undo()
    assert second == {**DATA, "new": "n"}


def test_a_value_set_again_and_again_leaves_nothing_behind():
    sizes = set()
    data = kept(DATA)
    for number in range(50):
        data["d"] = [Decimal(number % 10)]
        data = kept(data)
        sizes.add(len(encode(State(scopes={1: Scope(1, data)}))))
    assert len(sizes) == 1


@given(st.dictionaries(names, any_values, max_size=20), st.dictionaries(names, any_values, min_size=1, max_size=20))
def test_what_is_brought_is_stored_as_if_it_had_been_there_from_the_first(before, brought):
    data = kept(before)
    data.update(brought)
    assert stored(data) == stored({**before, **brought})
    assert exactly(dict(kept(data))) == exactly({**before, **brought})


def test_many_variables_are_stored_as_well():
    for many in (15, 16, 17, 70_000):
        data = kept({"v": None})
        data.update({f"v{number}": True for number in range(many)})
        assert len(kept(data)) == many + 1


def test_equal_variables_are_stored_equally_whether_read_or_not():
    assert stored(kept(DATA)) == stored(DATA)
    assert encode(State(scopes={1: Scope(1, kept(DATA))})) == encode(State(scopes={1: Scope(1, DATA)}))
