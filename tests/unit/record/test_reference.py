"""The example of docs/reference/record.md is right, and its tables are those of the code."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from small_record import VERIFIER, stand_alone, whole_case

from ironcage.record import Event
from ironcage.record.encoding import encode
from ironcage.record.problems import ProblemKind
from ironcage.store import tables

PAGE = (VERIFIER.parent / "record.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """Return the lines of the example by their names."""
    block = PAGE.rsplit("```text\n", 1)[1].split("\n```", 1)[0]
    return {line[:14].strip(): line[15:] for line in block.splitlines()}


def sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_the_digests_of_the_example_can_be_recomputed(example: dict[str, str]) -> None:
    for number in "12":
        assert sha256(example[f"event {number}"].encode("ascii")) == example[f"digest {number}"]
    first, second = json.loads(example["event 1"]), json.loads(example["event 2"])
    assert (first[-1], second[-1]) == ("00" * 32, example["digest 1"])
    salt = bytes.fromhex(example["salt 1"])
    assert sha256(b"ironcage-payload-1", salt, example["body 1"].encode()) == example["payload digest"] == first[-2]


def test_the_seal_of_the_example_can_be_recomputed(example: dict[str, str]) -> None:
    statement = example["statement"].encode("ascii")
    assert json.loads(example["leaf"]) == ["permit/2024-1", 2, example["digest 2"]]
    assert sha256(b"\x00", example["leaf"].encode("ascii")) == example["root"] == json.loads(statement)[-1]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["secret key"]))
    assert key.public_key().public_bytes_raw().hex() == json.loads(statement)[4]
    assert key.sign(statement).hex() == example["signature"]
    assert sha256(statement, bytes.fromhex(example["signature"])) == example["seal digest"]


def test_the_example_is_what_the_recorder_writes(example: dict[str, str]) -> None:
    row, events, payloads = whole_case()
    assert row is not None
    assert [encode(row.subject, event).decode() for event in events[:2]] == [example["event 1"], example["event 2"]]
    assert payloads[0].body.decode() == example["body 1"]


def test_the_columns_are_those_of_the_table_and_of_the_verifier() -> None:
    described = re.findall(r"^\| \d+ \| `(\w+)` \|", PAGE, re.MULTILINE)
    assert described == [column.name for column in tables.events.columns]
    assert described == list(stand_alone().Event._fields)
    assert len(described) == len(Event._fields)


def test_every_problem_is_named() -> None:
    names = PAGE.split("## 问题的名称")[1].split("\n\n")[1]
    assert set(re.findall(r"`([\w-]+)`", names)) == {kind.value for kind in ProblemKind}
