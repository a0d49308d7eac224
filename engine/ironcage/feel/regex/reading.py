r"""Reads a pattern into the program that matches it.

An instruction is a pair of what to do and its operand: TEST a character, SPLIT into the two next instructions (the
first is tried first), GO elsewhere, SAVE the place in a group's slot, stand AT a place, repeat what a GROUP matched,
DONE.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from ironcage.feel.regex.characters import ESCAPES, Test, category, folded, inverse, variants, within

SIZE = 5_000
"""A pattern whose program has more instructions is refused: ``(a{100}){100}`` is one."""
DEPTH = 50
_ENDLESS = -1


class PatternError(ValueError):
    """A text is no regular expression."""


class Do(IntEnum):
    """What an instruction does."""

    TEST = 0
    SPLIT = 1
    GO = 2
    SAVE = 3
    AT = 4
    GROUP = 5
    DONE = 6


Code = list[tuple[Do, Any]]
"""Targets of SPLIT and GO are relative, so that code can be repeated."""
_SINGLE = {letter: letter for letter in "\\|.?*+(){}-[]^$"} | {"n": "\n", "r": "\r", "t": "\t"}
Place = Callable[[str, int], bool]


def start_of_text(_text: str, at: int) -> bool:
    """Return whether *at* is the beginning."""
    return at == 0


def end_of_text(text: str, at: int) -> bool:
    """Return whether *at* is the end."""
    return at == len(text)


def start_of_line(text: str, at: int) -> bool:
    """Return whether a line begins at *at*."""
    return at == 0 or (text[at - 1] == "\n" and at < len(text))


def end_of_line(text: str, at: int) -> bool:
    """Return whether a line ends at *at*."""
    return at == len(text) or text[at] == "\n"


class Reader:
    """Reads one pattern from the left to the right."""

    def __init__(self, pattern: str, flags: str) -> None:
        if set(flags) - set("smixq"):
            raise PatternError(flags)
        self.fold = "i" in flags
        self.lines = "m" in flags
        self.any = "s" in flags
        self.literal = "q" in flags
        self.text = _squeezed(pattern) if "x" in flags and not self.literal else pattern
        self.at = 0
        self.depth = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.repeats = False

    def program(self) -> Code:
        """Return the program of the whole pattern."""
        if self.literal:
            code: Code = [self.single(char) for char in self.text]
        else:
            code = self.choice()
            if self.at < len(self.text):
                raise PatternError(self.text)
        return _checked([(Do.SAVE, 0), *code, (Do.SAVE, 1), (Do.DONE, None)])

    def peek(self) -> str:
        """Return the next character, or nothing."""
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Step over the next character and return it."""
        char = self.peek()
        if not char:
            raise PatternError(self.text)
        self.at += 1
        return char

    def has(self, part: str) -> bool:
        """Step over *part* if it is next."""
        if not self.text.startswith(part, self.at):
            return False
        self.at += len(part)
        return True

    def choice(self) -> Code:
        """Read ``a|b``."""
        self.depth += 1
        if self.depth > DEPTH:
            raise PatternError(self.text)
        branches = [self.branch()]
        while self.has("|"):
            branches.append(self.branch())
        self.depth -= 1
        code = branches.pop()
        while branches:
            first = branches.pop()
            code = _checked([(Do.SPLIT, (1, len(first) + 2)), *first, (Do.GO, len(code) + 1), *code])
        return code

    def branch(self) -> Code:
        """Read pieces one after another."""
        code: Code = []
        while (char := self.peek()) and char not in "|)":
            code = _checked(code + self.piece())
        return code

    def piece(self) -> Code:
        """Read an atom and how often it comes."""
        atom = self.atom()
        bounds = self.quantifier()
        if bounds is None:
            return atom
        least, most = bounds
        lazy = self.has("?")
        if self.peek() and self.peek() in "?*+{":
            raise PatternError(self.text)
        return _repeated(atom, least, most, lazy)

    def quantifier(self) -> tuple[int, int] | None:
        """Read how often at least and at most an atom comes."""
        for sign, bounds in (("?", (0, 1)), ("*", (0, _ENDLESS)), ("+", (1, _ENDLESS))):
            if self.has(sign):
                return bounds
        if not self.has("{"):
            return None
        least = self.count()
        most = least
        if self.has(","):
            most = _ENDLESS if self.peek() == "}" else self.count()
        if not self.has("}") or (most != _ENDLESS and most < least):
            raise PatternError(self.text)
        return least, most

    def count(self) -> int:
        """Read a whole number."""
        digits = ""
        while self.peek().isdecimal() and self.peek().isascii():
            digits += self.take()
        if not digits or len(digits) > 4:
            raise PatternError(self.text)
        return int(digits)

    def atom(self) -> Code:
        """Read what is not divided."""
        char = self.take()
        match char:
            case "(":
                return self.group()
            case "[":
                return [(Do.TEST, self.bracket())]
            case ".":
                return [(Do.TEST, _anything if self.any else _not_a_line_end)]
            case "^":
                return [(Do.AT, start_of_line if self.lines else start_of_text)]
            case "$":
                return [(Do.AT, end_of_line if self.lines else end_of_text)]
            case "\\":
                return [self.escape()]
            case _ if char in "?*+{}]":
                raise PatternError(self.text)
            case _:
                return [self.single(char)]

    def group(self) -> Code:
        """Read a group, behind its parenthesis."""
        if self.has("?:"):
            code = self.choice()
        else:
            self.groups += 1
            number = self.groups
            code = [(Do.SAVE, 2 * number), *self.choice(), (Do.SAVE, 2 * number + 1)]
            self.closed.add(number)
        if not self.has(")"):
            raise PatternError(self.text)
        return code

    def single(self, char: str) -> tuple[Do, Any]:
        """Return the instruction that tests for *char*."""
        if self.fold:
            alike = variants(char) | {other for each in variants(char) for other in variants(each)}
            return (Do.TEST, alike.__contains__)
        return (Do.TEST, char.__eq__)

    def escape(self) -> tuple[Do, Any]:
        """Read an escape, behind its backslash."""
        if self.peek().isdecimal():
            return self.back_reference()
        test = self.many()
        return (Do.TEST, test) if test is not None else self.single(self.escaped())

    def back_reference(self) -> tuple[Do, Any]:
        """Read the number of a group that is complete."""
        number = int(self.take()) if self.peek().isascii() else 0
        while self.peek().isdecimal() and self.peek().isascii() and number * 10 + int(self.peek()) <= self.groups:
            number = number * 10 + int(self.take())
        if number not in self.closed:
            raise PatternError(self.text)
        self.repeats = True
        return (Do.GROUP, (number, self.fold))

    def many(self) -> Test | None:
        """Read an escape that stands for many characters, behind its backslash."""
        char = self.peek()
        if char in ESCAPES and char:
            return ESCAPES[self.take()]
        if not char or char not in "pP":
            return None
        self.take()
        end = self.text.find("}", self.at)
        if not self.has("{") or end < 0:
            raise PatternError(self.text)
        test = category(self.text[self.at : end])
        if test is None:
            raise PatternError(self.text)
        self.at = end + 1
        return test if char == "p" else inverse(test)

    def escaped(self) -> str:
        """Read a character that was escaped."""
        char = _SINGLE.get(self.take())
        if char is None:
            raise PatternError(self.text)
        return char

    def bracket(self) -> Test:
        """Read a class of characters, behind its bracket."""
        self.depth += 1
        if self.depth > DEPTH:
            raise PatternError(self.text)
        negative = self.has("^")
        tests: list[Test] = []
        without: Test | None = None
        while not self.has("]"):
            if tests and self.has("-["):
                without = self.bracket()
                if not self.has("]"):
                    raise PatternError(self.text)
                break
            tests.append(self.member(first=not tests))
        if not tests:
            raise PatternError(self.text)
        self.depth -= 1
        return _class(tests, negative, without)

    def member(self, first: bool) -> Test:
        """Read a character, an escape or a range in a class."""
        if self.peek() == "\\":
            self.take()
            test = self.many()
            if test is not None:
                return test
            low = self.escaped()
        else:
            low = self.take()
            if low == "[" or (low == "-" and not first and self.peek() != "]"):
                raise PatternError(self.text)
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", "["):
            return self.folded(within(low, low))
        self.take()
        high = self.take()
        if high == "\\":
            high = self.escaped()
        if high in ("[", "-") or high < low:
            raise PatternError(self.text)
        return self.folded(within(low, high))

    def folded(self, test: Test) -> Test:
        """Return *test* as the flags want it."""
        return folded(test) if self.fold else test


def _class(tests: list[Test], negative: bool, without: Test | None) -> Test:
    def run(char: str) -> bool:
        inside = any(test(char) for test in tests)
        return inside is not negative and not (without is not None and without(char))

    return run


def _repeated(atom: Code, least: int, most: int, lazy: bool) -> Code:
    size = len(atom)
    copies = max(least, most, 1)
    if copies * (size + 1) > SIZE:
        raise PatternError("{}")
    code: Code = atom * least
    if most == _ENDLESS:
        inner, out = 1, size + 2
        return [*code, (Do.SPLIT, (out, inner) if lazy else (inner, out)), *atom, (Do.GO, -size - 1)]
    for left in range(most - least, 0, -1):
        inner, out = 1, left * (size + 1)
        code += [(Do.SPLIT, (out, inner) if lazy else (inner, out)), *atom]
    return code


def _checked(code: Code) -> Code:
    if len(code) > SIZE:
        raise PatternError(str(len(code)))
    return code


def _squeezed(pattern: str) -> str:
    """Return *pattern* without the white space outside classes."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for char in pattern:
        if depth == 0 and char in " \t\n\r":
            continue
        kept.append(char)
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)


def _anything(_char: str) -> bool:
    return True


def _not_a_line_end(char: str) -> bool:
    return char not in "\n\r"
