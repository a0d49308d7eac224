"""Reads what begins with a word or a brace: if, for, some, every, function, contexts; and the arguments of calls.

Source: DMN 1.5, 10.3.1.2, rules 38 to 49 and 55 to 60.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.scope import BOUNDARIES, spelled
from ironcage.feel.tokens import FeelSyntaxError, TokenKind
from ironcage.feel.tree import (
    Call,
    Definition,
    Entries,
    Entry,
    For,
    If,
    Invoke,
    Iteration,
    Name,
    Parameter,
    Quantified,
)
from ironcage.feel.type_reader import TypeReader
from ironcage.messages import mark

if TYPE_CHECKING:
    from ironcage.feel.tree import Node

_IN_NAMES = (TokenKind.NAME, TokenKind.SIGN, TokenKind.NUMBER)
_NOT_IN_PARAMETERS = BOUNDARIES | {"<"}
"""What the name of a parameter ends at; ``context<a: Any>`` is a type with an entry, and no name."""
_NAME_AND_COLON = mark("a name and a colon are expected here")


class Phrases(TypeReader):
    """Reads the phrases of FEEL."""

    __slots__ = ()

    def condition(self) -> Node:
        """Read ``if a then b else c``."""
        at = self.next().at
        test = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return If(test, yes, self.expression(), at)

    def loop(self) -> Node:
        """Read ``for a in b return c``, or ``some`` or ``every`` with ``satisfies``."""
        token = self.next()
        iterations: list[Iteration] = []
        with self.inner():
            while True:
                iterations.append(self.iteration())
                self.learn(iterations[-1].name)
                if not self.is_sign(","):
                    break
                self.next()
            if token.word == "for":
                self.learn("partial")
                self.expect("return")
                return For(tuple(iterations), self.expression(), token.at)
            self.expect("satisfies")
            return Quantified(token.word == "every", tuple(iterations), self.expression(), token.at)

    def iteration(self) -> Iteration:
        """Read ``a in b`` or ``a in b..c``."""
        at = self.token.at
        name = self.words_before("in")
        self.next()
        source = self.expression()
        if not self.is_sign(".."):
            return Iteration(name, source, None, at)
        self.next()
        return Iteration(name, source, self.expression(), at)

    def definition(self) -> Node:
        """Read ``function(a: type, b) body``."""
        at = self.next().at
        self.expect("(")
        parameters: list[Parameter] = []
        more = not self.is_sign(")")
        if not more:
            self.next()
        while more:
            start = self.token.at
            name = self.words_before(",", ":", ")")
            kind = None
            if self.is_sign(":"):
                self.next()
                kind = self.type()
            parameters.append(Parameter(name, kind, start))
            more = self.separated(")")
        external = self.token.word == "external" and self.ahead(1).word == "{"
        if external:
            self.misfit(self.token.at, mark("functions of other languages are not run"))
            self.next()
        with self.inner(*(parameter.name for parameter in parameters)):
            return Definition(tuple(parameters), self.expression(), external, at)

    def context(self) -> Node:
        """Read ``{a: 1, b: a}``."""
        at = self.next().at
        entries: list[Entry] = []
        if self.is_sign("}"):
            self.next()
            return Entries((), at)
        with self.inner():
            while True:
                token = self.token
                name = self.entry_name()
                if any(entry.name == name for entry in entries):
                    raise FeelSyntaxError(self.source, token.at, mark("the entry {name} is given twice"), name=name)
                entries.append(Entry(name, self.expression(), token.at))
                self.learn(name)
                if len(words := spelled(name)) > 1:
                    self.entries_written[words] = name
                if not self.separated("}"):
                    return Entries(tuple(entries), at)

    def entry_name(self) -> str:
        """Read an entry's name, a text or any words, up to the colon."""
        if self.token.kind is TokenKind.TEXT and self.is_sign(":", 1):
            name = self.next().word
        else:
            start = self.index
            while not self.is_sign(":"):
                if self.token.kind not in (TokenKind.NAME, TokenKind.SIGN, TokenKind.NUMBER) or self.word() in (
                    ",",
                    "}",
                ):
                    self.refuse(_NAME_AND_COLON)
                self.next()
            if start == self.index:
                self.refuse(_NAME_AND_COLON)
            name = " ".join(self.source[self.tokens[start].at : self.token.at].split())
        self.next()
        return name

    def call(self, function: str) -> Node:
        """Read the arguments of a built-in function."""
        at = self.token.at
        arguments, names = self.arguments()
        if fault := FUNCTIONS[function].misfit(len(arguments), names):
            return self.misfit(at, fault, function=function)
        return Call(function, arguments, names, at)

    def invoked(self, target: Node) -> Node:
        """Read the arguments of a function value; a name that nothing in scope explains is a misfit."""
        at = self.token.at
        arguments, names = self.arguments()
        if isinstance(target, Name) and target.name not in self.known.values():
            return self.misfit(target.at, mark("there is no function called {word}"), word=target.name)
        return Invoke(target, arguments, names, at)

    def arguments(self) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """Read ``(a, b)`` or ``(x: a, y: b)``."""
        self.expect("(")
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
        if names and len(names) != len(arguments):
            self.refuse(mark("either all arguments have names, or none"))
        return tuple(arguments), tuple(names)

    def parameter(self) -> str:
        """Read ``name:`` before an argument, if it is there; the name may have signs, as in ``Pre-Bureau risk: x``."""
        count = 0
        while self.ahead(count).kind in _IN_NAMES and self.ahead(count).word not in _NOT_IN_PARAMETERS:
            count += 1
        if count == 0 or self.token.kind is not TokenKind.NAME or not self.is_sign(":", count):
            return ""
        name = self.words_before(":")
        self.next()
        return name
