"""Writes command.md, beside this file, from the parsers of the commands: ``python docs/reference/make_command.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import LANGUAGES, speaking
from ironcage_console.cli.commands import COMMANDS
from ironcage_console.cli.main import _parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ironcage.messages import Language

PAGE = Path(__file__).parent / "command.md"
_COMMON = ("help", "db", "json", "logs", "out", "lang")
_HEAD = """# 命令 · The command

<!-- 由 make_command.py 写成；请勿手改。Written by make_command.py; do not edit. -->

`ironcage 命令 --help` 说明每个命令；`*` 表示可以不写。

`ironcage COMMAND --help` tells about each command; `*` marks what may be left out.

## 每个命令都有 · For every command

| 选项 option | 意思 | meaning |
|---|---|---|
"""
_EXIT = """
## 退出码 · Exit codes

| | 意思 | meaning |
|---|---|---|
| 0 | 完成；查出线索也是完成 | done; findings are a result, not a failure |
| 1 | 被拒绝，或被检查的东西不成立：流程文件有错误、链断裂、规则失败、日志或办结被拒绝、没有这个案件或任务 | \
refused, or what was checked does not hold: an error of `check`, a broken chain, a rule that failed, a log or a \
completion refused, no such case or task |
| 2 | 用法不对，包括文件不存在 | usage, a file that is not there included |
| 3 | 环境：数据库、磁盘、缺少附加组件 | the surroundings: database, disk, an extra not installed |
| 130 | 被 Ctrl-C 打断 | interrupted |

## JSON

`--json` 的键和取值不随语言变化，以后只增不改；其中的句子用所选的语言。`[…]` 是数组，`…` 表示还有别的键。

Names and values under `--json` do not depend on the language; later releases add and change nothing. Sentences are in
the language asked for. `[…]` is an array; `…` stands for more keys.
"""
JSON = {
    "demo": "{as_of, cases, events, findings, fingerprints, whole}",
    "check": "[{file, line, column, element, level, rule, what, mend}]",
    "deploy": "[{process, version, digest, new, warnings, calls_of_nothing: [{element, process}]}]",
    "start": "{case}",
    "case": "{name, process, key, version, origin, status, opened_at, closed_at, due_at, is_overdue, incident, tasks, "
    "parent, waits, archive, scopes, variables, events, incidents}",
    "tasks": "[{name, case, element, status, role, unit, actor, due_at, is_overdue, …}]",
    "claim": "{task, actor}",
    "release": "{task, actor}",
    "complete": "{case, status, tasks}",
    "message": "{outcome, case, kept_until}",
    "signal": "{signal, received}",
    "migrate": "一行一件 a line each: {type: case, case, outcome: migrates | migrated | refused | undone | left, "
    "changes: [{element, line, what}], reasons: [{element, line, what}]}; "
    "最后一行 the last line: {type: migration, id, process, from, to, renamed, gone, added, counts}",
    "worker": "{incidents}; with --processes: {restarts}",
    "incident": "[{case, element, job, kind, reason}]; show [{…, attempts: [{attempt, worker, began_at, ended_at, "
    "outcome, error}]}]",
    "import": "{cases, events, rejected}",
    "audit": "一行一个 a line each: {type: finding, rule, rule_version, "
    "fingerprint, case, subject, occurrence, element, severity, occurred_at, definition, measured, evidence, new}; "
    "{type: rule, rule, version, parameters, examined, not_examined, failed, findings, new, as_of, cases, events, "
    "digest, left_out}",
    "findings": "一行一条 a line each: {type: finding, rule, rule_version, fingerprint, case, subject, occurrence, "
    "element, severity, occurred_at, definition, measured, evidence, new}",
    "report": "[report.md](report.md)",
    "propose": "{proposal, declined}",
    "verify": "{whole, cases, events, payloads, erased, archived, problems: [{kind, case, seq, …}], …}",
    "seal": "[record.md](record.md)",
    "erase": "{case, payloads, variables, remaining}",
    "archive": "{folder, cases, rows, bundles, left: [{kind, case, seq, …}]}; --bring-back {folder, case}",
    "export": "{file, lines}",
    "table": "{decision, rows}",
    "decide": "{decision, value, feel, error}; --explain {decision, value, feel, error, "
    "steps: [{decision, name, file, line, value, feel, rules: [{id, row, line}], nulls}]}",
    "conformance": "bpmn {tests: [{id, verdict, reason, rule, line, cases: [{n, verdict, trace, expected, reason, "
    "remarks, dispute?: {clause, reason, trace}}]}], constraints: [{id, refused, rule, line, reason, "
    "faults: [{rule, line, element}]}]}; dmn {results: [{suite, file, case, node, verdict, expected, got, reason}]}",
    "rule": "list [{rule, code, version, title, axis, severity, maturity}]; explain [{rule, page}]; "
    "test [{rule, case, wrong}]",
    "plugin": "{plugins: [{name, module, distribution, version}], broken: [{plugin, why}]}",
    "serve": "没有 none; [api.md](api.md)",
    "key": "add, revoke {name, scopes, topics, processes, made_at, used_at, revoked_at}, add {…, key}; list [{…}]",
    "db": "{database, current}; check {…, revision, sound, cases, waits, rows, troubles [{kind, case, message, …}]}; "
    "backup {database, file, bytes}",
}
"""What each command prints with ``--json``."""


def page() -> str:
    """Return the page as the commands are now."""
    first = _rows(next(iter(COMMANDS)), common=True)
    return "".join([_HEAD, *first, _EXIT, *map(_section, COMMANDS)])


def _section(name: str) -> str:
    said = " · ".join(_command(name, language).description or "" for language in LANGUAGES)
    return f"\n## `ironcage {name}`\n\n{said}\n\n" + "".join(_rows(name, common=False)) + f"JSON: {_shape(name)}\n"


def _shape(name: str) -> str:
    shape = JSON[name]
    return shape if shape.startswith("[r") else f"`{shape}`"


def _rows(name: str, *, common: bool) -> Iterator[str]:
    both = [_arguments(_command(name, language), common=common) for language in LANGUAGES]
    if not common and both[0]:
        yield "| 参数 argument | 意思 | meaning |\n|---|---|---|\n"
    for chinese, english in zip(*both, strict=True):
        yield f"| {_written(english)} | {chinese.help} | {english.help} |\n"
    if not common and both[0]:
        yield "\n"


def _command(name: str, language: Language) -> argparse.ArgumentParser:
    with speaking(language):
        commands = next(each.choices for each in _parser([name])._actions if isinstance(each.choices, dict))  # noqa: SLF001
    command: argparse.ArgumentParser = commands[name]
    return command


def _arguments(command: argparse.ArgumentParser, *, common: bool) -> list[argparse.Action]:
    declared = command._actions  # noqa: SLF001  (argparse has no other way to ask)
    return [each for each in declared if (each.dest in _COMMON) is common and each.dest != "help"]


def _written(argument: argparse.Action) -> str:
    value = argument.metavar if isinstance(argument.metavar, str) else "\\|".join(argument.choices or ())
    name = " ".join(filter(None, ["".join(argument.option_strings), value if argument.nargs != 0 else ""]))
    needed = "" if argument.required or (not argument.option_strings and argument.nargs != "?") else "?"
    return f"`{name}`{needed and ' *'}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
