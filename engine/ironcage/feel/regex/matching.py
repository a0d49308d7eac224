"""Runs the program of a pattern over a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ironcage.feel.regex.characters import variants
from ironcage.feel.regex.reading import Code, Do, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEPS = 1_000_000
"""Instructions tried in one question to one text."""


class TooManyStepsError(ValueError):
    """A pattern takes too long over a text."""


Groups = tuple[int | None, ...]
"""The places where group 0 (the whole match), group 1 and so on begin and end."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression."""

    code: Code
    groups: int
    repeats: bool
    """Whether it has back-references."""
    matches_nothing: bool = field(init=False)
    """Whether it matches in an empty text."""
    first: Callable[[str], bool] | None = field(init=False)
    """What its first character must be, if that is the same for every match."""

    def __post_init__(self) -> None:
        begins = next((operand for do, operand in self.code if do is not _SAVE), None)
        is_test = next((do for do, _ in self.code if do is not _SAVE), None) is _TEST
        object.__setattr__(self, "first", begins if is_test else None)
        object.__setattr__(self, "matches_nothing", _Run(self, "").search(0) is not None)

    def search(self, text: str) -> Groups | None:
        """Return the first match."""
        return _Run(self, text).search(0)

    def matches(self, text: str) -> Iterator[Groups]:
        """Yield the matches one after another; a match of nothing lets the next begin one character on."""
        run = _Run(self, text)
        at = 0
        while at <= len(text) and (found := run.search(at)) is not None:
            yield found
            end = found[1] or 0
            at = end if end > (found[0] or 0) else end + 1


_TEST, _SPLIT, _GO, _SAVE, _AT, _GROUP = Do.TEST, Do.SPLIT, Do.GO, Do.SAVE, Do.AT, Do.GROUP


class _Run:
    def __init__(self, pattern: Pattern, text: str) -> None:
        self.code = pattern.code
        self.text = text
        self.slots = 2 * pattern.groups + 2
        self.repeats = pattern.repeats
        self.first = pattern.first
        self.steps = 0

    def search(self, start: int) -> Groups | None:
        tried: set[tuple[int, int]] = set()
        first, text, length = self.first, self.text, len(self.text)
        for at in range(start, length + 1):
            if first is not None and (at == length or not first(text[at])):
                continue
            found = self.match(at, tried)
            if found is not None:
                return found
        return None

    def match(self, start: int, tried: set[tuple[int, int]]) -> Groups | None:  # noqa: C901, PLR0912  # the inner loop
        """Return the match that begins at *start*; *tried* instructions at a place have failed and will again."""
        code, text, length = self.code, self.text, len(self.text)
        stack: list[tuple[int, int, Groups]] = [(0, start, (None,) * self.slots)]
        while stack:
            step, at, saved = stack.pop()
            while True:
                self.steps += 1
                if self.steps > STEPS:
                    raise TooManyStepsError(text[:20])
                do, operand = code[step]
                if do is _TEST:
                    if at == length or not operand(text[at]):
                        break
                    at += 1
                    step += 1
                elif do is _SPLIT:
                    if not self.repeats:
                        if (step, at) in tried:
                            break
                        tried.add((step, at))
                    stack.append((step + operand[1], at, saved))
                    step += operand[0]
                elif do is _GO:
                    step += operand
                elif do is _SAVE:
                    saved = (*saved[:operand], at, *saved[operand + 1 :])
                    step += 1
                elif do is _AT:
                    if not operand(text, at):
                        break
                    step += 1
                elif do is _GROUP:
                    end = self.repeated(saved, operand, at)
                    if end is None:
                        break
                    at, step = end, step + 1
                else:
                    return saved
        return None

    def repeated(self, saved: Groups, operand: tuple[int, bool], at: int) -> int | None:
        """Return where the repetition of a group ends; nothing is repeated of a group that took no part."""
        number, fold = operand
        start, end = saved[2 * number], saved[2 * number + 1]
        if start is None or end is None:
            return at
        wanted, given = self.text[start:end], self.text[at : at + end - start]
        self.steps += end - start
        if wanted == given:
            return at + end - start
        same = len(wanted) == len(given) and all(b in variants(a) for a, b in zip(wanted, given, strict=True))
        return at + end - start if fold and same else None


@lru_cache(maxsize=256)
def pattern(source: str, flags: str = "") -> Pattern:
    """Return the pattern *source*; *flags* are letters of ``smixq``.

    Raises:
        PatternError: it is none.
    """
    reader = Reader(source, flags)
    code = reader.program()
    return Pattern(code, reader.groups, reader.repeats)
