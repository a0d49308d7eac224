"""Reads tokens into a tree: precedence climbing, by hand, because names of several words depend on what is in scope.

A name is the longest run of tokens that spells a name in scope (``_Parser.known``: the names given, the built-in
functions where a parenthesis follows, the entries of an enclosing context); failing that, one word. So ``a-b`` is a
subtraction unless something is called *a-b*. Whatever comes to bring names into scope brings them there.

Source: DMN 1.5, 10.3.1.2 (the FEEL grammar) and table 42 (operators by precedence).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from ironcage.feel.cursor import Cursor, spelling
from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.numbers import DECIMAL128
from ironcage.feel.temporal import at_literal
from ironcage.feel.tokens import FeelSyntaxError, Token, TokenKind
from ironcage.feel.tree import (
    Against,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Entries,
    Entry,
    If,
    In,
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
    from ironcage.values import Value

DEPTH = 100
"""How deep an expression may be nested; a chain of ``+`` may be twice as long, one of ``and`` or ``or`` any length."""

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)
_POWERS = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), _COMPARISON),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "**": _POWER,
}
_ENDPOINT_SIGNS = ("<", "<=", ">", ">=", "=", "!=")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_RESERVED = frozenset(
    {"if", "then", "else", "and", "or", "between", "in", "for", "some", "every", "return", "function"}
)
_PROPERTIES: dict[tuple[str, ...], str] = {("time", "offset"): "time offset"}
_FUNCTIONS_BY_WORD = {
    word: tuple((spelling(name), name) for name in FUNCTIONS if spelling(name)[0] == word)
    for word in {spelling(name)[0] for name in FUNCTIONS}
}
_LATER = mark("{word} is not supported yet")
_UNEXPECTED = mark(
    "{word} is not expected here; a name of several words must be a variable or a function that is known"
)
_TOO_DEEP = mark("the expression is nested more than {limit} deep, or a chain of operators is longer than that")


def parse(source: str, names: Iterable[str] = ()) -> Node:
    """Return the tree of the expression *source*; *names* are the names of several words it may use.

    Raises:
        FeelSyntaxError: it is not an expression.
    """
    parser = _Parser(source, names)
    node = parser.expression()
    parser.finish(node)
    return node


def parse_tests(source: str, names: Iterable[str] = ()) -> Tests:
    """Return the tree of the unary tests *source*, the text of an input cell of a decision table.

    Raises:
        FeelSyntaxError: it is not a list of unary tests.
    """
    parser = _Parser(source, names)
    tests = parser.cell()
    parser.finish(tests)
    return tests


class _Parser(Cursor):
    """Reads one text from the left to the right."""

    __slots__ = ("depth", "known")

    def __init__(self, source: str, names: Iterable[str] = ()) -> None:
        super().__init__(source)
        self.depth = 0
        self.known: dict[tuple[str, ...], str] = {}
        for name in names:
            self.learn(name)

    def learn(self, name: str) -> None:
        """Take *name* into scope."""
        words = spelling(name)
        if len(words) > 1:
            self.known[words] = name

    def finish(self, root: Node | Tests) -> None:
        """Refuse what follows the end, and a tree that is too deep to be walked by calls."""
        if self.token.kind is not TokenKind.END:
            self.refuse(_LATER if self.token.word in ("[", "instance") else _UNEXPECTED, word=self.token.word)
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
        while self.is_sign("."):
            at = self.next().at
            node = Path(node, self.name_here(_PROPERTIES), at)
        return node

    def primary(self) -> Node:
        token = self.token
        match token.kind:
            case TokenKind.NUMBER:
                return Literal(self.number(), token.at)
            case TokenKind.TEXT:
                self.next()
                return Literal(token.word, token.at)
            case TokenKind.TEMPORAL:
                return Literal(self.temporal(), token.at)
            case TokenKind.NAME:
                return self.worded(token)
            case TokenKind.SIGN if token.word in "([]{":
                return self.bracketed(token)
            case _:
                return self.refuse(mark("an expression is expected here"))

    def worded(self, token: Token) -> Node:
        if token.word in _WORDS:
            self.next()
            return Literal(_WORDS[token.word], token.at)
        if token.word == "if":
            return self.condition()
        if (called := self.called()) is not None:
            return self.call(called)
        if token.word in _RESERVED:
            later = token.word in ("for", "some", "every", "function")
            self.refuse(_LATER if later else _UNEXPECTED, word=token.word)
        return Name(self.name_here({}), token.at)

    def bracketed(self, token: Token) -> Node:
        if token.word == "{":
            return self.context()
        self.next()
        if token.word == "[" and self.is_sign("]"):
            self.next()
            return Items((), token.at)
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

    def interval(self, opened: Token, low: Node) -> Interval:
        self.expect("..")
        high = self.expression(_SUM)
        closing = self.token.word if self.token.kind is TokenKind.SIGN else ""
        if closing not in (")", "]", "["):
            self.refuse(mark("a bracket that ends the range is expected here"))
        self.next()
        return Interval(low, high, opened.word == "[", closing == "]", opened.at)

    def condition(self) -> Node:
        at = self.next().at
        test = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return If(test, yes, self.expression(), at)

    def context(self) -> Node:
        at = self.next().at
        entries: list[Entry] = []
        outer = dict(self.known)
        if self.is_sign("}"):
            self.next()
            return Entries((), at)
        while True:
            token = self.token
            name = self.entry_name()
            if any(entry.name == name for entry in entries):
                raise FeelSyntaxError(self.source, token.at, mark("the entry {name} is given twice"), name=name)
            entries.append(Entry(name, self.expression(), token.at))
            self.learn(name)
            if not self.separated("}"):
                self.known = outer
                return Entries(tuple(entries), at)

    def entry_name(self) -> str:
        """Read an entry's name, a text or any words, up to the colon."""
        start = self.index
        while not self.is_sign(":"):
            if self.token.kind is TokenKind.END or self.is_sign(","):
                self.refuse(mark("a name and a colon are expected here"))
            self.next()
        words = self.tokens[start : self.index]
        self.next()
        if not words:
            self.refuse(mark("a name and a colon are expected here"))
        if words[0].kind is TokenKind.TEXT:
            return words[0].word
        return " ".join(self.source[words[0].at : self.tokens[self.index - 1].at].split())

    # Names and calls

    def name_here(self, more: Mapping[tuple[str, ...], str]) -> str:
        """Read the longest name in scope that begins here, else one word."""
        if self.token.kind is not TokenKind.NAME:
            self.refuse(mark("a name is expected here"))
        longest = max((words for words in (*self.known, *more) if self.follows(words)), key=len, default=())
        if not longest:
            return self.next().word
        self.index += len(longest)
        return self.known.get(longest) or more[longest]

    def called(self) -> str | None:
        """Read the name of a function if one is called here."""
        word = self.token.word
        for words, name in _FUNCTIONS_BY_WORD.get(word, ()):
            if self.follows(words) and self.is_sign("(", len(words)):
                self.index += len(words)
                return name
        if word not in _RESERVED and self.is_sign("(", 1):
            self.refuse(mark("there is no function called {word}"), word=word)
        return None

    def call(self, function: str) -> Node:
        at = self.next().at
        arguments: list[Node] = []
        names: list[str] = []
        more = not self.is_sign(")")
        if not more:
            self.next()
        while more:
            if name := self.parameter():
                names.append(name)
            arguments.append(self.expression())
            more = self.separated(")")
        if fault := FUNCTIONS[function].misfit(len(arguments), tuple(names)):
            raise FeelSyntaxError(self.source, at, fault, function=function)
        return Call(function, tuple(arguments), tuple(names), at)

    def parameter(self) -> str:
        """Read ``name:`` before an argument, if it is there."""
        end = self.index
        while self.tokens[end].kind is TokenKind.NAME:
            end += 1
        if end == self.index or not self.is_sign(":", end - self.index):
            return ""
        name = " ".join(token.word for token in self.tokens[self.index : end])
        self.index = end + 1
        return name

    # Literals

    def number(self) -> Decimal:
        try:
            number = DECIMAL128.create_decimal(self.token.word)
        except (InvalidOperation, ArithmeticError):
            self.refuse(mark("the number is too large"))
        self.next()
        return number

    def temporal(self) -> Value:
        value = at_literal(self.token.word)
        if value is None:
            self.refuse(mark("{word} is no date, time or duration"), word=self.token.word)
        self.next()
        return value

    # Unary tests

    def cell(self) -> Tests:
        if self.is_sign("-") and self.tokens[self.index + 1].kind is TokenKind.END:
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
        opened = self.token
        if not self.is_sign("("):
            return (self.test(),) if self.word() in _ENDPOINT_SIGNS else (self.expression(_SUM),)
        self.next()
        tests = [self.test()]
        if self.is_sign("..") and not isinstance(tests[0], Against):
            return (self.interval(opened, tests[0]),)
        while self.separated(")"):
            tests.append(self.test())
        return tuple(tests)
