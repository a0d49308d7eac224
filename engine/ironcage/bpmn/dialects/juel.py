"""Unified expressions of Camunda 7 and its kin, read: ``${amount > 100 && !empty approver}``.

What is read becomes FEEL in ``juel_feel``. Source: Jakarta Expression Language 2.2, chapter 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from ironcage.bpmn.dialects.formula import UntranslatableError
from ironcage.messages import mark

LENGTH = 5_000
DEPTH = 40

_UNREADABLE = mark("it cannot be read at {found}")
_TOO_LONG = mark("it is longer than {length} characters or nested deeper than {depth}")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<name>[^\W\d][\w$]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!?:()\[\].,+\-*/%]))",
    re.DOTALL,
)
_WORDS = {"and": "&&", "or": "||", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "not": "!",
          "div": "/", "mod": "%", "empty": "empty", "instanceof": "instanceof"}  # fmt: skip
_BINARY = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))


@dataclass(frozen=True, slots=True)
class Constant:
    """A number (as written), a text, true, false or null."""

    value: str | bool | None
    is_number: bool
    at: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that stands alone."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """``source.name`` or ``source["name"]``."""

    source: Juel
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Index:
    """``source[number]``."""

    source: Juel
    index: Juel
    at: int


@dataclass(frozen=True, slots=True)
class Method:
    """``source.name(arguments)``; without a source a function."""

    source: Juel | None
    name: str
    arguments: tuple[Juel, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``- ! empty``."""

    operator: str
    operand: Juel
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``."""

    operator: str
    left: Juel
    right: Juel
    at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """``condition ? yes : no``."""

    condition: Juel
    yes: Juel
    no: Juel
    at: int


Juel: TypeAlias = Constant | Variable | Member | Index | Method | Unary | Binary | Choice


def read(text: str, offset: int = 0) -> Juel:
    """Return what *text*, the inside of the braces, says; *offset* is where it begins in the whole.

    Raises:
        UntranslatableError: it cannot be read.
    """
    if len(text) > LENGTH:
        raise UntranslatableError(_TOO_LONG, offset, length=LENGTH, depth=DEPTH)
    return _Reader(_tokens(text, offset), text, offset).whole()


_Token = tuple[str, str, int]


def _tokens(text: str, offset: int) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise UntranslatableError(_UNREADABLE, offset + at, found=text[at:].strip()[:20])
        kind, value = str(found.lastgroup), found[str(found.lastgroup)]
        if kind == "name" and value in _WORDS:
            kind, value = "sign", _WORDS[value]
        tokens.append((kind, value, offset + found.start(str(found.lastgroup))))
        at = found.end()
    return tokens


class _Reader:
    """Descends the grammar over the tokens of one expression."""

    def __init__(self, tokens: list[_Token], text: str, offset: int) -> None:
        self.tokens = [*tokens, ("end", "", offset + len(text))]
        self.at = 0
        self.depth = 0

    def whole(self) -> Juel:
        read = self.choice()
        if self.tokens[self.at][0] != "end":
            raise self.unreadable()
        return read

    def choice(self) -> Juel:
        self.depth += 1
        if self.depth > DEPTH:
            raise UntranslatableError(_TOO_LONG, self.tokens[self.at][2], length=LENGTH, depth=DEPTH)
        condition = self.binary(0)
        at = self.tokens[self.at][2]
        if self.taken("?"):
            yes = self.choice()
            self.expect(":")
            condition = Choice(condition, yes, self.choice(), at)
        self.depth -= 1
        return condition

    def binary(self, level: int) -> Juel:
        if level == len(_BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while operator := self.taken(*_BINARY[level]):
            at = self.tokens[self.at - 1][2]
            left = Binary(operator, left, self.binary(level + 1), at)
        return left

    def unary(self) -> Juel:
        before: list[tuple[str, int]] = []
        while operator := self.taken("-", "!", "empty"):
            before.append((operator, self.tokens[self.at - 1][2]))
        if len(before) > DEPTH:
            raise UntranslatableError(_TOO_LONG, before[0][1], length=LENGTH, depth=DEPTH)
        operand = self.reached(self.primary())
        for operator, at in reversed(before):
            operand = Unary(operator, operand, at)
        return operand

    def primary(self) -> Juel:
        kind, value, at = self.tokens[self.at]
        if self.taken("("):
            inside = self.choice()
            self.expect(")")
            return inside
        self.at += 1
        if kind == "number":
            return Constant(value.rstrip("."), True, at)
        if kind == "text":
            return Constant(re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL), False, at)
        if kind == "name":
            return self.named(value, at)
        self.at -= 1
        raise self.unreadable()

    def named(self, name: str, at: int) -> Juel:
        if name in {"true", "false", "null"}:
            return Constant({"true": True, "false": False}.get(name), False, at)
        if self.tokens[self.at][1] == "(" and self.tokens[self.at][0] == "sign":
            return Method(None, name, self.arguments(), at)
        return Variable(name, at)

    def reached(self, source: Juel) -> Juel:
        """Read what follows *source*: members, indices and calls."""
        for _ in range(DEPTH):
            at = self.tokens[self.at][2]
            if self.taken("."):
                kind, name, _ = self.tokens[self.at]
                if kind != "name":
                    raise self.unreadable()
                self.at += 1
                calls = self.tokens[self.at][:2] == ("sign", "(")
                source = Method(source, name, self.arguments(), at) if calls else Member(source, name, at)
            elif self.taken("["):
                index = self.choice()
                self.expect("]")
                named = isinstance(index, Constant) and isinstance(index.value, str) and not index.is_number
                source = Member(source, str(index.value), at) if named else Index(source, index, at)  # type: ignore[union-attr]  # a constant, as just asked
            else:
                return source
        raise UntranslatableError(_TOO_LONG, self.tokens[self.at][2], length=LENGTH, depth=DEPTH)

    def arguments(self) -> tuple[Juel, ...]:
        self.expect("(")
        found: list[Juel] = []
        if not self.taken(")"):
            found.append(self.choice())
            while self.taken(","):
                found.append(self.choice())
            self.expect(")")
        return tuple(found)

    def taken(self, *signs: str) -> str:
        kind, value, _ = self.tokens[self.at]
        if kind == "sign" and value in signs:
            self.at += 1
            return value
        return ""

    def expect(self, sign: str) -> None:
        if not self.taken(sign):
            raise self.unreadable()

    def unreadable(self) -> UntranslatableError:
        _, value, at = self.tokens[self.at]
        return UntranslatableError(_UNREADABLE, at, found=value or "}")
