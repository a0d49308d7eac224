"""A seal names what was rewritten, dropped or cut off since it was made, and cannot be forged unnoticed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from small_record import Database, new_chain, recorded, run, small_record, stand_alone, whole_case

from ironcage.record import NOBODY, RecordedCase
from ironcage.record.encoding import act, local, when
from ironcage.record.keys import (
    BrokenKeyFileError,
    KeyFileExistsError,
    KeyFileMissingError,
    create_key,
    load_key,
    load_public_key,
)
from ironcage.record.seal import (
    BrokenSealFileError,
    Head,
    Seal,
    SealFileMissingError,
    UnsupportedSignatureError,
    read_seal,
    root_of,
    seal,
    unsealed,
)
from ironcage.record.sealed import Seals
from ironcage.record.verification import Verification, verify

if TYPE_CHECKING:
    from pathlib import Path

    from ironcage.record.keys import PublicKey, SigningKey

NOW = 1_709_300_000_000_000
SUBJECT = "permit/2024-1"
STAND_ALONE = stand_alone()


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return create_key(tmp_path / "seal.pem")


def sealing(cases: list[RecordedCase], key: SigningKey, *previous: Seal) -> Seal:
    heads = unsealed([case.row for case in cases if case.row], previous)
    return seal(heads, previous[-1] if previous else None, key, NOW + len(previous))


def found(
    tmp_path: Path, cases: list[RecordedCase], seals: list[Seal], expected: PublicKey | None = None
) -> tuple[Verification, set[tuple[str, str, int | None]]]:
    """Verify *cases* against *seals* with both verifiers, which must agree."""
    database = Database(tmp_path / "sealed.db", cases)
    ours = verify(database.record(), Seals(seals, expected))
    database.close()
    problems = {(p.kind.value, p.case, p.details["seal"] if p.seq is None and not p.case else p.seq)
                for p in ours.problems}  # fmt: skip
    documents = [json.loads(one.to_json()) for one in seals]
    assert set(STAND_ALONE.verify(database.file, documents, expected and expected.pem().encode())) == problems
    return ours, problems


def test_a_sealed_record_holds(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    result, problems = found(tmp_path, cases, [sealing(cases, key)], key.public)
    assert problems == set()
    assert not any("fingerprint" in limit for limit in result.limits())


def test_without_the_expected_key_the_fingerprint_is_shown(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    result, _ = found(tmp_path, cases, [sealing(cases, key)])
    assert any(key.public.fingerprint() in limit for limit in result.limits())


def test_a_chain_recomputed_to_its_end_is_named(tmp_path: Path, key: SigningKey) -> None:
    kept = sealing(small_record(), key)
    chain = new_chain("2024-1")
    chain.append(act("case", "start", "permit"), 1, None, None, when(NOW, NOW, local(20240301, 5, 9)), None,
                 NOBODY, "permit@1 sha256:00", None, None)  # fmt: skip
    run(chain)
    cases = [recorded(chain), *small_record()[1:]]
    assert verify(cases).whole
    assert found(tmp_path, cases, [kept])[1] == {("rewritten-chain", SUBJECT, 7)}


def test_a_cut_tail_and_a_dropped_case_are_named(tmp_path: Path, key: SigningKey) -> None:
    (row, events, payloads), erased, _ = cases = small_record()
    assert row is not None
    kept = sealing(cases, key)
    cut = RecordedCase(row._replace(seq=5, head=events[4].digest), events[:5], payloads)
    assert verify([cut, erased]).whole
    assert found(tmp_path, [cut, erased], [kept])[1] == {
        ("cut-tail", SUBJECT, 7),
        ("dropped-case", "permit/旧/17", None),
    }


def test_a_seal_holds_only_what_changed_since_the_seals_before(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    first = sealing(cases[:2], key)
    chain = new_chain("2024-1")
    run(chain)
    run(chain)
    later = [recorded(chain), *cases[1:]]
    second = sealing(later, key, first)
    assert [head.case for head in second.heads] == [SUBJECT, "permit/旧/17"]
    assert (second.number, second.previous) == (2, first.digest())
    assert found(tmp_path, later, [second, first])[1] == set()


def test_a_chain_of_seals_with_a_gap_is_broken(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    first = sealing(cases[:1], key)
    second = sealing(cases[:2], key, first)
    third = sealing(cases, key, first, second)
    assert found(tmp_path, cases, [first, third])[1] == {("broken-seal-chain", "", 3)}


def test_later_seals_alone_say_that_earlier_ones_are_missing(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    second = sealing(cases, key, sealing(cases[:1], key))
    result, problems = found(tmp_path, cases, [second])
    assert problems == set()
    assert any("1" in limit for limit in result.limits())


@pytest.mark.parametrize(
    ("name", "value", "kinds"),
    [
        ("sealed_at", "2020-01-01T00:00:00.000000Z", {"wrong-signature"}),
        ("number", 2, {"wrong-signature", "broken-seal-chain"}),
        ("previous", "00" * 32, {"wrong-signature", "broken-seal-chain"}),
        ("count", 2, {"wrong-signature", "wrong-root"}),
        ("root", "00" * 32, {"wrong-signature", "wrong-root"}),
        ("signature", "00" * 64, {"wrong-signature"}),
        ("public_key", "00" * 32, {"wrong-signature"}),
    ],
)
def test_an_altered_seal_is_found(tmp_path: Path, key: SigningKey, name: str, value: object, kinds: set[str]) -> None:
    cases = small_record()
    file = tmp_path / "seal.json"
    file.write_text(json.dumps({**json.loads(sealing(cases, key).to_json()), name: value}))
    assert {kind for kind, _, _ in found(tmp_path, cases, [read_seal(file)])[1]} == kinds


def test_an_altered_head_in_a_seal_breaks_its_root(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    document = json.loads(sealing(cases, key).to_json())
    document["heads"][0][2] = "00" * 32
    file = tmp_path / "seal.json"
    file.write_text(json.dumps(document))
    assert {kind for kind, _, _ in found(tmp_path, cases, [read_seal(file)])[1]} == {"wrong-root", "rewritten-chain"}


def test_a_seal_of_another_key_is_named(tmp_path: Path, key: SigningKey) -> None:
    cases = small_record()
    other = create_key(tmp_path / "other.pem")
    assert found(tmp_path, cases, [sealing(cases, other)], key.public)[1] == {("unexpected-key", "", 1)}


def test_a_seal_survives_its_file(tmp_path: Path, key: SigningKey) -> None:
    made = sealing(small_record(), key)
    (tmp_path / "seal.json").write_text(made.to_json())
    assert read_seal(tmp_path / "seal.json") == made


def test_a_seal_of_nothing_new_can_be_made_and_read(tmp_path: Path, key: SigningKey) -> None:
    made = sealing([], key)
    (tmp_path / "seal.json").write_text(made.to_json())
    assert read_seal(tmp_path / "seal.json") == made
    assert found(tmp_path, small_record(), [made])[1] == set()


@pytest.mark.parametrize("size", range(10))
def test_the_root_is_the_tree_of_rfc_6962(size: int) -> None:
    def sha256(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    heads = [Head(f"p/{n}", n + 1, bytes([n]) * 32) for n in range(size)]
    leaves = [f'["p/{n}",{n + 1},"{bytes([n]).hex() * 32}"]'.encode() for n in range(size)]

    def tree(part: list[bytes]) -> bytes:
        if len(part) < 2:
            return sha256(b"\x00" + part[0]) if part else sha256(b"")
        split = 1 << (len(part) - 1).bit_length() - 1
        return sha256(b"\x01" + tree(part[:split]) + tree(part[split:]))

    assert root_of(heads, 1) == tree(leaves)


def test_what_is_not_a_seal_is_refused(tmp_path: Path, key: SigningKey) -> None:
    file = tmp_path / "seal.json"
    with pytest.raises(SealFileMissingError):
        read_seal(file)
    good = json.loads(sealing(small_record(), key).to_json())
    damaged = ["{", "[]", "\0", "[" * 100_000, json.dumps({**good, "root": "zz"}), json.dumps({**good, "heads": [1]})]
    for content in damaged:
        file.write_text(content)
        with pytest.raises(BrokenSealFileError):
            read_seal(file)
    file.write_text(json.dumps({**good, "algorithm": 2}))
    with pytest.raises(UnsupportedSignatureError, match="SM2"):
        read_seal(file)


def test_a_key_file_is_secret_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "seal.pem"
    made = create_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_key(file).public == made.public == load_public_key(file)
    (tmp_path / "public.pem").write_text(made.public.pem())
    assert load_public_key(tmp_path / "public.pem").fingerprint() == made.public.fingerprint()
    with pytest.raises(KeyFileExistsError, match="seal"):
        create_key(file)


def test_a_broken_key_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissingError, match="none"):
        load_key(tmp_path / "none.pem")
    file = tmp_path / "broken.pem"
    whole = create_key(tmp_path / "key.pem").public.pem()
    for content in ("", "hello", whole[:40], "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        file.write_text(content)
        with pytest.raises(BrokenKeyFileError, match="broken"):
            load_public_key(file)
        with pytest.raises(BrokenKeyFileError, match="broken"):
            load_key(file)


def test_the_sealed_case_is_the_one_of_its_name() -> None:
    row = whole_case().row
    assert row is not None
    assert unsealed([row], [])[0] == Head(SUBJECT, 7, row.head)


def test_a_second_case_of_a_sealed_name_is_compared_too(tmp_path: Path, key: SigningKey) -> None:
    (row, _, _), *_ = cases = small_record()
    assert row is not None
    chain = new_chain("2024-1", row.case[:8] + bytes(6) + row.case[14:])
    run(chain)
    assert found(tmp_path, [recorded(chain), *cases], [sealing(cases, key)])[1] == {("rewritten-chain", SUBJECT, 7)}
