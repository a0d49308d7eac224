"""A case comes back from an archive as it was, whatever dies on the way; so it can be erased."""

from __future__ import annotations

import pytest
from archives import OVER, archived, is_of, recorded, two_of_a_bucket, until_it_lives

from ironcage.engine import CaseArchivedError
from ironcage.operations.archive import bundle
from ironcage.operations.archive.archiving import archive_cases
from ironcage.operations.archive.returning import NotInArchiveError, bring_back
from ironcage.operations.archive.verifying import verify_with


def test_a_case_comes_back_as_it_was_and_leaves_nothing_behind(office, folder):
    before = office.dump()
    archived(office, folder)
    for name in OVER:
        bring_back(office.store, folder, name)
    assert office.dump() == before
    assert bundle.bundles(folder) == []
    assert not list(folder.glob("**/*.parquet"))


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
