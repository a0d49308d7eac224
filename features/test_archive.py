"""Steps of ``archive.feature``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, scenarios, then, when
from running import HOUR, TWO_TASKS, Running, definition

from ironcage.engine import CaseExistsError
from ironcage.operations.archive import bundle, parquet
from ironcage.operations.archive.archiving import archive_cases
from ironcage.operations.archive.returning import bring_back
from ironcage.operations.archive.verifying import verify_with
from ironcage.record.keys import create_key
from ironcage.record.sealed import Seals
from ironcage.store import archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.record.verification import Verification

scenarios("archive.feature")
CLOSED = ("p/1", "p/2", "p/3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@given("an office with three closed cases and an open one, all of them sealed", target_fixture="office")
def office(tmp_path: Path) -> Iterator[Running]:
    running = Running(f"sqlite:///{tmp_path / 'cases.db'}")
    running.engine.deploy(definition(*TWO_TASKS))
    for name in CLOSED:
        running.engine.start("p", {"name": "Ann"}, key=name[2:])
        for _ in range(2):
            running.engine.complete(running.open_task(name), {"name": "Ann"}, actor="clerk")
    running.engine.start("p", key="open")
    yield running
    running.close()


@pytest.fixture
def seals(office: Running, tmp_path: Path) -> Seals:
    return Seals([office.engine.seal(create_key(tmp_path / "key.pem"))])


@given("the office archives what was closed before this year")
def archived(office: Running, seals: Seals, folder: Path) -> None:
    office.clock.move_to(office.clock.now() + 24 * HOUR)
    assert archive_cases(office.store, folder, office.clock.now(), office.clock.now()).cases == 3


@given("somebody rewrites who acted in an archived case, and the digests of the files")
def rewritten(folder: Path) -> None:
    of = bundle.bundles(folder)[0]
    names, rows = parquet.read(of.file("events"))
    forged = [tuple("somebody else" if value == "clerk" else value for value in row) for row in rows]
    parquet.write(of.file("events"), [each for each in archive.tables()["events"] if each.name in names], forged)
    file = of.manifest.files["events"]
    of.manifest.files["events"] = bundle.File(file.file, file.rows, parquet.digest_of(of.file("events")))
    of.write()


@when("the auditor verifies the record with the archive", target_fixture="found")
def with_archive(office: Running, folder: Path, seals: Seals) -> Verification:
    return verify_with(office.store, [folder], seals)


@when("the auditor verifies the record without the archive", target_fixture="found")
def without_archive(office: Running, seals: Seals) -> Verification:
    return office.engine.verify(seals)


@when("a clerk starts a case under the number of an archived one", target_fixture="told")
def started(office: Running) -> str:
    with pytest.raises(CaseExistsError) as refused:
        office.engine.start("p", key="1")
    return str(refused.value)


@when("the archivist erases the first case by order", target_fixture="found")
def erased(office: Running, folder: Path, seals: Seals) -> Verification:
    bring_back(office.store, folder, CLOSED[0])
    office.engine.erase(CLOSED[0], "decision 7", actor="archivist")
    return verify_with(office.store, [folder], seals)


@then("the record of all four cases is whole")
def whole(found: Verification) -> None:
    assert found.problems == []
    assert found.cases == 4


@then("the seal holds for every case")
def sealed(found: Verification) -> None:
    assert found.seals is not None
    assert len(found.seals.heads) == 4


@then("nothing is wrong, and three cases are said to be archived")
def said(found: Verification) -> None:
    assert found.problems == []
    assert (found.cases, found.archived) == (1, 3)


@then("the altered case is named")
def named(found: Verification) -> None:
    (case,) = {problem.case for problem in found.problems}
    assert case in CLOSED


@then("the clerk is told that the number is taken")
def taken(told: str) -> None:
    assert "p/1" in told


@then("no file of the archive holds anything of the first case")
def gone(folder: Path) -> None:
    for each in bundle.bundles(folder):
        assert all(row["key"] != "1" for row in each.rows("cases"))
    assert bundle.strays(folder, bundle.bundles(folder)) == []
