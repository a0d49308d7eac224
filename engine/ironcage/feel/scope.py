"""The names a parser knows where it stands, and how the longest of them is found in the tokens.

Source: DMN 1.5, 10.3.1.4 and 10.3.2.12 (names and their scope).
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ironcage.feel.cursor import Cursor, spelling
from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.tokens import FeelSyntaxError, TokenKind
from ironcage.feel.tree import Misfit
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ironcage.feel.tree import Node
    from ironcage.feel.types import Type

RESERVED = frozenset({
    "if", "then", "else", "and", "or", "between", "in", "for", "some", "every", "return", "function", "satisfies",
    "instance", "external",
})  # fmt: skip
_NEVER_NAMES = RESERVED - {"external", "instance", "satisfies"}
BOUNDARIES = frozenset(",:()[]{}")
_FUNCTIONS = {
    word: sorted(((spelling(name), name) for name in FUNCTIONS if spelling(name)[0] == word), reverse=True)
    for word in {spelling(name)[0] for name in FUNCTIONS}
}


class Scope(Cursor):
    """A cursor that knows names: *known* by their spelling, of which those of several words and signs matter most."""

    __slots__ = ("entries_written", "known", "lenient", "loose", "misfits", "types")

    def __init__(self, source: str, names: Iterable[str], types: Mapping[str, Type], lenient: bool) -> None:
        super().__init__(source)
        self.known: dict[tuple[str, ...], str] = {}
        self.entries_written: dict[tuple[str, ...], str] = {}
        self.types = types
        self.lenient = lenient
        self.misfits: list[FeelSyntaxError] = []
        self.loose = 0
        for name in names:
            self.learn(name)

    @abstractmethod
    def expression(self, power: int = 1) -> Node:
        """Read an expression whose operators bind at least as tightly as *power*."""

    def learn(self, name: str) -> None:
        """Take *name* into scope; one that cannot be spelled stays out of reach."""
        words = spelled(name)
        if words:
            self.known[words] = name

    @contextmanager
    def inner(self, *names: str) -> Iterator[None]:
        """Know *names* too inside the block."""
        outer = self.known
        self.known = dict(outer)
        for name in names:
            self.learn(name)
        yield
        self.known = outer

    def misfit(self, at: int, reason: str, **fields: object) -> Node:
        """Return what stands for a part that never has a result; refuse it unless the parser is lenient."""
        fault = FeelSyntaxError(self.source, at, reason, **fields)
        if not self.lenient:
            raise fault
        self.misfits.append(fault)
        return Misfit(reason, fields, at)

    def name_here(self, words: bool = False) -> str:
        """Read the longest name in scope that begins here, else one word.

        With *words* it may be an entry of a context: one that this text writes out, else all words that follow.
        """
        if self.token.kind is not TokenKind.NAME:
            self.refuse(mark("a name is expected here"))
        longest = self.longest()
        count = len(longest) or 1
        if words:
            written = [each for each in self.entries_written if self.follows(each) and self.is_spaced(each)]
            entry = max(written, key=len, default=())
            if len(entry) > max(count, self.run()):
                self.index += len(entry)
                return self.entries_written[entry]
            run = self.run()
            if run > count or not longest:
                return self.take(run)
        self.index += count
        return self.known[longest] if longest else self.tokens[self.index - 1].word

    def longest(self) -> tuple[str, ...]:
        """Return the spelling of the longest known name that begins here.

        Where its first word is a name too, it must be spaced as it was given: beside ``a`` and ``a-b``, ``a - b`` is a
        subtraction.
        """
        word = self.token.word
        found = [words for words in self.known if words[0] == word and self.follows(words)]
        if len(found) > 1 and (word,) in self.known:
            found = [words for words in found if len(words) == 1 or self.is_spaced(words)]
        return max(found, key=len, default=())

    def is_spaced(self, words: tuple[str, ...]) -> bool:
        """Return whether the name that *words* spell stands here with the spaces it was given with."""
        first, last = self.tokens[self.index], self.tokens[self.index + len(words) - 1]
        name = self.known.get(words) or self.entries_written[words]
        return self.source[first.at : last.at + len(last.word)].split() == name.split()

    def run(self) -> int:
        """Return how many words follow each other here that may be one name."""
        count = 1
        while self.ahead(count).kind is TokenKind.NAME and self.ahead(count).word not in RESERVED:
            count += 1
        return count

    def take(self, count: int) -> str:
        """Step over *count* words and return them as one name."""
        words = self.tokens[self.index : self.index + count]
        self.index += count
        return " ".join(token.word for token in words)

    def words_before(self, *ends: str) -> str:
        """Read a new name: the text as it stands up to one of the signs or words *ends*."""
        start = self.index
        while self.word() not in ends:
            if self.token.kind not in (TokenKind.NAME, TokenKind.SIGN, TokenKind.NUMBER) or self.word() in BOUNDARIES:
                self.refuse(mark("a name is expected here"))
            self.next()
        if start == self.index:
            self.refuse(mark("a name is expected here"))
        begin, last = self.tokens[start].at, self.tokens[self.index - 1]
        return " ".join(self.source[begin : last.at + len(last.word)].split())

    def called(self) -> str | None:
        """Read the name of a built-in function if it is called here and no variable hides it."""
        word = self.token.word
        for words, name in _FUNCTIONS.get(word, ()):
            if self.follows(words) and self.is_sign("(", len(words)) and words not in self.known:
                self.index += len(words)
                return name
        return None

    def is_name(self) -> bool:
        """Return whether a name may begin here."""
        return self.token.kind is TokenKind.NAME and self.token.word not in _NEVER_NAMES


def spelled(name: str) -> tuple[str, ...]:
    """Return the tokens *name* is written with; none where it cannot be written."""
    try:
        return spelling(name)
    except FeelSyntaxError:
        return ()
