"""Runs one script in this process, without any limit but those of the process: what the child processes do."""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

import starlark

from ironcage.messages import mark
from ironcage.scripts.errors import ScriptThrewError
from ironcage.scripts.language import VARIABLES, dialect, place_of
from ironcage.scripts.moments import MARK, closed, opened, reckoned
from ironcage.scripts.operators import mangled
from ironcage.scripts.prelude import LIBRARY, NAMES, NATIVE, OFFERED
from ironcage.values import Months, to_bytes
from ironcage.values.kinds import in_range

if TYPE_CHECKING:
    from datetime import datetime

    from ironcage.scripts.language import Source
    from ironcage.values import Context, Value

FRAMES = 200
"""How deep the calls of a script may go."""
_FRAME = re.compile(r"^  \* script:([0-9]+), in ", re.MULTILINE)
_EXCEPTION = re.compile(r"^(?:[A-Za-z]+Error|Wrong): ")

SAID = "{said}"
NO_DECIMAL = mark("the variable {name} holds a number of more digits than the 28 a script can compute with")
NO_KIND = mark(
    "the variable {name} would become {type}, which is no case data; begin its name with _ to keep it private"
)
NUMBER_RANGE = mark("the variable {name} would become a number of more than 34 digits")
NO_MOMENT = mark("the variable {name} would become a date, time or duration that there is not: {text}")
DEEP = mark("the variable {name} would be nested too deep, or hold itself")


