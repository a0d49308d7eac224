"""The console's part of the database: API keys, and answers that are remembered."""

from ironcage_console.store.answers import StoredAnswer, add_answer, find_answer, forget_answers
from ironcage_console.store.keys import (
    StoredKey,
    add_key,
    all_keys,
    key_named,
    key_with_id,
    note_use,
    revoke_key,
)
from ironcage_console.store.tables import metadata

__all__ = [
    "StoredAnswer",
    "StoredKey",
    "add_answer",
    "add_key",
    "all_keys",
    "find_answer",
    "forget_answers",
    "key_named",
    "key_with_id",
    "metadata",
    "note_use",
    "revoke_key",
]
