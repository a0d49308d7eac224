"""Built-in functions on contexts. Source: DMN 1.5, 10.3.4.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.functions.registry import builtin

if TYPE_CHECKING:
    from ironcage.values import Value


@builtin("get value", "m, key")
def get_value(context: Value, key: Value) -> Value:
    """Return the entry of the context called *key*."""
    return context.get(key) if isinstance(context, dict) and isinstance(key, str) else None


@builtin("get entries", "m")
def get_entries(context: Value) -> Value:
    """Return the entries of the context, each as a context of ``key`` and ``value``."""
    return [{"key": key, "value": item} for key, item in context.items()] if isinstance(context, dict) else None


@builtin("context", "entries")
def context_of(entries: Value) -> Value:
    """Return the context that has these entries, each a context of ``key`` and ``value``."""
    if not isinstance(entries, list):
        return None
    made: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(key := entry.get("key"), str):
            return None
        if key in made:
            return None
        made[key] = entry["value"]
    return made


@builtin("context put", "context, key, value", "context, keys, value")
def context_put(context: Value, key: Value, value: Value) -> Value:
    """Return the context with one entry more or changed; a list of keys leads to an entry further in."""
    if not isinstance(context, dict):
        return None
    if isinstance(key, str):
        return {**context, key: value}
    if not isinstance(key, list) or not key or not isinstance(first := key[0], str):
        return None
    if len(key) == 1:
        return {**context, first: value}
    inner = context_put(context.get(first), key[1:], value)
    return None if inner is None else {**context, first: inner}


@builtin("context merge", "contexts")
def context_merge(contexts: Value) -> Value:
    """Return one context with the entries of all; of entries with one name the last counts."""
    if not isinstance(contexts, list):
        return None
    merged: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        merged.update(context)
    return merged
