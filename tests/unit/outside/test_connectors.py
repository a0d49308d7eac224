"""Connectors: what is called, what leaves the case, what comes back, and what is never told."""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from other_side import OtherSide

from ironcage.faults import FaultyError
from ironcage.hooks import BpmnError, GiveUpError, ServiceCall
from ironcage.messages import speaking
from ironcage.outside import connector_service
from ironcage.outside.connectors import (
    ConnectorAnswerError,
    ConnectorDataError,
    ConnectorFailedError,
    ConnectorRefusedError,
    ConnectorShapeError,
)
from ironcage.outside.exchange import AuthorityError, TooLargeError, TooSlowError, UnreachableError
from ironcage.settings import SecretMissingError, site_of
from ironcage.values import Months


@pytest.fixture(autouse=True)
def _english():
    with speaking("en"):
        yield


@pytest.fixture
def side():
    made = OtherSide()
    yield made
    made.close()


def _connector(side, more=""):
    source = f'[connectors.register]\nurl = "{side.url}/base/"\n{more}'
    return site_of(source.encode(), "ironcage.toml").connectors["register"]


def _call(side, more="", **variables):
    call = ServiceCall("key-1", "p/k", "a", 1, variables)
    return connector_service(_connector(side, more))(call)


def test_only_what_is_declared_leaves_the_case(side):
    more = 'path = "/people/{number}/permits"\nquery = ["year", "none"]\nsend = ["width", "name", "missing"]\n'
    _call(side, more, number="A 7/9", year=Decimal(2026), none=None, width=Decimal("3.10"), name="王", secret="no")
    (heard,) = side.heard
    assert heard.method == "POST"
    assert heard.path == "/base/people/A%207%2F9/permits?year=2026"
    assert json.loads(heard.body) == {"width": 3.1, "name": "王", "missing": None}
    assert b"3.10" in heard.body
    assert heard.headers["Idempotency-Key"] == "key-1"
    assert heard.headers["Content-Type"] == "application/json"
    assert "no" not in heard.body.decode()


def test_values_are_told_as_other_systems_know_them(side):
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    _call(
        side,
        'send = ["day", "at", "span", "months", "list"]\n',
        day=date(2026, 3, 2), at=moment, span=timedelta(hours=36), months=Months(14), list=[Decimal("1.0"), True],
    )  # fmt: skip
    assert json.loads(side.heard[0].body) == {
        "day": "2026-03-02",
        "at": "2026-03-02T09:30:00+00:00",
        "span": "P1DT12H",
        "months": "P1Y2M",
        "list": [1.0, True],
    }


@pytest.mark.parametrize("value", [None, "", ".", "..", [], {}])
def test_a_variable_that_would_lead_elsewhere_is_refused_before_anything_is_called(side, value):
    with pytest.raises(ConnectorDataError):
        _call(side, 'path = "/people/{number}"\n', number=value)
    assert side.heard == []


@pytest.mark.parametrize("value", ["../../admin", "a/b", "a?b=c", "a#b", "a\r\nHost: x", "%2e%2e", "{other}", "王"])
def test_a_variable_stays_one_segment_of_the_path(side, value):
    _call(side, 'path = "/people/{number}/{other}"\n', number=value, other="end")
    path = side.heard[0].path
    assert path.startswith("/base/people/")
    assert path.endswith("/end")
    assert path.count("/") == 4
    assert "?" not in path


def test_an_answer_is_a_value_of_the_case(side):
    side.answers = [(200, b'{"granted": true, "amount": 12.50, "list": ["x"]}')]
    assert _call(side) == {"granted": True, "amount": Decimal("12.50"), "list": ["x"]}
    side.answers = [(204, b"")]
    assert _call(side) is None


def test_only_the_entries_that_are_named_are_taken_in(side):
    side.answers = [(200, b'{"granted": true, "person": "name"}')]
    assert _call(side, 'take = ["granted", "missing"]\n') == {"granted": True, "missing": None}
    side.answers = [(200, b"[1]")]
    with pytest.raises(ConnectorShapeError):
        _call(side, 'take = ["granted"]\n')


def test_an_answer_that_is_no_json_is_not_quoted(side):
    side.answers = [(200, b"<html>secret stuff</html>")]
    with pytest.raises(ConnectorAnswerError) as failed:
        _call(side)
    assert "secret stuff" not in str(failed.value)
    assert failed.value.__cause__ is None


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 422])
def test_what_the_other_side_refuses_is_not_tried_again(side, status):
    side.answers = [(status, b"")]
    side.headers = {"Location": "http://elsewhere.invalid/"}
    with pytest.raises(ConnectorRefusedError) as refused:
        _call(side)
    assert isinstance(refused.value, GiveUpError)
    assert str(status) in str(refused.value)
    assert len(side.heard) == 1


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_what_may_go_better_another_time_is_tried_again(side, status):
    side.answers = [(status, b"")]
    with pytest.raises(ConnectorFailedError) as failed:
        _call(side)
    assert not isinstance(failed.value, GiveUpError)


def test_a_status_can_be_an_error_of_the_model(side):
    side.answers = [(404, b"")]
    with pytest.raises(BpmnError) as thrown:
        _call(side, '[connectors.register.errors]\n404 = "UNKNOWN"\n')
    assert thrown.value.code == "UNKNOWN"


