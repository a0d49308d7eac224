"""Reads tokens into a tree: precedence climbing, by hand, because names of several words depend on what is in scope.

A name is the longest run of tokens that spells a name in scope (``Scope.known``: the names given, the entries of an
enclosing context, the variables of loops and functions; the built-in functions where a parenthesis follows); failing
that, one word. So ``a-b`` is a subtraction unless something is called *a-b*. Behind a dot and in the condition of a
filter, where entries are not known beforehand, words that follow each other are one name.

Source: DMN 1.5, 10.3.1.2 (the FEEL grammar) and table 42 (operators by precedence).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from ironcage.feel.numbers import DECIMAL128
from ironcage.feel.phrases import Phrases
from ironcage.feel.temporal import at_literal
from ironcage.feel.tokens import FeelSyntaxError, Token, TokenKind
from ironcage.feel.tree import (
    Against,
    Arithmetic,
    Between,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Interval,
    Items,
    Literal,
    Logic,
    Name,
    Negation,
    Path,
    Tests,
    walk,
)
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ironcage.feel.tree import Node, Test
    from ironcage.feel.types import Type
    from ironcage.values import Value

DEPTH = 100
"""How deep an expression may be nested; a chain of ``+`` may be twice as long, one of ``and`` or ``or`` any length."""

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)
_POWERS = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in", "instance"), _COMPARISON),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "**": _POWER,
}
_ENDPOINT_SIGNS = ("<", "<=", ">", ">=", "=", "!=")
_NO_BEGINNING = frozenset({*")],}=+*/.", "!=", "<=", ">=", "**", "..", "and", "or", "then", "else", "return", "in",
                           "instance", "between", "satisfies"})  # fmt: skip
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_UNEXPECTED = mark(
    "{word} is not expected here; a name of several words must be a variable or a function that is known"
)
_TOO_DEEP = mark("the expression is nested more than {limit} deep, or a chain of operators is longer than that")


class Parsed(NamedTuple):
    """A tree, and the parts of it that never have a result."""

    tree: Node
    misfits: tuple[FeelSyntaxError, ...]


class ParsedTests(NamedTuple):
    """The tree of unary tests, and the parts of it that never have a result."""

    tree: Tests
    misfits: tuple[FeelSyntaxError, ...]


def parse(
    source: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None, lenient: bool = False
) -> Parsed:
    """Return the tree of the expression *source*; *names* and *types* are what it may use.

    *lenient*: a call that fits no function, an unknown type and an impossible date are null instead of refused.

    Raises:
        FeelSyntaxError: it is not an expression.
    """
    parser = _Parser(source, names, types or {}, lenient)
    node = parser.expression()
    parser.finish(node)
    return Parsed(node, tuple(parser.misfits))


def parse_tests(
    source: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None, lenient: bool = False
) -> ParsedTests:
    """Return the tree of the unary tests *source*, the text of an input cell of a decision table.

    Raises:
        FeelSyntaxError: it is not a list of unary tests.
    """
    parser = _Parser(source, names, types or {}, lenient)
    tests = parser.cell()
    parser.finish(tests)
    return ParsedTests(tests, tuple(parser.misfits))


class _Parser(Phrases):
    """Reads one text from the left to the right."""

    __slots__ = ("depth",)

    def __init__(self, source: str, names: Iterable[str], types: Mapping[str, Type], lenient: bool) -> None:
        super().__init__(source, names, types, lenient)
        self.depth = 0

    def finish(self, root: Node | Tests) -> None:
        """Refuse what follows the end, and a tree that is too deep to be walked by calls."""
        if self.token.kind is not TokenKind.END:
            self.refuse(_UNEXPECTED, word=self.token.word)
        if any(depth > 2 * DEPTH for depth, _ in walk(root)):
            raise FeelSyntaxError(self.source, 0, _TOO_DEEP, limit=2 * DEPTH)

    # Expressions, from the loosest binding to the tightest

    def expression(self, power: int = _OR) -> Node:
        self.depth += 1
        if self.depth > DEPTH:
            self.refuse(_TOO_DEEP, limit=DEPTH)
        node = self.unary()
        while (found := _POWERS.get(self.word(), 0)) >= power:
            node = self.binary(node, found)
        self.depth -= 1
        return node

    def binary(self, left: Node, power: int) -> Node:
        token = self.next()
        word, at = token.word, token.at
        if word in ("or", "and"):
            operands = [left, self.expression(power + 1)]
            while self.word() == word:
                self.next()
                operands.append(self.expression(power + 1))
            return Logic(word, tuple(operands), at)
        if word == "between":
            low = self.expression(_SUM)
            self.expect("and")
            return Between(left, low, self.expression(_SUM), at)
        if word == "in":
            return In(left, self.after_in(), at)
        if word == "instance":
            self.expect("of")
            return InstanceOf(left, self.type(), at)
        right = self.expression(power + 1)
        return Comparison(word, left, right, at) if power == _COMPARISON else Arithmetic(word, left, right, at)

    def unary(self) -> Node:
        minuses: list[int] = []
        while self.is_sign("-"):
            minuses.append(self.next().at)
            if len(minuses) > DEPTH:
                self.refuse(_TOO_DEEP, limit=DEPTH)
        node = self.postfix(self.primary())
        for at in reversed(minuses):
            if isinstance(node, Literal) and isinstance(node.value, Decimal):
                node = Literal(DECIMAL128.minus(node.value), at)
            else:
                node = Negation(node, at)
        return node

    def postfix(self, node: Node) -> Node:
        while (sign := self.token).kind is TokenKind.SIGN:
            if sign.word == ".":
                self.next()
                node = Path(node, self.name_here(words=True), sign.at)
            elif sign.word == "[" and not self.ends_a_range():
                node = self.filter(node)
            elif sign.word == "(":
                node = self.invoked(node)
            else:
                break
        return node

    def ends_a_range(self) -> bool:
        """Return whether the bracket here ends a range, as in ``[1..2[``: what follows begins no expression."""
        after = self.ahead(1)
        return after.kind is TokenKind.END or (
            after.kind in (TokenKind.SIGN, TokenKind.NAME) and after.word in _NO_BEGINNING
        )

    def filter(self, source: Node) -> Node:
        at = self.next().at
        self.loose += 1
        with self.inner("item"):
            condition = self.expression()
        self.loose -= 1
        self.expect("]")
        return Filter(source, condition, at)

    def primary(self) -> Node:
        token = self.token
        match token.kind:
            case TokenKind.NUMBER:
                return Literal(self.number(), token.at)
            case TokenKind.TEXT:
                self.next()
                return Literal(token.word, token.at)
            case TokenKind.TEMPORAL:
                return self.temporal()
            case TokenKind.NAME:
                return self.worded(token)
            case TokenKind.SIGN if token.word in "([]{":
                return self.bracketed(token)
            case _:
                return self.refuse(mark("an expression is expected here"))

    def worded(self, token: Token) -> Node:
        word = token.word
        if len(self.longest()) < 2:
            if word in _WORDS:
                self.next()
                return Literal(_WORDS[word], token.at)
            if word == "if":
                return self.condition()
            if word in ("for", "some", "every"):
                return self.loop()
            if word == "function" and self.is_sign("(", 1):
                return self.definition()
            if (called := self.called()) is not None:
                return self.call(called)
            if not self.is_name():
                self.refuse(_UNEXPECTED, word=word)
        return Name(self.name_here(words=self.loose > 0), token.at)

    def bracketed(self, token: Token) -> Node:
        if token.word == "{":
            return self.context()
        self.next()
        if token.word == "[" and self.is_sign("]"):
            self.next()
            return Items((), token.at)
        if self.is_sign(".."):
            return self.interval(token, None)
        if token.word == "(" and self.token.kind is TokenKind.SIGN and self.token.word in _ENDPOINT_SIGNS:
            test = self.test()
            self.expect(")")
            return test
        first = self.expression()
        if self.is_sign(".."):
            return self.interval(token, first)
        if token.word == "]":
            self.expect("..")
        if token.word == "(":
            self.expect(")")
            return first
        items = [first]
        while self.separated("]"):
            items.append(self.expression())
        return Items(tuple(items), token.at)

    def interval(self, opened: Token, low: Node | None) -> Interval:
        self.expect("..")
        closing = self.token.word if self.token.kind is TokenKind.SIGN else ""
        high = None if low is not None and closing in (")", "]") else self.expression(_SUM)
        closing = self.token.word if self.token.kind is TokenKind.SIGN else ""
        if closing not in (")", "]", "["):
            self.refuse(mark("a bracket that ends the range is expected here"))
        self.next()
        return Interval(low, high, opened.word == "[", closing == "]", opened.at)

    # Literals

    def number(self) -> Decimal:
        try:
            number = DECIMAL128.create_decimal(self.token.word)
        except (InvalidOperation, ArithmeticError):
            self.refuse(mark("the number is too large"))
        self.next()
        return number

    def temporal(self) -> Node:
        token = self.next()
        value = at_literal(token.word)
        if value is None:
            return self.misfit(token.at, mark("{word} is no date, time or duration"), word=token.word)
        return Literal(value, token.at)

    # Unary tests

    def cell(self) -> Tests:
        if self.is_sign("-") and self.ahead(1).kind is TokenKind.END:
            self.next()
            return Tests(())
        if self.token.word == "not" and self.is_sign("(", 1) and self.ends_the_text(self.index + 1):
            self.index += 2
            tests = self.tests()
            self.expect(")")
            return Tests(tests, negated=True)
        return Tests(self.tests())

    def ends_the_text(self, opening: int) -> bool:
        """Return whether the parenthesis at token *opening* is closed by the last token of the text."""
        depth = 0
        for index in range(opening, len(self.tokens)):
            if self.tokens[index].kind is TokenKind.SIGN:
                depth += (self.tokens[index].word == "(") - (self.tokens[index].word == ")")
            if depth == 0:
                return index == len(self.tokens) - 2
        return False

    def tests(self) -> tuple[Test, ...]:
        tests = [self.test()]
        while self.is_sign(","):
            self.next()
            tests.append(self.test())
        return tuple(tests)

    def test(self) -> Test:
        token = self.token
        if token.kind is TokenKind.SIGN and token.word in _ENDPOINT_SIGNS:
            self.next()
            return Against(token.word, self.expression(_SUM), token.at)
        return self.expression()

    def after_in(self) -> tuple[Test, ...]:
        if not self.is_sign("("):
            return (self.test(),) if self.word() in _ENDPOINT_SIGNS else (self.expression(_SUM),)
        opened = self.next()
        if self.is_sign(".."):
            return (self.interval(opened, None),)
        tests = [self.test()]
        if self.is_sign("..") and not isinstance(tests[0], Against):
            return (self.interval(opened, tests[0]),)
        while self.separated(")"):
            tests.append(self.test())
        return tuple(tests)
