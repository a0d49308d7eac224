"""A case comes back from an archive as it was, whatever dies on the way; so it can be erased."""

from __future__ import annotations

import pytest
from archives import OVER, archived, is_of, recorded, two_of_a_bucket, until_it_lives
from running import SERVED, Running, definition

from ironcage.engine import CaseArchivedError, Engine
from ironcage.operations.archive import bundle, parquet
from ironcage.operations.archive.archiving import archive_cases
from ironcage.operations.archive.returning import NotInArchiveError, bring_back
from ironcage.operations.archive.verifying import verify_with
from ironcage.settings import Secret, Site, Webhook
from ironcage.store import archive

DESK = Webhook("desk", "http://127.0.0.1:9/", Secret("env:NONE"), frozenset({"case.closed"}))


def test_a_case_comes_back_as_it_was_and_leaves_nothing_behind(office, folder):
    before = office.dump()
    archived(office, folder)
    for name in OVER:
        bring_back(office.store, folder, name)
    assert office.dump() == before
    assert bundle.bundles(folder) == []
    assert not list(folder.glob("**/*.parquet"))


def test_attempts_and_stopped_notices_go_with_their_case_and_come_back(url, folder):
    office = Running(url, site=Site(topics=frozenset({"ask"}), webhooks={"desk": DESK}))
    without = Engine(office.store, office.clock, office.engine.plugins, Site(topics=frozenset({"ask"})))
    office.engine.deploy(definition(*SERVED))
    office.engine.start("p", key="1")
    (job,) = office.engine.fetch_jobs(["ask"], "w")
    office.engine.complete_job(job.name, 1)
    office.engine.complete(office.open_task("p/1"))
    office.clock.move_to(office.clock.now() + 1)
    assert archived(office, folder).cases == 0  # the desk is still to be told
    without.run_jobs()  # which knows no desk, and stops the notice
    before = office.dump()
    assert [row[4] for row in before["notices"]] == ["case.closed"]
    assert len(before["attempts"]) == 1
    done = archived(office, folder)
    assert (done.cases, done.rows["attempts"], done.rows["notices"]) == (1, 1, 1)
    assert office.dump()["attempts"] == office.dump()["notices"] == office.engine.incidents() == []
    assert verify_with(office.store, [folder]).problems == []
    bring_back(office.store, folder, "p/1")
    assert office.dump() == before
    assert [incident.case for incident in office.engine.incidents()] == ["p/1"]
    assert office.engine.attempts(job.name)[0].outcome == "done"
    office.close()


def test_coming_back_survives_a_kill_anywhere(running, folder, dying):
    office = two_of_a_bucket(running)
    before = office.dump()
    names = sorted(recorded(office, folder))
    archived(office, folder)
    for name in names:
        assert len(list(until_it_lives(lambda name=name: bring_back(office.store, folder, name), dying))) > 5
        bring_back(office.store, folder, name)
        assert bundle.strays(folder, bundle.bundles(folder)) == []
        assert office.engine.case(name).events
        assert archive_cases(office.store, folder, 0, office.clock.now()).cases == 0
        assert verify_with(office.store, [folder]).problems == []
    assert office.dump() == before


def test_what_is_neither_here_nor_there_is_refused(office, folder, tmp_path):
    archived(office, folder)
    for case in ("p/nobody", "p"):
        with pytest.raises(NotInArchiveError):
            bring_back(office.store, folder, case)
    with pytest.raises(NotInArchiveError, match="p/0"):
        bring_back(office.store, tmp_path / "another", "p/0")


@pytest.mark.parametrize(("table", "damage"), [("tasks", "altered"), ("cases", "cut off"), ("tasks", "gone")])
def test_what_is_not_what_was_archived_is_neither_brought_back_nor_written_anew(running, folder, table, damage):
    office = two_of_a_bucket(running)
    name = min(recorded(office, folder))
    archived(office, folder)
    (of,) = bundle.bundles(folder)
    names, rows = parquet.read(of.file(table))
    if damage == "altered":
        forged = [tuple("eve" if value == "ann" else value for value in row) for row in rows]
        parquet.write(of.file(table), [column for column in archive.tables()[table] if column.name in names], forged)
    elif damage == "cut off":
        of.file(table).write_bytes(of.file(table).read_bytes()[:-9])
    else:
        of.file(table).unlink()
    before = office.dump(), sorted(folder.glob("**/*.*"))
    with pytest.raises(bundle.DamagedFileError, match="put it back from a copy"):
        bring_back(office.store, folder, name)
    assert (office.dump(), sorted(folder.glob("**/*.*"))) == before


def test_an_archived_case_is_erased_after_it_came_back(office, folder):
    archived(office, folder)
    with pytest.raises(CaseArchivedError, match="brought back"):
        office.engine.erase("p/1", "decision 9")
    bring_back(office.store, folder, "p/1")
    office.engine.erase("p/1", "decision 9")
    assert all(
        b"Ann" not in row["body"]
        for each in bundle.bundles(folder)
        for row in each.rows("payloads")
        if is_of(office, row, "1")
    )
    archived(office, folder)
    found = verify_with(office.store, [folder])
    assert found.problems == []
    assert found.erased > 0
