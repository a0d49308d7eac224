"""How a built-in function is declared: its name in FEEL, its parameters, and the Python function behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ironcage.messages import mark
from ironcage.values import Value

Run = Callable[..., Value]
Declared = TypeVar("Declared", bound=Run)


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function.

    *forms* are the lists of parameters it can be called with; a parameter that ends in ``?`` may be left out, a last
    one that ends in ``*`` takes any number of arguments. *of_moment*: it is given the moment of the step first.
    """

    name: str
    run: Run
    forms: tuple[tuple[str, ...], ...]
    of_moment: bool = False

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


FUNCTIONS: dict[str, Function] = {}
"""Every built-in function by its name."""

_COUNT = mark("{function} is not called with that number of arguments")
_NAMES = mark("{function} has no parameters of these names, or needs others too")


def builtin(name: str, *forms: str, of_moment: bool = False) -> Callable[[Declared], Declared]:
    """Declare the built-in function *name*; each of *forms* lists parameters, separated by commas."""

    def declare(run: Declared) -> Declared:
        parameters = tuple(tuple(part.strip() for part in form.split(",") if part.strip()) for form in forms)
        FUNCTIONS[name] = Function(name, run, parameters or ((),), of_moment)
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
