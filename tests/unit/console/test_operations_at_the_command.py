"""Checking, backing up and archiving, as an operator types them."""

from __future__ import annotations

import sqlite3

import pytest

REQUEST = '{"type": "Graffiti Removal", "queue": "PROP_GRAF_GraffitiRemoval"}'


@pytest.fixture
def office(deployed):
    """The command with one case that was cancelled and one that is open."""
    for key in ("over", "open"):
        assert deployed("start", "service_request", "--key", key, "--data", REQUEST).code == 0
    assert deployed("case", "cancel", "service_request/over", "--reason", "no need").code == 0
    return deployed


def _damage(statement: str) -> None:
    connection = sqlite3.connect("ironcage.db")
    with connection:
        connection.execute(statement)
    connection.close()


def test_a_sound_database_is_said_to_be_sound(office):
    checked = office("db", "check", "--json")
    assert checked.code == 0
    assert checked.data["sound"]
    assert checked.data["cases"] == 2
    assert office("db", "check", "--sample", "1", "--json").data["cases"] >= 1


def test_what_is_not_sound_is_named_with_its_case_and_what_to_do(office):
    _damage("DELETE FROM tasks WHERE closed_us IS NULL")
    checked = office("db", "check")
    assert checked.code == 1
    assert "service_request/open" in checked.out
    assert "restore the latest backup" in " ".join(checked.out.split())


def test_a_backup_is_written_once(office):
    assert office("db", "backup").code == 2
    assert office("db", "backup", "copy.db").code == 0
    again = office("db", "backup", "copy.db")
    assert again.code == 1
    assert "copy.db" in again.err
    assert office("verify", "--db", "sqlite:///copy.db").code == 0


def test_a_case_is_archived_shown_verified_erased_and_sealed(office):
    assert office("seal", "--key", "key.pem", "--new-key", "--out", "seal.json").code == 0
    refused = office("archive", "archive", "--before", "yesterday")
    assert (refused.code, refused.err.partition(" is")[0]) == (2, "yesterday")
    archived = office("archive", "archive", "--before", "2999-01-01", "--json")
    assert archived.code == 0
    assert archived.data["cases"] == 1
    (bundle,) = archived.data["bundles"]
    shown = office("case", "show", "service_request/over")
    assert shown.code == 0
    assert bundle in shown.out
    assert office("case", "show", "service_request/over", "--json").data["archive"] == bundle
    alone = office("verify", "--seal", "seal.json", "--json")
    assert (alone.code, alone.data["cases"], alone.data["archived"]) == (0, 1, 1)
    whole = office("verify", "--archive", "archive", "--seal", "seal.json", "--json")
    assert (whole.code, whole.data["cases"], whole.data["archived"]) == (0, 2, 0)
    refused = office("erase", "service_request/over", "--order", "decision 1")
    assert refused.code == 1
    assert "--bring-back" in refused.err
    assert office("erase", "service_request/over", "--order", "decision 1", "--archive", "archive").code == 0
    assert office("verify", "--archive", "archive", "--seal", "seal.json").code == 0


def test_an_archive_is_verified_without_a_database_of_the_usual_name_only(office, tmp_path):
    assert office("archive", "archive", "--before", "2999-01-01").code == 0
    for file in tmp_path.glob("ironcage.db*"):
        file.unlink()
    found = office("verify", "--archive", "archive", "--json")
    assert (found.code, found.data["cases"]) == (0, 1)
    assert office("verify", "--archive", "archive", "--db", "sqlite:///gone.db").code == 2
    assert office("verify", "--archive", "nowhere").code == 2


def test_an_altered_archive_is_not_whole(office, tmp_path):
    assert office("archive", "archive", "--before", "2999-01-01").code == 0
    next(tmp_path.glob("archive/payloads/**/*.parquet")).unlink()
    found = office("verify", "--archive", "archive", "--json")
    assert found.code == 1
    assert found.data["problems"][0]["kind"] == "missing-file"


def test_an_archived_case_comes_back(office):
    assert office("archive", "archive", "--before", "2999-01-01").code == 0
    assert office("archive", "archive", "--bring-back", "service_request/over").code == 0
    assert office("case", "show", "service_request/over", "--json").data["archive"] is None
    assert office("archive", "elsewhere", "--bring-back", "service_request/nobody").code == 1


def test_what_to_archive_must_be_said_and_must_be_a_day_or_an_instant(office):
    assert office("archive", "archive").code == 2
    assert office("archive", "archive", "--before", "long ago").code == 2
    assert office("archive", "archive", "--before", "2999-01-01", "--bring-back", "p/A").code == 2


def test_an_export_leaves_out_what_is_archived_unless_the_archive_is_named(office):
    assert office("archive", "archive", "--before", "2999-01-01").code == 0
    short = office("export", "short.jsonl", "--json").data["lines"]
    assert office("export", "whole.jsonl", "--archive", "archive", "--json").data["lines"] > short


def test_a_schema_of_a_later_release_that_only_added_is_worked_on_and_said(office):
    _damage("UPDATE ironcage_version SET version_num = '9999'")
    checked = office("db", "check", "--json")
    assert checked.code == 0
    assert not checked.data["current"]
    assert office("tasks").code == 0
