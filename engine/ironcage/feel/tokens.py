"""Cuts an expression into tokens, each with its column.

A name token is one word. A name of several words (``date and time``, ``Applicant Age``) is put together by the parser,
which alone knows the names in scope.

Source: DMN 1.5, 10.3.1.2 (the FEEL grammar), rules 22 to 40 and 66.
"""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import NamedTuple

from ironcage.errors import RefusedError
from ironcage.messages import mark, text

LENGTH = 50_000
"""A longer expression is refused."""


class FeelSyntaxError(RefusedError):
    """An expression cannot be read."""

    message = mark("FEEL, line {line}, column {column}: {reason}, in: {excerpt}")

    def __init__(self, source: str, at: int, reason: str, **fields: object) -> None:
        line = source.count("\n", 0, at) + 1
        column = at - source.rfind("\n", 0, at)
        excerpt = " ".join(source[max(0, at - 30) : at + 50].split())
        super().__init__(line=line, column=column, reason=reason, excerpt=excerpt, **fields)
        self.at = at
        self.line = line
        self.column = column

    def reason(self) -> str:
        """Return what is wrong, without the place."""
        return text(str(self.fields["reason"]), **self.fields)

    def __str__(self) -> str:
        return text(self.message, **{**self.fields, "reason": self.reason()})


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    TEMPORAL = "temporal"
    """``@"..."``."""
    NAME = "name"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    """A token: *word* is its text as written, of a text literal its value; *at* is the offset it begins at."""

    kind: TokenKind
    word: str
    at: int


_TOKEN = re.compile(
    r"""(?P<space>(?:[\s\u180e\u200b\ufeff]|//[^\n]*|/\*.*?\*/)+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<text>"(?:[^"\\]|\\.)*+")
      | (?P<temporal>@"[^"\\]*+")
      | (?P<name>\?|(?:[^\W\d]|[\U00010000-\U000effff])(?:\w|[\U00010000-\U000effff])*)
      | (?P<sign>\*\*|\.\.|<=|>=|!=|->|/(?!\*)|[-+*=<>(){}\[\],.:'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN = {'"': '"', "\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t"}


def tokens(source: str) -> list[Token]:
    """Return the tokens of *source*, an end token last.

    Raises:
        FeelSyntaxError: it is too long, or holds a character or an escape that FEEL does not know.
    """
    if len(source) > LENGTH:
        raise FeelSyntaxError(source, 0, mark("the expression is longer than {limit} characters"), limit=LENGTH)
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if not match or match.end() == at:
            raise _unreadable(source, at)
        at = match.end()
        if match.lastgroup != "space":
            found.append(_token(source, match))
    found.append(Token(TokenKind.END, "", len(source)))
    return found


def _token(source: str, match: re.Match[str]) -> Token:
    kind, word, at = TokenKind(str(match.lastgroup)), match[0], match.start()
    if kind is TokenKind.TEXT:
        return Token(kind, _unescaped(source, word[1:-1], at + 1), at)
    if kind is TokenKind.TEMPORAL:
        return Token(kind, word[2:-1], at)
    return Token(kind, word, at)


def _unescaped(source: str, body: str, start: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        short, long, single = match.groups()
        if single is not None:
            # What is no escape stays as written: a regular expression keeps its \d.
            return _PLAIN.get(single, match[0])
        code = int(short or long, 16)
        if code > sys.maxunicode:
            reason = mark("there is no character {escape}")
            raise FeelSyntaxError(source, start + match.start(), reason, escape=match[0])
        return chr(code)

    value = _ESCAPE.sub(replaced, body) if "\\" in body else body
    try:
        # Two escapes can write the two halves of one character.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise FeelSyntaxError(source, start, mark("a text holds no half of a surrogate pair")) from error
    if "\0" in value:
        raise FeelSyntaxError(source, start, mark("a text holds no NUL character"))
    return value


def _unreadable(source: str, at: int) -> FeelSyntaxError:
    if source[at] == '"' or source.startswith('@"', at):
        return FeelSyntaxError(source, at, mark("the text in quotation marks does not end"))
    if source.startswith("/*", at):
        return FeelSyntaxError(source, at, mark("the comment does not end"))
    return FeelSyntaxError(source, at, mark("the character {character} means nothing here"), character=source[at])