def test_a_secret_goes_into_a_header_and_nowhere_else(side, monkeypatch, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TOKEN", "s3cret-of-env")
    (tmp_path / "key").write_text("s3cret-of-file\n")
    more = f'[connectors.register.secrets]\nAuthorization = "Bearer env:TOKEN"\nX-Key = "file:{tmp_path}/key"\n'
    side.answers = [(500, b"s3cret-of-env")]
    connector = _connector(side, more)
    with pytest.raises(ConnectorFailedError) as failed:
        connector_service(connector)(ServiceCall("k", "p/k", "a", 1, {}))
    headers = side.heard[0].headers
    assert (headers["Authorization"], headers["X-Key"]) == ("Bearer s3cret-of-env", "s3cret-of-file")
    assert "s3cret" not in f"{failed.value!s}{failed.value!r}{connector!r}{caplog.text}"


@pytest.mark.parametrize("secret", ["", " ", "two\nlines", "密"])
def test_a_secret_that_cannot_be_one_is_named_by_where_it_lies(side, monkeypatch, secret):
    monkeypatch.setenv("TOKEN", secret)
    with pytest.raises(SecretMissingError) as missing:
        _call(side, '[connectors.register.secrets]\nAuthorization = "env:TOKEN"\n')
    assert "env:TOKEN" in str(missing.value)
    assert side.heard == []


def test_an_answer_that_is_too_large_is_not_read_to_its_end(side):
    side.answers = [(200, b"[" + b"1," * 5000 + b"1]")]
    with pytest.raises(TooLargeError):
        _call(side, "largest = 1000\n")


def test_an_answer_that_does_not_come_in_time_is_given_up(side):
    held = threading.Event()
    side.before = lambda: held.wait(10) and None
    try:
        with pytest.raises(TooSlowError):
            _call(side, 'timeout = "PT0.05S"\n')
    finally:
        held.set()


def test_a_side_that_is_not_there_is_named_by_its_host_alone(side):
    url = side.url
    source = f'[connectors.register]\nurl = "{url}"\npath = "/{{name}}"\n'
    connector = site_of(source.encode(), "f").connectors["register"]
    side.close()
    with pytest.raises(UnreachableError) as failed:
        connector_service(connector)(ServiceCall("k", "p/k", "a", 1, {"name": "personal"}))
    assert "personal" not in str(failed.value)
    assert failed.value.__cause__ is None
    side.__init__()


def test_certificates_that_cannot_be_read_are_said_so(side, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(AuthorityError):
        _call(side, f'authority = "{tmp_path}/ca.pem"\n')


def test_the_surroundings_lead_no_call_elsewhere(side, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    _call(side)
    assert len(side.heard) == 1


FAULTY = """
[external]
topics = ["register", ""]
more = 1

[connectors.register]
url = "ftp://user@host/"
method = "TRACE"
path = "people?x"
timeout = "PT10M"
largest = 0
unknown = true

[connectors.register.headers]
Host = "x"
"a b" = "x"

[connectors.register.secrets]
Authorization = "s3cret itself"

[connectors.register.errors]
200 = "OK"

[connectors.reader]
url = "https://host"
method = "GET"
send = ["x"]

[webhooks.archive]
url = "https://host/?q"
events = ["case.opened", "case.eaten"]

[webhooks.other]
url = "https://host"
secret = "env:S"

[nonsense]
"""


def test_every_fault_of_the_settings_is_named_with_its_line():
    with pytest.raises(FaultyError) as refused:
        site_of(FAULTY.encode(), "ironcage.toml")
    found = {(FAULTY.splitlines()[fault.line - 1], fault.rule) for fault in refused.value.faults}
    assert found >= {
        ('topics = ["register", ""]', "settings-topic"),
        ("more = 1", "settings-unknown-key"),
        ('url = "ftp://user@host/"', "settings-url"),
        ('method = "TRACE"', "settings-method"),
        ('path = "people?x"', "settings-path"),
        ('timeout = "PT10M"', "settings-time"),
        ("largest = 0", "settings-number"),
        ("unknown = true", "settings-unknown-key"),
        ('Host = "x"', "settings-header"),
        ('"a b" = "x"', "settings-header"),
        ('Authorization = "s3cret itself"', "settings-secret"),
        ('200 = "OK"', "settings-status"),
        ('send = ["x"]', "settings-body"),
        ('url = "https://host/?q"', "settings-url"),
        ('events = ["case.opened", "case.eaten"]', "settings-event"),
        ("[webhooks.archive]", "settings-missing-key"),
        ("[webhooks.other]", "settings-event"),
        ("[nonsense]", "settings-unknown-key"),
    }
    assert "s3cret" not in str(refused.value)


def test_what_is_both_a_topic_and_a_connector_is_refused():
    source = b'[external]\ntopics = ["register"]\n[connectors.register]\nurl = "https://host"\n'
    with pytest.raises(FaultyError) as refused:
        site_of(source, "ironcage.toml")
    assert [fault.rule for fault in refused.value.faults] == ["settings-topic"]
