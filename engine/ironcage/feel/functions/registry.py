"""How a built-in function is declared: its name in FEEL, its parameters, and the Python function behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ironcage.feel.types import FunctionValue
from ironcage.messages import mark
from ironcage.values import Value

if TYPE_CHECKING:
    from ironcage.feel.environment import Environment

Run = Callable[..., Value]
Declared = TypeVar("Declared", bound=Run)
Form = tuple[str, ...]
Turn = Callable[[Value], Value]

_LISTS = frozenset({"list", "lists", "contexts", "entries", "keys"})
"""Parameters that make a list of one of what is none."""
_WHOLE = _LISTS | {"from", "element", "item", "value", "value1", "value2", "newItem", "match", "b1", "b2", "b"}
"""Parameters that take a list as it is; every other makes its item of a list of one."""


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function.

    *forms* are the lists of parameters it can be called with; a parameter that ends in ``?`` may be left out, a last
    one that ends in ``*`` takes any number of arguments. *of_environment*: it is given the environment first.
    """

    name: str
    run: Run
    forms: tuple[Form, ...]
    of_environment: bool = False

    @property
    def summary(self) -> str:
        """What it returns, in a sentence."""
        return (self.run.__doc__ or "").strip().split("\n", maxsplit=1)[0]

    def misfit(self, count: int, names: tuple[str, ...]) -> str:
        """Return what is wrong with a call of *count* arguments, or with these *names*; empty if it fits."""
        if not names:
            return "" if any(_takes(form, count) for form in self.forms) else _COUNT
        if len(names) != count or len(set(names)) != count:
            return _NAMES
        return "" if any(_takes_names(form, names) for form in self.forms) else _NAMES

    def order(self, names: tuple[str, ...]) -> tuple[int | None, ...]:
        """Return for each parameter of the form that *names* fit the place of its argument, or None."""
        form = next(form for form in self.forms if _takes_names(form, names))
        places = [names.index(name) if name in names else None for name in map(_bare, form)]
        while places and places[-1] is None:
            places.pop()
        return tuple(places)

    def turns(self, count: int) -> tuple[Turn | None, ...]:
        """Return for each of *count* arguments what makes a list of it where one is asked for, or the reverse.

        Raises:
            StopIteration: it cannot be called with so many.
        """
        form = next(form for form in self.forms if _takes(form, count))
        names = [_bare(form[min(at, len(form) - 1)]) for at in range(count)]
        return tuple(_as_list if name in _LISTS else None if name in _WHOLE else _as_item for name in names)

    def apply(self, given: Sequence[Value], env: Environment) -> Value:
        """Return its result for any number of arguments; null where it does not take so many."""
        if not any(_takes(form, len(given)) for form in self.forms):
            return None
        turned = (turn(value) if turn else value for turn, value in zip(self.turns(len(given)), given, strict=True))
        return self.run(env, *turned) if self.of_environment else self.run(*turned)


def _as_item(value: Value) -> Value:
    return value[0] if type(value) is list and len(value) == 1 else value


def _as_list(value: Value) -> Value:
    return value if type(value) is list or value is None else [value]


FUNCTIONS: dict[str, Function] = {}
"""Every built-in function by its name."""
BUILT_IN: dict[str, FunctionValue] = {}
"""Every built-in function as a value."""

_COUNT = mark("{function} is not called with that number of arguments")
_NAMES = mark("{function} has no parameters of these names, or needs others too")


def builtin(name: str, *forms: str, of_environment: bool = False) -> Callable[[Declared], Declared]:
    """Declare the built-in function *name*; each of *forms* lists parameters, separated by commas."""

    def declare(run: Declared) -> Declared:
        parameters = tuple(tuple(part.strip() for part in form.split(",") if part.strip()) for form in forms)
        function = Function(name, run, parameters or ((),), of_environment)
        FUNCTIONS[name] = function
        BUILT_IN[name] = FunctionValue(name, tuple(map(_bare, function.forms[0])), function.apply, open_ended=True)
        return run

    return declare


def _bare(parameter: str) -> str:
    return parameter.rstrip("?*")


def _takes(form: tuple[str, ...], count: int) -> bool:
    least = sum(not parameter.endswith(("?", "*")) for parameter in form)
    return least <= count and (count <= len(form) or bool(form and form[-1].endswith("*")))


def _takes_names(form: tuple[str, ...], names: tuple[str, ...]) -> bool:
    needed = {parameter for parameter in form if not parameter.endswith(("?", "*"))}
    return needed <= set(names) <= set(map(_bare, form))
