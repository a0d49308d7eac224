"""What is archived is whole, is nowhere twice, and can be taken back; killed anywhere, the next run finishes it."""

from __future__ import annotations

import pytest
from archives import OVER, KilledError, archived, is_of, recorded, two_of_a_bucket, until_it_lives
from running import HOUR

from ironcage.engine import CaseArchivedError, CaseExistsError
from ironcage.operations.archive import archiving, bundle, parquet
from ironcage.operations.archive.returning import bring_back
from ironcage.operations.archive.verifying import record_with, verify_with
from ironcage.operations.checking import check
from ironcage.record.keys import create_key
from ironcage.record.sealed import Seals
from ironcage.store import archive, queries


def test_what_was_over_early_is_archived_and_the_rest_stays(office, folder):
    before = recorded(office, folder)
    done = archived(office, folder)
    assert done.cases == len(OVER)
    assert done.rows["events"] == sum(len(before[name]) for name in OVER)
    assert done.left == []
    assert recorded(office, folder) == before
    assert office.engine.case("p/open").events
    assert office.engine.case("p/late").events
    for name in OVER:
        assert office.engine.case(name).events == ()
        assert office.engine.case(name).archive in done.bundles


def test_the_whole_record_verifies_with_the_archive_and_says_what_is_missing_without(office, folder):
    whole = office.engine.verify()
    archived(office, folder)
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
    archived(office, folder)
    assert check(office.store).troubles == []
    with office.store.reading() as connection:
        left = {row.subject for row in queries.record_cases(connection)}
    assert left == {"p/late", "p/open"}
    rows = office.dump()
    assert {row[3] for row in rows["cases"]} == {name.partition("/")[2] for name in (*OVER, "p/late", "p/open")}
    assert {row[4] for row in rows["tasks"]} == {"late", "open"}


def test_the_key_of_an_archived_case_is_taken(office, folder):
    archived(office, folder)
    with pytest.raises(CaseExistsError):
        office.engine.start("p", key="0")


def test_who_asks_for_a_task_of_an_archived_case_is_told_where_it_lies(office, folder):
    archived(office, folder)
    with pytest.raises(CaseArchivedError, match="brought back"):
        office.engine.complete("p/0/1", actor="amy")


def test_a_second_run_finds_nothing_more_and_a_later_one_adds_a_bundle(office, folder):
    first = archived(office, folder)
    assert archived(office, folder).cases == 0
    office.clock.move_to(office.clock.now() + HOUR)
    later = archived(office, folder)
    assert later.cases == 1
    assert {each.name for each in bundle.bundles(folder)} == {*first.bundles, *later.bundles}
    assert verify_with(office.store, [folder]).whole


def test_seals_hold_for_archived_cases(office, folder, tmp_path):
    key = create_key(tmp_path / "key.pem")
    seal = office.engine.seal(key)
    archived(office, folder)
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
    done = archived(office, folder)
    assert {problem.case for problem in done.left} == {"p/2"}
    assert done.cases == len(OVER) - 1
    assert office.engine.case("p/2").archive is None
    assert office.engine.case("p/2").events


def test_a_disk_that_keeps_something_else_leaves_everything_where_it_was(office, folder, monkeypatch):
    before = recorded(office, folder)
    write = parquet.write

    def other(file, columns, rows):
        return write(file, columns, rows)._replace(digest=b"")

    monkeypatch.setattr(parquet, "write", other)
    with pytest.raises(archiving.ArchiveNotWrittenError, match="disk"):
        archived(office, folder)
    assert not list(folder.glob("**/*.parquet"))
    assert bundle.bundles(folder) == []
    assert recorded(office, folder) == before


def test_what_is_still_on_its_way_keeps_its_case(office, folder):
    with office.store.writing() as work:
        work.connection.exec_driver_sql(
            "INSERT INTO outbox SELECT part, id, 9, 0, 'message', 'm', NULL, NULL, NULL, x'80', NULL, 'stuck' "
            "FROM cases WHERE key = '1'"
        )
    assert archived(office, folder).cases == len(OVER) - 1


def test_who_is_to_be_told_of_a_case_after_it_was_looked_at_keeps_it(office, folder, monkeypatch):
    take_out, told = archive.take_out, []

    def asked_meanwhile(connection, places, *rest):
        if not told:
            told.append(places[0].id)
            connection.exec_driver_sql(
                "INSERT INTO notices SELECT part, id, id, 'hook', 'case.closed', x'7B7D', 0, 0, NULL "
                "FROM cases WHERE id = ?", (places[0].id,)
            )  # fmt: skip
        return take_out(connection, places, *rest)

    monkeypatch.setattr(archive, "take_out", asked_meanwhile)
    assert archived(office, folder).cases == len(OVER) - 1
    (kept,) = (found for name in OVER if (found := office.engine.case(name)).archive is None)
    assert kept.events
    assert [row[1] for row in office.dump()["notices"]] == told


