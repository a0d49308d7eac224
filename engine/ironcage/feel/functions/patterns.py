"""Built-in functions with regular expressions. Source: DMN 1.5, 10.3.4.3; XPath functions 3.1, 5.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.functions.registry import builtin
from ironcage.feel.regex import Pattern, PatternError, TooManyStepsError, pattern
from ironcage.values.bounds import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.feel.regex.matching import Groups
    from ironcage.values import Value


@builtin("matches", "input, pattern, flags?")
def matches(text: Value, source: Value, flags: Value = None) -> Value:
    """Return whether the pattern matches somewhere in the text."""
    if not isinstance(text, str) or not isinstance(source, str) or not isinstance(flags, str | None):
        return None
    return _tried(source, flags, lambda found: found.search(text) is not None)


@builtin("replace", "input, pattern, replacement, flags?")
def replace(text: Value, source: Value, replacement: Value, flags: Value = None) -> Value:
    """Return the text with each match of the pattern replaced; ``$1`` stands for what the first group matched."""
    if not isinstance(text, str) or not isinstance(source, str) or not isinstance(replacement, str):
        return None
    if not isinstance(flags, str | None):
        return None
    literal = flags is not None and "q" in flags
    return _tried(source, flags, lambda found: _replaced(text, found, replacement, literal))


@builtin("split", "string, delimiter")
def split(text: Value, delimiter: Value) -> Value:
    """Return the parts of the text between the matches of the pattern *delimiter*."""
    if not isinstance(text, str) or not isinstance(delimiter, str):
        return None
    return _tried(delimiter, None, lambda found: _parts(text, found))


def _tried(source: str, flags: str | None, ask: Callable[[Pattern], Value]) -> Value:
    try:
        return ask(pattern(source, flags or ""))
    except (PatternError, TooManyStepsError):
        return None


def _parts(text: str, found: Pattern) -> Value:
    if found.matches_nothing:
        return None
    parts: list[Value] = []
    last = 0
    for groups in found.matches(text):
        parts.append(text[last : groups[0]])
        last = groups[1] or 0
    return [*parts, text[last:]]


def _replaced(text: str, found: Pattern, replacement: str, literal: bool) -> str | None:
    if found.matches_nothing:
        return None
    template: list[str | int] = [replacement] if literal else _template(replacement, found.groups)
    made: list[str] = []
    last = length = 0
    for groups in found.matches(text):
        made.append(text[last : groups[0]])
        made += [part if isinstance(part, str) else _group(text, groups, part) for part in template]
        last = groups[1] or 0
        length += sum(map(len, made[-len(template) - 1 :]))
        if length > CHARACTERS:
            return None
    made.append(text[last:])
    return "".join(made)


def _group(text: str, groups: Groups, number: int) -> str:
    if 2 * number >= len(groups):
        return ""
    start, end = groups[2 * number], groups[2 * number + 1]
    return "" if start is None or end is None else text[start:end]


def _template(replacement: str, groups: int) -> list[str | int]:
    """Return the parts of a replacement, texts and numbers of groups."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        at += 1
        following = replacement[at : at + 1]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                raise PatternError(replacement)
            parts.append(following)
            at += 1
        elif char == "$":
            if not (following.isdecimal() and following.isascii()):
                raise PatternError(replacement)
            number, at = int(following), at + 1
            while at < len(replacement) and replacement[at] in "0123456789":
                if number * 10 + int(replacement[at]) > groups:
                    break
                number, at = number * 10 + int(replacement[at]), at + 1
            parts.append(number)
        else:
            parts.append(char)
    return parts
