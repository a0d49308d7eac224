"""Sets of characters, as predicates: categories, blocks, escapes, and how letters match without regard to case."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Test = Callable[[str], bool]

_BLOCKS = {
    "BasicLatin": (0x0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "IPAExtensions": (0x250, 0x2AF), "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F), "Greek": (0x370, 0x3FF), "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF), "Armenian": (0x530, 0x58F), "Hebrew": (0x590, 0x5FF), "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F), "Bengali": (0x980, 0x9FF), "Thai": (0xE00, 0xE7F), "Tibetan": (0xF00, 0xFFF),
    "HangulJamo": (0x1100, 0x11FF), "Mongolian": (0x1800, 0x18AF), "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF), "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F), "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F), "NumberForms": (0x2150, 0x218F), "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF), "BoxDrawing": (0x2500, 0x257F), "GeometricShapes": (0x25A0, 0x25FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F), "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F), "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF), "YiSyllables": (0xA000, 0xA48F), "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUse": (0xE000, 0xF8FF), "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}  # fmt: skip
_CATEGORIES = frozenset({
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
})  # fmt: skip
_ALIKE = {"k": "\u212a", "K": "\u212a", "å": "\u212b", "Å": "\u212b", "s": "\u017f", "S": "\u017f", "ω": "\u2126"}


def variants(char: str) -> frozenset[str]:
    """Return the characters that are *char* when case does not count."""
    found = {char, char.lower(), char.upper(), char.title(), char.upper().lower(), _ALIKE.get(char, char)}
    return frozenset(other for other in found if len(other) == 1)


def within(low: str, high: str) -> Test:
    """Return the test for the characters from *low* to *high*."""
    return lambda char: low <= char <= high


def inverse(test: Test) -> Test:
    """Return the test for all other characters."""
    return lambda char: not test(char)


def folded(test: Test) -> Test:
    """Return *test* without regard to case."""
    return lambda char: test(char) or any(map(test, variants(char)))


def category(name: str) -> Test | None:
    r"""Return the test for what stands in ``\p{...}``; None if there is no such category or block."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        return None if block is None else within(chr(block[0]), chr(block[1]))
    if name not in _CATEGORIES:
        return None
    return lambda char: unicodedata.category(char).startswith(name)


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _is_initial(char: str) -> bool:
    return char in "_:" or unicodedata.category(char)[0] == "L"


def _is_name(char: str) -> bool:
    return _is_initial(char) or char in "-.·" or unicodedata.category(char)[0] in "NM"


def _is_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"


def _is_space(char: str) -> bool:
    return char in " \t\n\r"


_POSITIVE: dict[str, Test] = {"s": _is_space, "d": _is_digit, "w": _is_word, "i": _is_initial, "c": _is_name}
ESCAPES: dict[str, Test] = _POSITIVE | {letter.upper(): inverse(test) for letter, test in _POSITIVE.items()}
r"""What ``\s``, ``\d`` and the others stand for."""