def test_killed_anywhere_nothing_is_lost_and_nothing_is_twice(running, folder, dying, monkeypatch):
    office = two_of_a_bucket(running)
    monkeypatch.setattr(archiving, "CASES_AT_A_TIME", 1)
    before = recorded(office, folder)
    deaths = 0
    for _ in until_it_lives(lambda: archived(office, folder), dying):
        deaths += 1
        known = bundle.bundles(folder)
        kept = {row.subject for each in known for row, _, _ in each.recorded()}
        with office.store.reading() as connection:
            live = {row.subject for row in queries.record_cases(connection)}
        assert kept | live == set(before)
    assert deaths > 20, deaths
    assert recorded(office, folder) == before
    assert bundle.strays(folder, bundle.bundles(folder)) == []
    assert verify_with(office.store, [folder]).problems == []
    assert check(office.store).sound


def _kill_before_anything_is_taken_out(office, folder, monkeypatch):
    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as context:
        context.setattr(archive, "take_out", killed)
        with pytest.raises(KilledError):
            archived(office, folder)


def test_a_copy_left_by_a_kill_is_told_of_until_the_next_run(office, folder, monkeypatch):
    _kill_before_anything_is_taken_out(office, folder, monkeypatch)
    found = verify_with(office.store, [folder])
    assert {problem.kind.value for problem in found.problems} == {"stray-copy"}
    (folder / "events" / "bucket=00").mkdir(parents=True, exist_ok=True)
    (folder / "events" / "bucket=00" / "x.parquet").write_bytes(b"")
    assert "stray-file" in {problem.kind.value for problem in verify_with(office.store, [folder]).problems}
    archived(office, folder)
    assert verify_with(office.store, [folder]).problems == []


def test_a_case_that_changes_between_writing_and_removing_stays(office, folder, monkeypatch):
    settle = archiving.settle

    def erased_first(store, of):
        if any(row["key"] == "3" for row in of.rows("cases")):
            office.engine.erase("p/3", "decision 8")
        return settle(store, of)

    monkeypatch.setattr(archiving, "settle", erased_first)
    done = archived(office, folder)
    assert done.cases == len(OVER) - 1
    assert set(done.bundles) == {each.name for each in bundle.bundles(folder)}
    assert office.engine.case("p/3").archive is None
    assert office.engine.case("p/3").events
    assert verify_with(office.store, [folder]).problems == []
    assert b"Bob" not in b"".join(
        row["body"] for each in bundle.bundles(folder) for row in each.rows("payloads") if is_of(office, row, "3")
    )


def test_an_altered_file_a_missing_one_and_one_that_is_not_parquet_are_named(office, folder):
    archived(office, folder)
    files = sorted(folder.glob("events/**/*.parquet"))
    assert len(files) >= 3
    content = files[0].read_bytes()
    files[0].write_bytes(content.replace(b"ann", b"eve"))
    files[1].unlink()
    files[2].write_bytes(b"nothing")
    found = verify_with(office.store, [folder]).problems
    named = {(problem.kind.value, problem.details["file"]) for problem in found if "file" in problem.details}
    with office.store.reading() as connection, pytest.raises(bundle.DamagedFileError):
        list(record_with(connection, [folder]))
    assert named == {
        (kind, str(file.relative_to(folder)))
        for kind, file in zip(("altered-file", "missing-file", "altered-file"), files, strict=False)
    }


def test_a_manifest_that_is_lost_is_missed_and_its_files_are_never_swept_away(office, folder):
    done = archived(office, folder)
    lost = folder / "manifests" / f"{done.bundles[0]}.json"
    kept = lost.read_bytes()
    lost.unlink()
    files = sorted(folder.glob("*/bucket=*/*.parquet"))
    office.clock.move_to(office.clock.now() + HOUR)
    for act in (lambda: archived(office, folder), lambda: bring_back(office.store, folder, "p/0")):
        with pytest.raises(bundle.DamagedFileError, match=lost.name):
            act()
    assert sorted(folder.glob("*/bucket=*/*.parquet")) == files
    found = [problem for problem in verify_with(office.store, [folder]).problems if "file" in problem.details]
    assert [(problem.kind.value, problem.details["file"]) for problem in found] == [
        ("missing-file", f"manifests/{lost.name}")
    ]
    lost.write_bytes(kept)
    assert archived(office, folder).cases == 1
    assert verify_with(office.store, [folder]).whole


def test_a_run_that_was_killed_is_not_finished_with_files_that_are_not_what_it_wrote(office, folder, monkeypatch):
    _kill_before_anything_is_taken_out(office, folder, monkeypatch)
    before = office.dump()
    (file,) = folder.glob("events/**/*.parquet")
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(bundle.DamagedFileError, match=file.name):
        archived(office, folder)
    assert office.dump() == before


def test_a_chain_rewritten_in_an_archive_with_its_manifest_is_found(office, folder):
    """Whoever writes a bundle anew, digest of the file and all, cannot write the end of the chain in the database."""
    archived(office, folder)
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
    archived(office, folder)
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
        archived(office, folder)


def test_a_damaged_manifest_is_named_and_nothing_is_done(office, folder):
    done = archived(office, folder)
    (folder / "manifests" / f"{done.bundles[0]}.json").write_text("{}")
    with pytest.raises(bundle.BrokenManifestError, match="not the manifest"):
        archived(office, folder)


def test_without_arrow_it_says_what_to_install(office, folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(parquet.ArrowMissingError, match=r"ironcage\[audit\]"):
        archived(office, folder)
