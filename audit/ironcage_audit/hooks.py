"""What a plugin may bring to the audit: every hook on this page, a sentence each.

A plugin is an installed module named by an entry point of the group ``ironcage``; what we ship comes the same way::

    [project.entry-points.ironcage]
    example = "ironcage_example"

The module marks its functions with ``hookimpl``. With ``IRONCAGE_TRACE_HOOKS`` set, every call of a hook is printed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from ironcage.errors import RefusedError
from ironcage.hooks import Broken
from ironcage.messages import mark, text
from ironcage_audit.rules import Rule, faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.metadata import EntryPoint

GROUP = "ironcage"
"""The entry point group, and the name of the project for pluggy."""
TRACE = "IRONCAGE_TRACE_HOOKS"
"""The environment variable that prints every hook call."""

_OURS = "ironcage"

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def ironcage_rules() -> Iterable[Rule]:  # type: ignore[empty-body]  # a specification
    """Return the audit rules the plugin brings."""


class NotARuleError(RefusedError):
    """A plugin brought something else where rules are expected."""

    message = mark("ironcage_rules() must return rules (ironcage_audit.Rule), not {kind}.")


class FaultyRuleError(RefusedError):
    """A rule of a plugin has faults."""

    message = mark("Rule {rule} cannot be used:\n{faults}")


class RuleTakenError(RefusedError):
    """Two rules have one id or one code."""

    message = mark("Rule {rule} ({code}) is left out: {other} already has this id or code. Rename one of them.")


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed plugin: the name of its entry point, its module and its distribution."""

    name: str
    module: str
    distribution: str
    version: str


@dataclass(frozen=True, slots=True)
class Plugins:
    """What the installed plugins bring."""

    plugins: tuple[Plugin, ...]
    rules: tuple[Rule, ...]
    """Ordered by id; each without faults."""
    broken: tuple[Broken, ...]


def load() -> Plugins:
    """Return what every installed plugin brings; a broken plugin is named, and the others go on."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(sys.modules[__name__])
    if os.environ.get(TRACE):
        manager.add_hookcall_monitoring(_print_call, _print_nothing)
    plugins: list[Plugin] = []
    broken: list[Broken] = []
    rules: dict[str, Rule] = {}
    for entry in sorted(entry_points(group=GROUP), key=_ours_first):
        distribution = entry.dist
        plugin = Plugin(
            entry.name,
            entry.module,
            distribution.name if distribution else "",
            distribution.version if distribution else "",
        )
        try:
            manager.register(entry.load(), entry.name)
            faulty = [fault for rule in _brought(manager, entry.name) if (fault := _take(rule, rules))]
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the others go on
            broken.append(Broken(entry.name, f"{type(error).__name__}: {error}"))
            continue
        plugins.append(plugin)
        broken += [Broken(entry.name, str(fault)) for fault in faulty]
    return Plugins(tuple(plugins), tuple(rules[name] for name in sorted(rules)), tuple(broken))


def _ours_first(entry: EntryPoint) -> tuple[bool, str]:
    """Sort what we ship before the rest, so that no plugin can take the place of a rule of ours."""
    return entry.dist is None or entry.dist.name != _OURS, entry.name


def _brought(manager: pluggy.PluginManager, name: str) -> Iterator[Rule]:
    others = [plugin for other, plugin in manager.list_name_plugin() if other != name]
    answers: list[Any] = manager.subset_hook_caller("ironcage_rules", others)()
    for answer in answers:
        for rule in answer:
            if not isinstance(rule, Rule):
                raise NotARuleError(kind=type(rule).__name__)
            yield rule


def _take(rule: Rule, taken: dict[str, Rule]) -> RefusedError | None:
    wrong = faults(rule)
    if wrong:
        return FaultyRuleError(rule=rule.id, faults="\n".join(map(str, wrong)))
    for other in taken.values():
        if rule.id == other.id or rule.code == other.code:
            return RuleTakenError(rule=rule.id, code=rule.code, other=other.id)
    taken[rule.id] = rule
    return None


def _print_call(name: str, implementations: Sequence[pluggy.HookImpl], arguments: Mapping[str, Any]) -> None:
    plugins = ", ".join(implementation.plugin_name for implementation in implementations)
    sys.stderr.write(
        text("hook {name}({arguments}): {plugins}", name=name, arguments=dict(arguments), plugins=plugins) + "\n"
    )


def _print_nothing(*_: Any) -> None:
    """Leave the result of a hook unprinted: it may be long."""
