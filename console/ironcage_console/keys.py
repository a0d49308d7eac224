"""API keys: what a program shows instead of a password, and what it may do with it.

A key is written ``ironcage_ID_SECRET``. It is shown once, when it is made; stored is a salted digest of the secret,
which is random and long, so that a digest that costs nothing is enough. The prefix lets scanners find a key that was
published by mistake.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import instant
from ironcage.errors import NotFoundError, RefusedError, UsageError
from ironcage.messages import mark
from ironcage_console import store as rows
from ironcage_console.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ironcage.clock import Micros
    from ironcage.store import Store, Work

PREFIX = "ironcage"
_LONGEST_NAME = 64
_UNBOUND = (Scope.DEPLOY, Scope.METRICS)
"""What cannot be had of some processes only."""
USE_NOTED_EVERY = 3_600_000_000
"""The use of a key is written down once an hour, not with every request."""
_NOBODY = rows.StoredKey("", "", "", "", b"\0" * 16, b"\0" * 32, 0, None, 0)
"""What a key that does not exist is compared with, so that it takes as long as one that does."""


class KeyNameError(UsageError):
    """The name cannot name a key."""

    message = mark(
        "{name} cannot be the name of a key: it must have visible characters and no space, at most 64 of them."
    )


class KeyExistsError(RefusedError):
    """The name is taken."""

    message = mark(
        "There is a key {name} already, or was: the record names keys, so a name is not used again. Give another name."
    )


class UnknownKeyError(NotFoundError):
    """There is no such key."""

    message = mark("There is no key {name}. List them with: ironcage key list")


class TopicScopeError(UsageError):
    """Topics bind external workers, and the key is for none."""

    message = mark("Topics say which jobs a key may take; give it the scope {scope}, too.")


class UnboundScopeError(UsageError):
    """Figures are of everything, and who deploys decides what cases call and send; the key is bound to processes."""

    message = mark("{scope} reaches every process, so a key that is bound to processes cannot open it.")


class BoundNameError(UsageError):
    """What a key is to be bound to is no name."""

    message = mark("{name} names no process and no topic that a key could be bound to.")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    topics: tuple[str, ...]
    """The topics whose jobs it may take; empty for all."""
    processes: tuple[str, ...]
    """The processes whose cases it sees and touches; empty for all."""
    made_at: datetime
    used_at: datetime | None
    """When it was used, to the hour."""
    revoked_at: datetime | None

    def may_take(self, topic: str) -> bool:
        """Return whether it may take jobs of *topic*."""
        return not self.topics or topic in self.topics

    def may_touch(self, process: str) -> bool:
        """Return whether it may see and touch cases of *process*."""
        return not self.processes or process in self.processes


class NewKey(NamedTuple):
    """A key that was just made, and the only time its text is told."""

    key: ApiKey
    text: str


def make_key(
    store: Store,
    name: str,
    scopes: Iterable[Scope],
    topics: Iterable[str],
    now: Micros,
    processes: Iterable[str] = (),
) -> NewKey:
    """Make a key called *name*, for jobs of *topics* and cases of *processes*, each of all where none is named.

    Raises:
        KeyNameError: that is no name.
        TopicScopeError: topics, but not the scope of jobs.
        BoundNameError: one of *topics* or *processes* is no name; an empty one would open all.
        UnboundScopeError: processes, and a scope that reaches all.
        KeyExistsError: there is or was one of that name.
    """
    granted, bound, within = (sorted(set(each)) for each in (scopes, topics, processes))
    if not name.isprintable() or not name or " " in name or len(name) > _LONGEST_NAME:
        raise KeyNameError(name=repr(name))
    for each in (*bound, *within):
        if not each.strip() or not each.isprintable():
            raise BoundNameError(name=repr(each))
    if bound and Scope.JOBS not in granted:
        raise TopicScopeError(scope=Scope.JOBS)
    for scope in _UNBOUND:
        if within and scope in granted:
            raise UnboundScopeError(scope=scope)
    secret, salt = secrets.token_urlsafe(32), secrets.token_bytes(16)
    key = rows.StoredKey(
        secrets.token_hex(6), name, "\n".join(granted), "\n".join(bound), salt, _digest(salt, secret), now, None, None,
        "\n".join(within),
    )  # fmt: skip

    def add(work: Work) -> None:
        if rows.key_named(work.connection, name):
            raise KeyExistsError(name=name)
        rows.add_key(work.connection, key)

    store.run(add)
    return NewKey(_shown(key), f"{PREFIX}_{key.id}_{secret}")


def list_keys(store: Store) -> list[ApiKey]:
    """Return every key that was ever made, by name."""
    with store.reading() as connection:
        return [_shown(key) for key in rows.all_keys(connection)]


def revoke_key(store: Store, name: str, now: Micros) -> ApiKey:
    """Let the key called *name* open nothing any more; one that was revoked stays so from then.

    Raises:
        UnknownKeyError: there is none.
    """

    def revoke(work: Work) -> rows.StoredKey:
        key = rows.key_named(work.connection, name)
        if key is None:
            raise UnknownKeyError(name=name)
        if key.revoked is None:
            key = key._replace(revoked=now)
            rows.revoke_key(work.connection, key.id, now)
        return key

    return _shown(store.run(revoke))


def key_of(store: Store, text: str, now: Micros) -> ApiKey | None:
    """Return the key that *text* is, or None where it is none or was revoked."""
    prefix, _, rest = text.partition("_")
    key_id, _, secret = rest.partition("_")
    with store.reading() as connection:
        found = rows.key_with_id(connection, key_id) or _NOBODY
    fits = hmac.compare_digest(found.digest, _digest(found.salt, secret))
    if not fits or prefix != PREFIX or found.revoked is not None:
        return None
    if found.used is None or now - found.used >= USE_NOTED_EVERY:
        store.run(lambda work: rows.note_use(work.connection, found.id, now))
    return _shown(found)


def _digest(salt: bytes, secret: str) -> bytes:
    return hashlib.sha256(salt + secret.encode("utf-8", "surrogateescape")).digest()


def _shown(key: rows.StoredKey) -> ApiKey:
    return ApiKey(
        key.id,
        key.name,
        tuple(Scope(scope) for scope in key.scopes.splitlines()),
        tuple(key.topics.split("\n")) if key.topics else (),
        tuple(key.processes.split("\n")) if key.processes else (),
        instant(key.made),
        None if key.used is None else instant(key.used),
        None if key.revoked is None else instant(key.revoked),
    )
