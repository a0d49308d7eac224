"""Keys of the API: shown once, kept as a salted digest, revoked at once."""

from __future__ import annotations

import pytest
from running import BEGIN, Running

from ironcage_console.keys import (
    USE_NOTED_EVERY,
    KeyExistsError,
    KeyNameError,
    TopicScopeError,
    UnknownKeyError,
    key_of,
    list_keys,
    make_key,
    revoke_key,
)
from ironcage_console.scope import Scope


@pytest.fixture
def store():
    running = Running()
    yield running.store
    running.close()


def test_a_key_opens_what_it_was_made_for(store):
    made = make_key(store, "parks", [Scope.JOBS, Scope.TASKS], ["mail"], BEGIN)
    found = key_of(store, made.text, BEGIN)
    assert found is not None
    assert (found.name, found.scopes, found.topics) == ("parks", (Scope.JOBS, Scope.TASKS), ("mail",))
    assert found.may_take("mail")
    assert not found.may_take("post")


def test_a_key_without_topics_takes_jobs_of_any(store):
    assert make_key(store, "parks", [Scope.JOBS], [], BEGIN).key.may_take("mail")


def test_the_secret_is_not_in_the_database(store):
    made = make_key(store, "parks", [Scope.TASKS], [], BEGIN)
    secret = made.text.split("_", 2)[2]
    with store.reading() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM api_keys").all()
    assert not any(secret in str(value) or secret.encode() in bytes(str(value), "utf-8") for value in row)


def test_two_keys_have_nothing_in_common(store):
    first, second = (make_key(store, name, [Scope.TASKS], [], BEGIN).text for name in ("a", "b"))
    assert set(first.split("_")[1:]).isdisjoint(second.split("_")[1:])


@pytest.mark.parametrize(
    "wrong", ["", "_", "ironcage_", "ironcage_{id}_", "ironcage_{id}_{secret}x", "x_{id}_{secret}", "{secret}", "密钥"]
)
def test_anything_else_opens_nothing(store, wrong):
    prefix, key_id, secret = make_key(store, "parks", [Scope.TASKS], [], BEGIN).text.split("_", 2)
    assert prefix == "ironcage"
    assert key_of(store, wrong.format(id=key_id, secret=secret), BEGIN) is None


def test_a_revoked_key_opens_nothing_and_its_name_is_not_used_again(store):
    made = make_key(store, "parks", [Scope.TASKS], [], BEGIN)
    revoked = revoke_key(store, "parks", BEGIN + 1)
    assert key_of(store, made.text, BEGIN + 1) is None
    assert revoke_key(store, "parks", BEGIN + 9).revoked_at == revoked.revoked_at
    with pytest.raises(KeyExistsError):
        make_key(store, "parks", [Scope.TASKS], [], BEGIN)


def test_use_is_noted_once_an_hour(store):
    made = make_key(store, "parks", [Scope.TASKS], [], BEGIN)

    def used_after(passed: int) -> int:
        key_of(store, made.text, BEGIN + passed)
        (listed,) = list_keys(store)
        assert listed.used_at is not None
        return round(listed.used_at.timestamp() * 1_000_000) - BEGIN

    assert used_after(5) == 5
    assert used_after(USE_NOTED_EVERY + 4) == 5
    assert used_after(USE_NOTED_EVERY + 5) == USE_NOTED_EVERY + 5


def test_what_cannot_be_a_key_is_refused(store):
    with pytest.raises(TopicScopeError):
        make_key(store, "parks", [Scope.TASKS], ["mail"], BEGIN)
    with pytest.raises(UnknownKeyError):
        revoke_key(store, "parks", BEGIN)
    for name in ("", "a b", "a\n", "x" * 65):
        with pytest.raises(KeyNameError):
            make_key(store, name, [Scope.TASKS], [], BEGIN)


def test_the_command_makes_lists_and_revokes_keys(ironcage):
    assert ironcage("db", "upgrade").code == 0
    made = ironcage("key", "add", "parks", "--scope", "jobs", "--topic", "mail", "--json").data
    assert made["key"].startswith("ironcage_")
    listed = ironcage("key", "list", "--json")
    assert [(key["name"], key["scopes"], key["topics"]) for key in listed.data] == [("parks", ["jobs"], ["mail"])]
    assert made["key"] not in listed.out
    assert ironcage("key", "revoke", "parks", "--json").data["revoked_at"] is not None
    assert ironcage("key", "add").code == 2
    assert ironcage("key", "add", "parks").code == 2
    assert ironcage("key", "revoke", "other").code == 1
