"""Reads a script: Starlark in the form it is run in, the names it uses, or the line and column of what is wrong."""

from __future__ import annotations

import ast
import re
import textwrap
import tokenize
import unicodedata
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import starlark

from ironcage.messages import mark
from ironcage.scripts.edits import Edit, Edited
from ironcage.scripts.errors import ScriptSyntaxError
from ironcage.scripts.operators import InexactError, Tokens, edits, mangled

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 100_000
"""A script has at most so many characters."""
DEPTH = 100
"""Expressions and blocks are nested at most so deep."""
VARIABLES = "variables"
"""The name under which a script sees all case data, whatever their names."""
_OURS = "ironcage_"
_PLACE = re.compile(r"\n? --> ([^\n:]+):([0-9]+):([0-9]+)(?=\n|$)")
_MANGLED = re.compile(r"ironcage_u((?:[0-9a-f]+_)+)")

TOO_LONG = mark("it has more than {size} characters")
TOO_DEEP = mark("it is nested more than {depth} deep")
RESERVED = mark("names that begin with ironcage_ are kept for the engine")
INEXACT = mark("a number of a script has at most 28 digits")
UNREADABLE = mark("it cannot be read: {detail}")


@dataclass(frozen=True, slots=True)
class Source:
    """A script that can be read."""

    text: str
    """What is run."""
    names: frozenset[str]
    """The names it mentions."""
    assigned: tuple[str, ...]
    """The variables that it gives values to at its top level, without the private ones, in order."""
    answers: bool
    """Whether it ends in an expression, whose value is its answer."""
    edited: Edited
    margins: tuple[int, ...]
    """How many columns of each line were left out at its left."""

    def origin(self, line: int, column: int) -> tuple[int, int]:
        """Return the place in the script as it was written, of a place in what is run; all from 1."""
        return _origin(self.edited, self.margins, line, column)


def read(script: str) -> Source:
    """Return *script* as it is run.

    Raises:
        ScriptSyntaxError: it is not Starlark, or too long or too deep.
    """
    if len(script) > SIZE:
        raise ScriptSyntaxError(1, 1, TOO_LONG, size=SIZE)
    written = script.replace("\r\n", "\n").replace("\r", "\n")
    body, tree = _parsed(written)
    margins = _margins(written, body)
    _check_depth(tree, margins)
    try:
        tokens = Tokens(body)
    except (tokenize.TokenError, IndentationError) as error:
        raise ScriptSyntaxError(1, 1, UNREADABLE, detail=error) from error
    renamed = list(_renamed(tokens, margins))
    ascii_only = Edited(body, renamed)
    try:
        starlark.parse("script", ascii_only.text, dialect())
    except starlark.StarlarkError as error:
        said, line, column, _ = place_of(str(error))
        raise ScriptSyntaxError(*_origin(ascii_only, margins, line, column), "{said}", said=said) from error
    return _source(body, tree, tokens, renamed, margins)


def _source(body: str, tree: ast.Module, tokens: Tokens, renamed: list[Edit], margins: tuple[int, ...]) -> Source:
    try:
        edited = Edited(body, edits(tree, tokens) + renamed)
    except InexactError as error:
        line, column = error.args
        raise ScriptSyntaxError(line + 1, column + margins[line] + 1, INEXACT) from error
    return Source(
        text=edited.text,
        names=frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)),
        assigned=tuple(dict.fromkeys(name for name in _assigned(tree.body) if not name.startswith("_"))),
        answers=bool(tree.body) and isinstance(tree.body[-1], ast.Expr),
        edited=edited,
        margins=margins,
    )


def dialect() -> starlark.Dialect:
    """Return the dialect scripts are written in: statements at the top level, no ``load``, no types, no f-strings."""
    chosen = starlark.Dialect.extended()
    chosen.enable_load = False
    chosen.enable_load_reexport = False
    chosen.enable_f_strings = False
    chosen.enable_types = starlark.DialectTypes.DISABLE
    return chosen


def readable(message: str) -> str:
    """Return what Starlark says in the words of the script."""
    said = _MANGLED.sub(lambda found: "".join(chr(int(code, 16)) for code in found[1].split("_")[:-1]), message)
    return said.replace("rust_decimal", "decimal").replace("`struct`", "`date, time or duration`")


def place_of(error: str) -> tuple[str, int, int, str]:
    """Return what Starlark says is wrong, the line and column, and the file it says it of."""
    found = _PLACE.search(error)
    head = error[: found.start()] if found else error
    said = head.rpartition("error: ")[2].strip().removeprefix("Parse error: ").partition(", expected one of ")[0]
    if found is None:
        return readable(said), 0, 0, ""
    return readable(said), int(found[2]), int(found[3]), found[1]


def _parsed(written: str) -> tuple[str, ast.Module]:
    """Return the script without what all its lines are indented by, and its tree."""
    bodies = [textwrap.dedent(written)]
    first, _, rest = written.partition("\n")
    if first[:1].strip():
        # An element's text begins right after the tag, the lines below where the file's own indentation puts them.
        bodies.append(f"{first}\n{textwrap.dedent(rest)}")
    while True:
        body = bodies.pop(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return body, ast.parse(body)
        except SyntaxError as error:
            if bodies and isinstance(error, IndentationError):
                continue
            line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
            margin = _margins(written, body)[line - 1 : line]
            raise ScriptSyntaxError(line, column + sum(margin), "{said}", said=error.msg) from error
        except ValueError as error:
            raise ScriptSyntaxError(1, 1, UNREADABLE, detail=error) from error
        except (MemoryError, RecursionError) as error:
            raise ScriptSyntaxError(1, 1, TOO_DEEP, depth=DEPTH) from error


def _origin(edited: Edited, margins: tuple[int, ...], line: int, column: int) -> tuple[int, int]:
    if not 0 < line <= len(margins):
        return max(line, 1), max(column, 1)
    return line, edited.origin(line - 1, column - 1) + margins[line - 1] + 1


def _margins(written: str, body: str) -> tuple[int, ...]:
    return tuple(len(a) - len(b) for a, b in zip(written.split("\n"), body.split("\n"), strict=True))


def _check_depth(tree: ast.Module, margins: tuple[int, ...]) -> None:
    """Refuse what is nested so deep that a reader that descends into it would run out of stack."""
    level: list[ast.AST] = [tree]
    for _ in range(2 * DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    line = next((node.lineno for node in level if isinstance(node, ast.expr | ast.stmt)), 1)
    raise ScriptSyntaxError(line, margins[line - 1] + 1, TOO_DEEP, depth=DEPTH)


def _renamed(tokens: Tokens, margins: tuple[int, ...]) -> Iterator[Edit]:
    """Yield the edits that give ASCII names to names that are none, and refuse the names that are ours."""
    for line, column, written, kind in tokens.all:
        if kind != tokenize.NAME:
            continue
        if written.startswith(_OURS):
            raise ScriptSyntaxError(line + 1, column + margins[line] + 1, RESERVED)
        if not written.isascii():
            yield Edit(line, column, len(written), mangled(unicodedata.normalize("NFKC", written)))


def _assigned(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and _is_stored(node))
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id
        elif isinstance(statement, ast.If | ast.For):
            yield from _assigned(statement.body)
            yield from _assigned(statement.orelse)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)
