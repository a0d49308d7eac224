"""``ironcage complete TASK --data JSON --actor A``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import case_data, opened_engine
from ironcage_console.cli.showing import jsonable

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("task", metavar="TASK", help=text("PROCESS/KEY/NUMBER, as the list of tasks shows it"))
    parser.add_argument("--data", metavar="JSON", help=text("what the work brings to the case, a JSON object"))
    parser.add_argument("--actor", metavar="A", help=text("who does it"))


def run(arguments: Namespace, output: Output) -> int:
    """Complete the task and show where its case is now."""
    name = arguments.task.rpartition("/")[0]
    with opened_engine(arguments) as engine:
        engine.complete(arguments.task, case_data(arguments.data), actor=arguments.actor)
        case = engine.case(name)
        names = engine.names(case.process, case.version)
    waiting = [task for task in case.tasks if task.closed_at is None]
    output.say(text("{case}: {status}", case=case.name, status=text(case.status)))
    for task in waiting:
        output.say(f"  {task.name}  {names.get(task.element, task.element)}")
    output.data({"case": case.name, "status": case.status, "tasks": jsonable(waiting)})
    return 0
