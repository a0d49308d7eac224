"""The bytes that are digested can be reproduced by anybody, and tell every difference."""

from __future__ import annotations

import hashlib
import json
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_record import whole_case

from ironcage.record import Event
from ironcage.record.digests import (
    ALGORITHMS,
    Algorithm,
    AlgorithmUnavailableError,
    UnknownAlgorithmError,
    hasher,
    payload_digest,
)
from ironcage.record.encoding import encode

EVENTS = whole_case().events
TEXTS = st.text(st.characters())
COLUMNS = {
    int: st.integers(-(2**63), 2**63 - 1),
    int | None: st.none() | st.integers(-(2**63), 2**63 - 1),
    str: TEXTS,
    str | None: st.none() | TEXTS,
    bytes: st.binary(max_size=40),
    bytes | None: st.none() | st.binary(max_size=40),
}
ANY_EVENT = st.builds(Event._make, st.tuples(*(COLUMNS[kind] for kind in get_type_hints(Event).values())))


def escaped(text: str) -> str:
    """Write *text* as docs/reference/record.md says, without the json module."""
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b"}
    units = text.encode("utf-16-be", "surrogatepass")
    result = []
    for high, low in zip(units[::2], units[1::2], strict=True):
        unit = chr(high << 8 | low)
        result.append(short.get(unit) or (unit if " " <= unit <= "~" else f"\\u{high:02x}{low:02x}"))
    return '"' + "".join(result) + '"'


def written(item: object) -> str:
    if item is None:
        return "null"
    if isinstance(item, bytes):
        item = item.hex()
    return escaped(item) if isinstance(item, str) else str(item)


@given(ANY_EVENT, TEXTS)
def test_the_encoding_is_what_the_reference_says(event: Event, subject: str) -> None:
    items = ["ironcage-event-1", subject, *event[:-1]]
    assert encode(subject, event) == ("[" + ",".join(map(written, items)) + "]").encode("ascii")


@given(ANY_EVENT, ANY_EVENT)
def test_different_events_have_different_bytes(one: Event, other: Event) -> None:
    assert (encode("p/k", one) == encode("p/k", other)) == (one[:-1] == other[:-1])


def test_the_digest_itself_is_not_encoded() -> None:
    assert encode("p/k", EVENTS[0]) == encode("p/k", EVENTS[0]._replace(digest=b""))


def test_the_bytes_are_json_of_fixed_length() -> None:
    assert len(json.loads(encode("p/k", EVENTS[0]))) == len(Event._fields) + 1


def test_digests_are_those_of_the_standard_library() -> None:
    assert hasher(1)(b"abc").digest() == hashlib.sha256(b"abc").digest()
    assert payload_digest(1, b"s" * 16, b"{}") == hashlib.sha256(b"ironcage-payload-1" + b"s" * 16 + b"{}").digest()


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this machine's OpenSSL offers no SM3")
def test_sm3_is_the_second_algorithm() -> None:
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905-2016, A.1
    assert hasher(2)(b"abc").digest().hex() == expected


def test_a_digest_the_machine_lacks_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALGORITHMS, 9, Algorithm(9, "sm9", "none"))
    with pytest.raises(AlgorithmUnavailableError, match="SM9"):
        hasher(9)


def test_an_algorithm_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownAlgorithmError, match="7"):
        hasher(7)