class Wrong(Exception):  # noqa: N818 - what a child reports; nobody catches it by its name
    """What a script did wrong, as a message with its fields; the place is 0, 0 where it has none."""

    def __init__(self, reason: str, line: int = 0, column: int = 0, **fields: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column
        self.fields = fields


class Answer(NamedTuple):
    """What a script brings: the variables it changed, and the value of its last expression."""

    variables: Context
    value: Value


def evaluate(source: Source, data: Context, now: datetime) -> Answer:
    """Return what *source* makes of *data* at the instant *now*; floats in it are still to be refused.

    Raises:
        Wrong: it failed, or what it brings is no case data.
        ScriptThrewError: it threw a BPMN error.
    """
    return _Run(source, data, now).answer()


class _Run:
    """One run of one script."""

    def __init__(self, source: Source, data: Context, now: datetime) -> None:
        self._source = source
        self._module = starlark.Module()
        starlark.eval(self._module, _parsed(_LOAD, load=True), _globals(), _prelude())
        self._data = data
        known: Context = {"now": now, VARIABLES: data, **data}
        self._given = {name: known[name] for name in sorted(source.names & known.keys())}
        for name, value in self._given.items():
            self._module["ironcage_given"] = _to_starlark(value, name)
            self._ours(f"{mangled(name)} = ironcage_open(ironcage_given)")

    def answer(self) -> Answer:
        self._run()
        brought: Context = {}
        for name in dict.fromkeys((*self._source.assigned, *self._given)):
            found = self._value(name)
            if found is not _ABSENT and (name not in self._given or not _same(found, self._given[name])):
                brought[name] = cast("Value", found)
        self._unfold(brought)
        value = self._value("ironcage_answer") if self._source.answers else None
        return Answer(brought, None if value is _ABSENT else cast("Value", value))

    def _unfold(self, brought: Context) -> None:
        """Put the variables changed through ``variables`` among those brought, each by its name."""
        if VARIABLES in self._data or VARIABLES not in brought:
            return
        everything = brought.pop(VARIABLES)
        if not isinstance(everything, dict):
            raise Wrong(NO_KIND, name=VARIABLES, type="no context")
        for name, value in everything.items():
            if name not in self._data or not _same(value, self._data[name]):
                brought.setdefault(name, value)

    def _run(self) -> None:
        options = starlark.EvalOptions(max_callstack_size=FRAMES)
        parsed = starlark.parse("script", self._source.text, dialect())
        _thrown.set(None)
        try:
            starlark.eval_with(options, self._module, parsed, starlark.Globals.extended_by(_OFFERED))
        except starlark.StarlarkError as error:
            if (thrown := _thrown.get()) is not None:
                raise thrown from error
            raise self._wrong(str(error)) from error

    def _wrong(self, error: str) -> Wrong:
        """Return what went wrong, at the innermost place in the script itself."""
        said, line, column, file = place_of(error)
        if file != "script":
            frames = _FRAME.findall(error)
            line, column = (int(frames[-1]), 1) if frames else (0, 0)
        if line:
            line, column = self._source.origin(line, column)
        return Wrong(SAID, line, column if file == "script" else 0, said=_EXCEPTION.sub("", said)[:500])

    def _ours(self, statement: str) -> None:
        starlark.eval_with(
            starlark.EvalOptions(max_callstack_size=FRAMES),
            self._module,
            starlark.parse("ours", statement, dialect()),
            _globals(),
        )

    def _value(self, name: str) -> object:
        """Return the value of a variable after the run; ``_ABSENT`` if it has none, or is a function."""
        try:
            self._ours(f"ironcage_closed = ironcage_close({mangled(name)})")
        except starlark.StarlarkError as error:
            if "referenced before assignment" in str(error):
                return _ABSENT
            raise Wrong(DEEP if "overflow" in str(error) else SAID, name=name, said=place_of(str(error))[0]) from error
        return _from_starlark(self._module["ironcage_closed"], name, top=True)


_ABSENT = object()
_thrown: ContextVar[ScriptThrewError | None] = ContextVar("thrown", default=None)
"""What the script that is running threw."""
_LOAD = f"load('prelude', {', '.join(map(repr, OFFERED))})"
_OFFERED = [starlark.LibraryExtension.RustDecimal]


@cache
def _globals() -> starlark.Globals:
    return starlark.Globals.extended_by([starlark.LibraryExtension.RustDecimal, starlark.LibraryExtension.StructType])


@cache
def _prelude() -> starlark.FileLoader:
    module = starlark.Module()
    module.add_callable("ironcage_reckon", _reckon)
    module.add_callable("ironcage_number", _number)
    module.add_callable("ironcage_moment", _moment)
    module.add_callable("ironcage_throw", _throw)
    for part in (NATIVE, LIBRARY, NAMES):
        starlark.eval(module, _parsed(part), _globals())
    frozen = module.freeze()
    return starlark.FileLoader(lambda _: frozen)


def _parsed(part: str, *, load: bool = False) -> starlark.AstModule:
    chosen = dialect()
    chosen.enable_load = load
    return starlark.parse("prelude", part, chosen)


def _same(a: object, b: Value) -> bool:
    try:
        return to_bytes(cast("Value", a)) == to_bytes(b)
    except (TypeError, ValueError):
        return False


def _to_starlark(value: Value, name: str) -> object:
    if isinstance(value, Decimal):
        exponent = cast("int", value.as_tuple().exponent)
        if exponent >= 0:
            return int(value)
        if exponent < -28 or len(value.as_tuple().digits) > 28:
            raise Wrong(NO_DECIMAL, name=name)
        return Decimal(format(value, "f"))
    if isinstance(value, list):
        return [_to_starlark(item, name) for item in value]
    if isinstance(value, dict):
        return {key: _to_starlark(item, key if name == VARIABLES else name) for key, item in value.items()}
    if isinstance(value, date | time | timedelta | Months):
        return opened(value)
    return value


def _from_starlark(value: object, name: str, *, top: bool = False) -> object:
    if type(value) is int:
        if not in_range(number := Decimal(value) if value.bit_length() <= 128 else Decimal("Infinity")):
            raise Wrong(NUMBER_RANGE, name=name)
        return number
    if isinstance(value, list):
        return [_from_starlark(item, name) for item in value]
    if isinstance(value, dict):
        if MARK in value:
            return _moment_of(value, name, top=top)
        return {key: _from_starlark(item, name) for key, item in value.items()}
    return value


def _moment_of(value: dict[str, object], name: str, *, top: bool) -> object:
    kind, written = str(value[MARK]), str(value.get("text"))
    if kind == "function" and top:
        return _ABSENT
    if kind in ("function", ""):
        raise Wrong(NO_KIND, name=name, type=written)
    try:
        return closed(kind, written)
    except (ValueError, KeyError) as error:
        raise Wrong(NO_MOMENT, name=name, text=written[:80]) from error


def _reckon(sign: str, a: object, b: object) -> object:
    return opened(reckoned(sign, _operand(a), _operand(b)))


def _operand(value: object) -> Value:
    if isinstance(value, dict) and MARK in value:
        return closed(str(value[MARK]), str(value["text"]))
    return cast("Value", value)


def _number(written: str) -> object:
    try:
        return _to_starlark(Decimal(written.strip()), "")
    except (ArithmeticError, ValueError, TypeError, Wrong) as error:
        raise ValueError(f"{written[:80]!r} is no number of at most 28 digits") from error


def _moment(kind: str, written: str) -> object:
    try:
        return opened(closed(kind, written))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{written!r:.80} is no {kind}") from error


def _throw(code: str, data: dict[str, object]) -> None:
    found = {name: cast("Value", _from_starlark(value, name)) for name, value in data.items()}
    thrown = ScriptThrewError(str(code), found)
    _thrown.set(thrown)
    raise thrown
