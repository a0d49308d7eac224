"""``ironcage incident``: what is stopped is listed, shown with what was tried, tried again, and done by hand."""

from __future__ import annotations

import pytest
from bpmn_model import model
from other_side import OtherSide
from running import _PROCESS, SERVED


@pytest.fixture
def side():
    made = OtherSide()
    made.answers = [(403, b"")]
    yield made
    made.close()


@pytest.fixture
def stopped(ironcage, tmp_path, side, monkeypatch):
    """Return the command, with a case that stopped because the other side refuses."""
    settings = tmp_path / "site.toml"
    settings.write_text(f'[connectors.ask]\nurl = "{side.url}"\n')
    monkeypatch.setenv("IRONCAGE_SETTINGS", str(settings))
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "process.toml").write_text(_PROCESS.format(key="p"), "utf-8")
    (folder / "p.bpmn").write_bytes(model(*SERVED))
    assert ironcage("deploy", folder).code == 0
    assert ironcage("start", "p", "--key", "k").code == 0
    assert ironcage("worker", "--once").code == 0
    return ironcage


def test_what_is_stopped_is_listed_with_its_job(stopped):
    (incident,) = stopped("incident", "list", "--json").data
    assert (incident["case"], incident["element"], incident["kind"]) == ("p/k", "a", "ConnectorRefusedError")
    assert incident["job"].startswith("p/k/")
    listed = stopped("incident", "list").out
    assert "403" in listed
    assert "ironcage incident retry NAME" in listed


def test_where_nothing_is_stopped_that_is_said(ironcage):
    assert ironcage("db", "upgrade").code == 0
    assert ironcage("incident", "list").out == "Nothing is stopped.\n"


def test_what_was_tried_is_shown(stopped):
    (incident,) = stopped("incident", "show", "p/k", "--json").data
    (attempt,) = incident["attempts"]
    assert (attempt["attempt"], attempt["worker"], attempt["outcome"]) == (1, None, "failed")
    assert "403" in attempt["error"]
    shown = stopped("incident", "show", incident["job"]).out
    assert incident["job"] in shown
    assert "attempt 1 by the engine" in shown
    assert ": failed: The connector ask" in shown
    told = stopped("--lang", "zh", "incident", "show", "p/k").out
    assert "第 1 次，引擎" in told
    assert "：失败：连接器 ask" in told


def test_a_stopped_job_is_done_by_hand(stopped):
    (incident,) = stopped("incident", "list", "--json").data
    data = ("--data", '{"x": 5}')
    for missing in (("--actor", "amy"), ("--reason", "asked by telephone")):
        assert stopped("incident", "resolve", incident["job"], *data, *missing).code == 2
    assert stopped("incident", "resolve").code == 2
    by_hand = ("--reason", "asked by telephone", "--actor", "amy", "--json")
    done = stopped("incident", "resolve", incident["job"], *data, *by_hand)
    assert (done.code, done.data) == (0, [])
    assert stopped("case", "show", "p/k", "--json").data["variables"]["x"] == 5
    assert stopped("incident", "resolve", incident["job"], *data, *by_hand).code == 1


def test_a_stopped_job_is_tried_again(stopped, side):
    side.answers = [(200, b"7")]
    assert stopped("incident", "retry", "p/k", "--json").data == []
    assert stopped("worker", "--once").code == 0
    assert stopped("case", "show", "p/k", "--json").data["variables"]["x"] == 7


def test_what_goes_on_is_told_of_alone_while_others_are_stopped(stopped):
    assert stopped("start", "p", "--key", "other").code == 0
    assert stopped("worker", "--once").code == 0
    assert stopped("incident", "retry", "p/k").out == "p/k: nothing is stopped.\n"
    assert [each["case"] for each in stopped("incident", "list", "--json").data] == ["p/other"]


def test_faulty_settings_are_refused_before_anything_is_done(stopped, tmp_path, monkeypatch):
    (tmp_path / "site.toml").write_text("[connectors.ask]\nurl = 7\n")
    refused = stopped("worker", "--once")
    assert refused.code == 1
    assert "site.toml:2" in refused.err
    monkeypatch.setenv("IRONCAGE_SETTINGS", str(tmp_path / "missing.toml"))
    missing = stopped("worker", "--once")
    assert missing.code == 2
    assert "missing.toml" in missing.err
