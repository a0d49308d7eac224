"""``ironcage tasks``: the open tasks, the first due first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.counts import count
from ironcage_console.cli.opening import opened_engine
from ironcage_console.cli.showing import jsonable, task_heads, task_row

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.engine import TaskView
    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--role", metavar="R", help=text("only tasks offered to this role"))
    parser.add_argument("--unit", metavar="U", help=text("only tasks offered to this unit"))
    parser.add_argument("--case", metavar="PROCESS/K", help=text("only tasks of this case"))
    parser.add_argument("--limit", metavar="N", type=count, help=text("at most this many"))


def run(arguments: Namespace, output: Output) -> int:
    """List the tasks."""
    with opened_engine(arguments) as engine:
        tasks = engine.tasks(role=arguments.role, unit=arguments.unit, case=arguments.case, limit=arguments.limit)
        names = {process: engine.names(process) for process in {_process(task) for task in tasks}}
    output.table(task_heads(), [task_row(task, names[_process(task)]) for task in tasks])
    output.data(jsonable(tasks))
    return 0


def _process(task: TaskView) -> str:
    return task.case.partition("/")[0]
