"""What is archived is whole, is nowhere twice, and can be taken back; killed anywhere, the next run finishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import HOUR, TWO_TASKS, Running, definition

from ironcage.engine import CaseArchivedError, CaseExistsError
from ironcage.operations.archive import archiving, bundle, parquet
from ironcage.operations.archive.archiving import archive_cases
from ironcage.operations.archive.returning import NotInArchiveError, bring_back
from ironcage.operations.archive.verifying import verify_with
from ironcage.operations.checking import check
from ironcage.record import part_of
from ironcage.record.keys import create_key
from ironcage.record.sealed import Seals
from ironcage.store import archive, queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OVER = [f"p/{number}" for number in range(6)]
"""Cases that are over early, of several buckets."""


@pytest.fixture
def office(running) -> Running:
    """Six cases that are over, one of them erased; then one that is over late, and one that is open."""
    running.engine.deploy(definition(*TWO_TASKS))
    for name in OVER:
        _close(running, name)
    running.engine.erase("p/5", "decision 7")
    running.clock.move_to(running.clock.now() + HOUR)
    _close(running, "p/late")
    running.engine.start("p", key="open")
    return running


def _small(running: Running) -> Running:
    """Two cases of one bucket."""
    running.engine.deploy(definition(*TWO_TASKS))
    for name in (name for name in (f"p/{number}" for number in range(100)) if part_of("p", name[2:]) < 64):
        _close(running, name)
        if len(running.dump()["cases"]) == 2:
            break
    running.clock.move_to(running.clock.now() + HOUR)
    return running


def _close(running: Running, name: str) -> None:
    running.engine.start("p", {"x": 1, "name": "Ann"}, key=name.partition("/")[2])
    for _ in range(2):
        running.engine.complete(running.open_task(name), {"name": "Bob"}, actor="ann")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def _archive(office: Running, folder: Path) -> archiving.Archived:
    return archive_cases(office.store, folder, office.clock.now(), office.clock.now())


def _record(office: Running, folder: Path) -> dict[str, list[bytes]]:
    """Return the digests of all events by case, wherever they lie; no case lies in two places."""
    found: dict[str, list[bytes]] = {}

    def add(subject: str, digests: list[bytes]) -> None:
        assert subject not in found, f"{subject} is there twice"
        found[subject] = digests

    with office.store.reading() as connection:
        for row, events, _ in queries.record(connection):
            add(row.subject, [event.digest for event in events])
    for each in bundle.bundles(folder):
        for row, events, _ in each.recorded():
            add(row.subject, [event.digest for event in events])
    return found


def test_what_was_over_early_is_archived_and_the_rest_stays(office, folder):
    before = _record(office, folder)
    done = _archive(office, folder)
    assert done.cases == len(OVER)
    assert done.rows["events"] == sum(len(before[name]) for name in OVER)
    assert done.left == []
    assert _record(office, folder) == before
    assert office.engine.case("p/open").events
    assert office.engine.case("p/late").events
    for name in OVER:
        assert office.engine.case(name).events == ()
        assert office.engine.case(name).archive in done.bundles


def test_the_whole_record_verifies_with_the_archive_and_says_what_is_missing_without(office, folder):
    whole = office.engine.verify()
    _archive(office, folder)
    together = verify_with(office.store, [folder])
    assert together.problems == []
    assert (together.cases, together.events, together.payloads, together.erased) == (
        whole.cases, whole.events, whole.payloads, whole.erased,
    )  # fmt: skip
    alone = office.engine.verify()
    assert alone.whole
    assert (alone.cases, alone.archived) == (2, len(OVER))
    assert any("--archive" in limit for limit in alone.limits())
    assert verify_with(None, [folder]).cases == len(OVER)


def test_the_database_is_sound_afterwards_and_audits_see_what_is_left(office, folder):
    _archive(office, folder)
    assert check(office.store).troubles == []
    with office.store.reading() as connection:
        left = {row.subject for row in queries.record_cases(connection)}
    assert left == {"p/late", "p/open"}
    rows = office.dump()
    assert {row[3] for row in rows["cases"]} == {name.partition("/")[2] for name in (*OVER, "p/late", "p/open")}
    assert {row[4] for row in rows["tasks"]} == {"late", "open"}


def test_the_key_of_an_archived_case_is_taken(office, folder):
    _archive(office, folder)
    with pytest.raises(CaseExistsError):
        office.engine.start("p", key="0")


def test_a_second_run_finds_nothing_more_and_a_later_one_adds_a_bundle(office, folder):
    first = _archive(office, folder)
    assert _archive(office, folder).cases == 0
    office.clock.move_to(office.clock.now() + HOUR)
    later = _archive(office, folder)
    assert later.cases == 1
    assert {each.name for each in bundle.bundles(folder)} == {*first.bundles, *later.bundles}
    assert verify_with(office.store, [folder]).whole


def test_seals_hold_for_archived_cases(office, folder, tmp_path):
    key = create_key(tmp_path / "key.pem")
    seal = office.engine.seal(key)
    _archive(office, folder)
    assert verify_with(office.store, [folder], Seals([seal])).problems == []
    assert office.engine.verify(Seals([seal])).problems == []
    assert office.engine.seal(key, [seal]).heads == ()
    with office.store.writing() as work:
        work.connection.exec_driver_sql("UPDATE cases SET head = zeroblob(32) WHERE key = '0'")
    assert [each.kind.value for each in office.engine.verify(Seals([seal])).problems] == ["rewritten-chain"]
    assert [each.kind.value for each in verify_with(office.store, [folder]).problems] == ["wrong-head"]


def test_a_case_whose_record_is_not_whole_stays_and_is_named(office, folder):
    with office.store.writing() as work:
        work.connection.exec_driver_sql(
            "UPDATE events SET actor = 'eve' WHERE case_id = (SELECT id FROM cases WHERE key = '2') AND seq = 3"
        )
    done = _archive(office, folder)
    assert {problem.case for problem in done.left} == {"p/2"}
    assert done.cases == len(OVER) - 1
    assert office.engine.case("p/2").archive is None
    assert office.engine.case("p/2").events


def test_a_disk_that_keeps_something_else_leaves_everything_where_it_was(office, folder, monkeypatch):
    before = _record(office, folder)
    write = parquet.write

    def other(file, columns, rows):
        return write(file, columns, rows)._replace(digest=b"")

    monkeypatch.setattr(parquet, "write", other)
    with pytest.raises(archiving.ArchiveNotWrittenError, match="disk"):
        _archive(office, folder)
    assert not list(folder.glob("**/*.parquet"))
    assert bundle.bundles(folder) == []
    assert _record(office, folder) == before


def test_what_is_still_on_its_way_keeps_its_case(office, folder):
    with office.store.writing() as work:
        work.connection.exec_driver_sql(
            "INSERT INTO outbox SELECT part, id, 9, 0, 'message', 'm', NULL, NULL, NULL, x'80', NULL, 'stuck' "
            "FROM cases WHERE key = '1'"
        )
    assert _archive(office, folder).cases == len(OVER) - 1
    assert office.engine.case("p/1").archive is None


class KilledError(BaseException):
    """What no code catches."""


@pytest.fixture
def dying(monkeypatch) -> Callable[[int], None]:
    """Return a function that lets the process die at the n-th time it comes to write something."""
    left = [10**9]

    def at(number: int) -> None:
        left[0] = number

    def wrapped(target, name):
        original = getattr(target, name)

        def call(*given, **named):
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            answer = original(*given, **named)
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            return answer

        monkeypatch.setattr(target, name, call)

    wrapped(parquet, "write")
    wrapped(parquet, "flush")
    wrapped(archive, "take_out")
    wrapped(archive, "put_back")
    wrapped(bundle.Bundle, "write")
    return at


def _until_it_lives(act: Callable[[], object], dying: Callable[[int], None]) -> Iterator[int]:
    """Run *act* again and again, dying a little later each time; yield after each death."""
    for number in range(1, 2000):
        dying(number)
        try:
            act()
        except KilledError:
            dying(10**9)
            yield number
        else:
            dying(10**9)
            return


def test_killed_anywhere_nothing_is_lost_and_nothing_is_twice(running, folder, dying, monkeypatch):
    office = _small(running)
    monkeypatch.setattr(archiving, "CASES_AT_A_TIME", 1)
    before = _record(office, folder)
    deaths = 0
    for _ in _until_it_lives(lambda: _archive(office, folder), dying):
        deaths += 1
        known = bundle.bundles(folder)
        kept = {row.subject for each in known for row, _, _ in each.recorded()}
        with office.store.reading() as connection:
            live = {row.subject for row in queries.record_cases(connection)}
        assert kept | live == set(before)
    assert deaths > 20, deaths
    assert _record(office, folder) == before
    assert bundle.strays(folder, bundle.bundles(folder)) == []
    assert verify_with(office.store, [folder]).problems == []
    assert check(office.store).sound


def test_a_copy_left_by_a_kill_is_told_of_until_the_next_run(office, folder, monkeypatch):
    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as context:
        context.setattr(archive, "take_out", killed)
        with pytest.raises(KilledError):
            _archive(office, folder)
    found = verify_with(office.store, [folder])
    assert {problem.kind.value for problem in found.problems} == {"stray-copy"}
    (folder / "events" / "bucket=00").mkdir(parents=True, exist_ok=True)
    (folder / "events" / "bucket=00" / "x.parquet").write_bytes(b"")
    assert "stray-file" in {problem.kind.value for problem in verify_with(office.store, [folder]).problems}
    _archive(office, folder)
    assert verify_with(office.store, [folder]).problems == []


def test_a_case_that_changes_between_writing_and_removing_stays(office, folder, monkeypatch):
    settle = archiving.settle

    def erased_first(store, of):
        if any(row["key"] == "3" for row in of.rows("cases")):
            office.engine.erase("p/3", "decision 8")
        settle(store, of)

    monkeypatch.setattr(archiving, "settle", erased_first)
    _archive(office, folder)
    assert office.engine.case("p/3").archive is None
    assert office.engine.case("p/3").events
    assert verify_with(office.store, [folder]).problems == []
    assert b"Bob" not in b"".join(
        row["body"] for each in bundle.bundles(folder) for row in each.rows("payloads") if _is(office, row, "3")
    )


def _is(office: Running, row: dict[str, object], key: str) -> bool:
    return any(each[1] == row["case_id"] and each[3] == key for each in office.dump()["cases"])


def test_a_case_comes_back_as_it_was_and_leaves_nothing_behind(office, folder):
    before = office.dump()
    _archive(office, folder)
    for name in OVER:
        bring_back(office.store, folder, name)
    assert office.dump() == before
    assert bundle.bundles(folder) == []
    assert not list(folder.glob("**/*.parquet"))


def test_coming_back_survives_a_kill_anywhere(running, folder, dying):
    office = _small(running)
    before = office.dump()
    names = sorted(_record(office, folder))
    _archive(office, folder)
    for name in names:
        assert len(list(_until_it_lives(lambda name=name: bring_back(office.store, folder, name), dying))) > 5
        bring_back(office.store, folder, name)
        assert bundle.strays(folder, bundle.bundles(folder)) == []
        assert office.engine.case(name).events
        assert archive_cases(office.store, folder, 0, office.clock.now()).cases == 0
        assert verify_with(office.store, [folder]).problems == []
    assert office.dump() == before


def test_what_is_neither_here_nor_there_is_refused(office, folder, tmp_path):
    _archive(office, folder)
    for case in ("p/nobody", "p"):
        with pytest.raises(NotInArchiveError):
            bring_back(office.store, folder, case)
    with pytest.raises(NotInArchiveError, match="p/0"):
        bring_back(office.store, tmp_path / "another", "p/0")


def test_an_archived_case_is_erased_after_it_came_back(office, folder):
    _archive(office, folder)
    with pytest.raises(CaseArchivedError, match="bring-back"):
        office.engine.erase("p/1", "decision 9")
    bring_back(office.store, folder, "p/1")
    office.engine.erase("p/1", "decision 9")
    assert all(
        b"Ann" not in row["body"]
        for each in bundle.bundles(folder)
        for row in each.rows("payloads")
        if _is(office, row, "1")
    )
    _archive(office, folder)
    found = verify_with(office.store, [folder])
    assert found.problems == []
    assert found.erased > 0


def test_an_altered_file_a_missing_one_and_one_that_is_not_parquet_are_named(office, folder):
    _archive(office, folder)
    files = sorted(folder.glob("events/**/*.parquet"))
    assert len(files) >= 3
    content = files[0].read_bytes()
    files[0].write_bytes(content.replace(b"ann", b"eve"))
    files[1].unlink()
    files[2].write_bytes(b"nothing")
    found = verify_with(office.store, [folder]).problems
    named = {(problem.kind.value, problem.details["file"]) for problem in found if "file" in problem.details}
    assert named == {
        (kind, str(file.relative_to(folder)))
        for kind, file in zip(("altered-file", "missing-file", "altered-file"), files, strict=False)
    }


def test_a_chain_rewritten_in_an_archive_with_its_manifest_is_found(office, folder):
    """Whoever writes a bundle anew, digest of the file and all, cannot write the end of the chain in the database."""
    _archive(office, folder)
    (of, *_) = bundle.bundles(folder)
    names, rows = parquet.read(of.file("events"))
    forged = [tuple("eve" if value == "ann" else value for value in row) for row in rows]
    columns = [column for column in archive.tables()["events"] if column.name in names]
    parquet.write(of.file("events"), columns, forged)
    file = of.manifest.files["events"]
    of.manifest.files["events"] = bundle.File(file.file, file.rows, parquet.digest_of(of.file("events")))
    of.write()
    kinds = {problem.kind.value for problem in verify_with(office.store, [folder]).problems}
    assert kinds == {"altered-event"}


def test_a_case_that_its_bundle_does_not_hold_is_missed(office, folder):
    _archive(office, folder)
    with office.store.writing() as work:
        name = work.connection.exec_driver_sql("SELECT archive FROM cases WHERE key = '0'").scalar()
        work.connection.exec_driver_sql(f"UPDATE cases SET archive = '{name}' WHERE key = 'late'")
        work.connection.exec_driver_sql("DELETE FROM events WHERE case_id = (SELECT id FROM cases WHERE key = 'late')")
        work.connection.exec_driver_sql(
            "DELETE FROM payloads WHERE case_id = (SELECT id FROM cases WHERE key = 'late')"
        )
    problems = verify_with(office.store, [folder]).problems
    assert {(problem.kind.value, problem.case) for problem in problems} <= {("missing-event", "p/late")}


def test_two_processes_are_not_at_one_archive_at_once(office, folder):
    folder.mkdir()
    with archiving.alone_in(folder), pytest.raises(archiving.ArchiveBusyError):
        _archive(office, folder)


def test_a_damaged_manifest_is_named_and_nothing_is_done(office, folder):
    done = _archive(office, folder)
    (folder / "manifests" / f"{done.bundles[0]}.json").write_text("{}")
    with pytest.raises(bundle.BrokenManifestError, match="not the manifest"):
        _archive(office, folder)


def test_without_arrow_it_says_what_to_install(office, folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(parquet.ArrowMissingError, match=r"ironcage\[audit\]"):
        _archive(office, folder)
