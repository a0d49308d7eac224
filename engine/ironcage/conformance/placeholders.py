"""What a suite leaves open, in our languages: its neutral conditions become FEEL, its neutral scripts get a format.

The bytes are changed in place, so that every element keeps its line. What is no placeholder is left as it stands, for
the gate to judge.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, unescape

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = "application/x-starlark"
"""The format that scripts are given; their text stays the name of the placeholder, and ``Marks`` does them."""

WORDS = re.compile(
    r"CREATE_LOG_FILE|CREATE_MARKER_FILE|SCRIPT_\w+|INCREMENT_INTEGER_VARIABLE(?:_AND_LOG)?|SET_STRING_DATA|LOG_DATA"
    r"|THROW_ERROR|WAIT_TEN_SECONDS|CREATE_TIMESTAMP_LOG_\w+"
)
"""The placeholders of scripts."""

_FEEL = b"https://www.omg.org/spec/DMN/20191111/FEEL/"
_LANGUAGE = re.compile(rb"""(expressionLanguage\s*=\s*['"])http://www\.w3\.org/1999/XPath(?=['"])""")
_TIMER = re.compile(rb"(<(?:[\w.-]+:)?time(?:Date|Duration|Cycle)\b(?:(?!\slanguage\s*=)[^<>])*(?<!/))>")
_ATTRIBUTES = rb"""((?:[^<>"']|"[^"]*"|'[^']*')*)"""
_DEFINITIONS = re.compile(rb"<(?:[\w.-]+:)?definitions\s" + _ATTRIBUTES + rb">")
_SCRIPT_TASK = re.compile(
    rb"(<((?:[\w.-]+:)?(scriptTask|globalScriptTask))\b)" + _ATTRIBUTES + rb">((?:(?!</?\2\b).)*)</\2\s*>",
    re.DOTALL,
)
_LANGUAGE_OF = {b"scriptTask": b"scriptFormat", b"globalScriptTask": b"scriptLanguage"}
_SCRIPT = re.compile(rb"<((?:[\w.-]+:)?)script\b" + _ATTRIBUTES + rb">(.*?)</\1script\s*>", re.DOTALL)
_EXPRESSION = re.compile(
    rb"(<((?:[\w.-]+:)?(?:conditionExpression|condition|loopCondition|loopCardinality|completionCondition"
    rb"|activationCondition|timeDate|timeDuration|timeCycle))\b" + _ATTRIBUTES + rb"(?<!/)>)(.*?)(</\2\s*>)",
    re.DOTALL,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(rb"(\s*<!\[CDATA\[)(.*?)(\]\]>\s*)", re.DOTALL)

_QUOTES = {"&quot;": '"', "&apos;": "'"}
_WRAPPED = re.compile(r"\$\{(.*)\}", re.DOTALL)
_COUNTED = re.compile(r"\bnrOf(Active|Completed)?Instances\b")
"""What tools call the numbers of instances of table 10.31."""
_CONTAINS = re.compile(r"""(!\s*)?\b(\w+)\.contains\(\s*("[^"]*"|'[^']*')\s*\)""")


def rewritten(source: bytes, *, formats: bool = True) -> bytes:
    """Return *source* with our languages in the place of its placeholders; each line stays where it is.

    Args:
        source: the file.
        formats: whether scripts that name no format are given one.
    """
    head = _DEFINITIONS.search(source)
    if head is not None:
        # The conditions of a suite are neutral; the language its files name is that of the tool that drew them.
        ours, count = _LANGUAGE.subn(rb"\1" + _FEEL, head[0])
        # Timers are no conditions: what they say in the language of the file is left for the gate to judge.
        rest = _TIMER.sub(rb'\1 language="http://www.w3.org/1999/XPath">', source[head.end() :]) if count else None
        source = source[: head.start()] + ours + (source[head.end() :] if rest is None else rest)
    source = _SCRIPT_TASK.sub(_with_format, source) if formats else source
    return _EXPRESSION.sub(_with_feel, source)


def words_of(script: str) -> list[str] | None:
    """Return the placeholders that *script* consists of, in their order; None if it holds anything else."""
    words = script.split()
    return words if all(WORDS.fullmatch(word) for word in words) else None


def feel_of(expression: str) -> str:
    """Return a neutral expression in FEEL."""
    wrapped = _WRAPPED.fullmatch(expression.strip())
    inside = wrapped[1] if wrapped else expression
    asked = _CONTAINS.sub(_contains, _COUNTED.sub(r"numberOf\1Instances", inside))
    return asked.replace("&&", " and ").replace("||", " or ").replace("==", "=")


def _contains(found: re.Match[str]) -> str:
    asked = f'contains({found[2]}, "{found[3][1:-1]}")'
    return f"not({asked})" if found[1] else asked


def _with_format(found: re.Match[bytes]) -> bytes:
    opening, attributes, inside = found[1], found[4], found[5]
    language = _LANGUAGE_OF[found[3]]
    script = _SCRIPT.search(_COMMENT.sub(b"", inside))
    if script is None or language in attributes or not words_of(_text(script[3])):
        return found[0]
    return found[0].replace(opening, opening + b" " + language + b'="' + FORMAT.encode() + b'"', 1)


def _with_feel(found: re.Match[bytes]) -> bytes:
    return found[1] + _changed(found[4], feel_of) + found[5]


def _changed(content: bytes, change: Callable[[str], str]) -> bytes:
    cdata = _CDATA.fullmatch(content)
    try:
        if cdata:
            return cdata[1] + change(cdata[2].decode()).encode() + cdata[3]
        if b"<" in content:
            return content
        written = content.decode()
    except UnicodeDecodeError:
        return content
    plain = unescape(written, _QUOTES)
    after = change(plain)
    return content if after == plain else escape(after).encode()


def _text(content: bytes) -> str:
    cdata = _CDATA.fullmatch(content)
    return (cdata[2] if cdata else content).decode(errors="replace")
