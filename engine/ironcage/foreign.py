"""What the libraries underneath say of a file or a script, in the reader's language.

They speak English. A sentence of theirs that is known is told in the words of the catalogue; another stands in
quotation marks among words of another language, so that nobody takes it for ours.
"""

from __future__ import annotations

import re
from functools import cache

from ironcage.messages import language, mark, text


class Foreign:
    """A sentence of a library; it becomes text when it is shown."""

    __slots__ = ("said",)

    def __init__(self, said: object) -> None:
        self.said = str(said)

    def __str__(self) -> str:
        if language() == "en":
            return self.said
        said = self.said.removeprefix(_FAIL)
        for form, pattern in _patterns():
            found = pattern.fullmatch(said)
            if found:
                return text(form, **found.groupdict())
        return f"“{said}”" if said == self.said else said


_FAIL = "fail: "
"""Before what a script says itself when it gives up; its author's language is right."""
_XML = (
    mark("Document is empty"),
    mark("Start tag expected, '<' not found"),
    mark("Premature end of data in tag {a} line {b}"),
    mark("Opening and ending tag mismatch: {a} line {b} and {c}"),
    mark("Extra content at the end of the document"),
    mark("AttValue: \" or ' expected"),
    mark("Attribute {a} redefined"),
    mark("Entity '{a}' not defined"),
    mark("xmlParseEntityRef: no name"),
    mark("Namespace prefix {a} for {b} on {c} is not defined"),
    mark("Namespace prefix {a} on {b} is not defined"),
    mark("Couldn't find end of Start Tag {a} line {b}"),
    mark("Specification mandates value for attribute {a}"),
    mark("PCDATA invalid Char value {a}"),
    mark("StartTag: invalid element name"),
    mark("Unescaped '<' not allowed in attributes values"),
    mark("attributes construct error"),
    mark("Comment not terminated"),
    mark("XML declaration allowed only at the start of the document"),
)
"""What libxml2 says."""
_SCRIPTS = (
    mark("invalid syntax"),
    mark("'{a}' was never closed"),
    mark("unmatched '{a}'"),
    mark("expected '{a}'"),
    mark("unterminated string literal (detected at line {a})"),
    mark("unexpected indent"),
    mark("expected an indented block after {a} on line {b}"),
    mark("unindent does not match any outer indentation level"),
    mark("cannot use reserved keyword `{a}`"),
    mark("`{a}` cannot be used outside of a `def` function"),
    mark("Variable `{a}` not found, did you mean `{b}`?"),
    mark("Variable `{a}` not found"),
    mark("Local variable `{a}` referenced before assignment"),
    mark("Operation `{a}` not supported for types `{b}` and `{c}`"),
    mark("Operation `{a}` not supported on type `{b}`"),
    mark("Object of type `{a}` has no attribute `{b}`"),
    mark("Key `{a}` was not found"),
    mark("Index `{a}` is out of bound"),
    mark("Cannot divide by zero"),
    mark("Floor division by zero: {a}"),
    mark("Missing parameter `{a}` for call to `{b}`"),
    mark("Found {a} extra positional argument(s) for call to {b}"),
    mark("Found {a} extra named parameter(s) for call to {b}"),
    mark("Cannot parse `{a}` as an integer in base 10"),
    mark("This operation mutates an iterable for an iterator while iterating."),
    mark("Unpacked {a} values but expected {b}"),
    mark("Starlark call stack overflow"),
    mark("Type of parameter `{a}` doesn't match, expected `{b}`, actual `{c}`"),
    mark("Type of parameters mismatch, expected `{a}`, actual `{b}`"),
    mark("values of several kinds have no order: {a}"),
    mark("'{a}' is no number of at most 28 digits"),
    mark("'{a}' is no date"),
    mark("'{a}' is no time"),
    mark("'{a}' is no date-time"),
    mark("'{a}' is no duration"),
)
"""What Starlark says, and Python's parser, which reads scripts beside it; the last ones are our own prelude's."""
_CSV = (mark("unexpected end of data"), mark("'{a}' expected after '{b}'"))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, re.compile(_pattern(form), re.DOTALL)) for form in (*_XML, *_SCRIPTS, *_CSV))


def _pattern(form: str) -> str:
    """Return the regular expression of what *form* may say: its fields stand for anything."""
    words = re.split(r"\{(\w)\}", form)
    return "".join(f"(?P<{word}>.+?)" if place % 2 else re.escape(word) for place, word in enumerate(words))
