"""Reads the types that stand after ``instance of`` and a parameter's colon.

Source: DMN 1.5, 10.3.1.2, rules 52 to 54.
"""

from __future__ import annotations

from ironcage.feel.cursor import spelling
from ironcage.feel.scope import Scope
from ironcage.feel.tokens import TokenKind
from ironcage.feel.types import TYPES, ContextType, FunctionType, ListType, RangeType, Type
from ironcage.messages import mark

DEPTH = 20
_BY_WORDS = {spelling(name): kind for name, kind in TYPES.items()}
_UNKNOWN = Type("")


class TypeReader(Scope):
    """Reads types."""

    __slots__ = ()

    def type(self, depth: int = 0) -> Type:
        """Read a type; an unknown name is a misfit, and accepts nothing."""
        if depth > DEPTH:
            self.refuse(mark("the type is nested too deep"))
        token = self.token
        if self.is_sign("<", 1):
            match token.word:
                case "list" | "range":
                    self.index += 2
                    inner = self.type(depth + 1)
                    self.expect(">")
                    return ListType(inner) if token.word == "list" else RangeType(inner)
                case "context":
                    self.index += 2
                    return ContextType(tuple(self.entries(depth + 1)))
                case "function":
                    self.index += 2
                    return self.function(depth + 1)
                case _:
                    pass
        return self.named()

    def entries(self, depth: int) -> list[tuple[str, Type]]:
        """Read ``name: type, ...>``."""
        found: list[tuple[str, Type]] = []
        while True:
            name = self.words_before(":")
            self.next()
            found.append((name, self.type(depth)))
            if not self.separated(">"):
                return found

    def function(self, depth: int) -> Type:
        """Read ``type, ...> -> type``."""
        parameters: list[Type] = []
        if self.is_sign(">"):
            self.next()
        else:
            parameters.append(self.type(depth))
            while self.separated(">"):
                parameters.append(self.type(depth))
        self.expect("->")
        return FunctionType(tuple(parameters), self.type(depth))

    def named(self) -> Type:
        """Read the name of a type: a built-in one, or one of those given."""
        given = {words: kind for name, kind in self.types.items() if (words := spelling(name))}
        known = given | _BY_WORDS
        longest = max((words for words in known if self.follows(words)), key=len, default=())
        if longest and not self.is_sign(".", len(longest)):
            self.index += len(longest)
            return known[longest]
        at = self.token.at
        if self.token.kind is not TokenKind.NAME:
            self.refuse(mark("a type is expected here"))
        name = self.take(1)
        while self.is_sign("."):
            self.next()
            name += "." + self.take(1)
        self.misfit(at, mark("there is no type called {name}"), name=name)
        return _UNKNOWN
