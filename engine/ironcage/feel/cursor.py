"""A place in a row of tokens, and the questions a parser asks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.tokens import FeelSyntaxError, Token, TokenKind, tokens
from ironcage.messages import mark

if TYPE_CHECKING:
    from typing import NoReturn


def spelling(name: str) -> tuple[str, ...]:
    """Return the tokens a name is written with."""
    return tuple(token.word for token in tokens(name)[:-1])


class Cursor:
    """The tokens of one text and the index of the next one to read; it never moves past the end token."""

    __slots__ = ("index", "source", "tokens")

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.index = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.index]

    def next(self) -> Token:
        """Step over the next token and return it."""
        token = self.tokens[self.index]
        self.index += token.kind is not TokenKind.END
        return token

    def ahead(self, count: int) -> Token:
        """Return the token *count* after the next one, at most the end token."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def word(self) -> str:
        """Return the next token's text if it is a sign or a name, else nothing."""
        token = self.tokens[self.index]
        return token.word if token.kind in (TokenKind.SIGN, TokenKind.NAME) else ""

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        """Return whether the token *ahead* of the next one is *sign*."""
        token = self.ahead(ahead)
        return token.kind is TokenKind.SIGN and token.word == sign

    def follows(self, words: tuple[str, ...]) -> bool:
        """Return whether the next tokens spell *words*."""
        here = self.tokens[self.index : self.index + len(words)]
        return tuple(token.word for token in here if token.kind is not TokenKind.TEXT) == words

    def expect(self, word: str) -> None:
        """Step over *word*, or refuse what is there instead."""
        if self.word() != word:
            self.refuse(mark("{word} is expected here"), word=word)
        self.next()

    def separated(self, end: str) -> bool:
        """Step over a comma and return True, or over *end* and return False."""
        comma = self.is_sign(",")
        self.expect("," if comma else end)
        return comma

    def refuse(self, reason: str, **fields: object) -> NoReturn:
        """Refuse the text at the next token."""
        raise FeelSyntaxError(self.source, self.token.at, reason, **fields)
