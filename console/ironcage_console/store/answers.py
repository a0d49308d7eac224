"""The answers that the API remembers, in the transaction of what they tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import TextClause, select

from ironcage_console.store.tables import api_answers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ironcage.clock import Micros

_ADD = TextClause(
    "INSERT INTO api_answers (key_id, idempotency, request, status, body, at_us) "
    "VALUES (:key_id, :idempotency, :request, :status, :body, :at) ON CONFLICT DO NOTHING"
)
_FORGET = TextClause(
    "DELETE FROM api_answers WHERE (key_id, idempotency) IN "
    "(SELECT key_id, idempotency FROM api_answers WHERE at_us < :before ORDER BY at_us LIMIT :limit)"
)


class StoredAnswer(NamedTuple):
    """What was answered to a request that may come again."""

    key_id: str
    idempotency: str
    """What the caller calls the request."""
    request: bytes
    """The digest of what was asked."""
    status: int
    body: str
    at: Micros


def find_answer(connection: Connection, key_id: str, idempotency: str) -> StoredAnswer | None:
    """Return what was answered to the request of that name before, or None."""
    named = (api_answers.c.key_id == key_id) & (api_answers.c.idempotency == idempotency)
    row = connection.execute(select(api_answers).where(named)).first()
    return StoredAnswer(*row) if row else None


def add_answer(connection: Connection, answer: StoredAnswer) -> bool:
    """Remember *answer*; return whether it could be: another one of that name may have been written meanwhile."""
    return connection.execute(_ADD, answer._asdict()).rowcount == 1


def forget_answers(connection: Connection, before: Micros, limit: int) -> int:
    """Forget what was answered before that instant, the oldest first, at most so many; return how many there were."""
    return connection.execute(_FORGET, {"before": before, "limit": limit}).rowcount
