"""``ironcage worker``: fires timers and deadlines and runs service tasks until it is stopped."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ironcage.errors import ExtraMissingError, SurroundingsError, UsageError
from ironcage.messages import language, mark, text
from ironcage.settings import DATABASE, database
from ironcage_console.cli.counts import count, port, some
from ironcage_console.cli.opening import opened_engine, watched
from ironcage_console.cli.output import visible
from ironcage_console.cli.showing import incident_document
from ironcage_console.upkeep import forget_old_answers

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from ironcage.engine import Engine
    from ironcage_console.cli.output import Output


class OnceWithProcessesError(UsageError):
    """Options that exclude each other."""

    message = mark("--once does what is due now in this process; leave --processes and --metrics out.")


class FiguresMissingError(ExtraMissingError):
    """The extra that brings the client of Prometheus is not installed."""

    message = mark("Figures for Prometheus need more packages. Install them with: pip install 'ironcage[console]'")


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int


def _address(word: str) -> Address:
    """Return the address that *word*, PORT or HOST:PORT, names."""
    host, _, last = word.rpartition(":")
    return Address(host.strip("[]") or "127.0.0.1", port(last))


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--once", action="store_true", help=text("do what is due now, then stop"))
    parser.add_argument(
        "--processes",
        type=some,
        metavar="N",
        help=text("work in N processes, each begun anew when it dies; else in this one"),
    )
    parser.add_argument(
        "--poll", type=count, default=5, metavar="SECONDS", help=text("look for what others scheduled so often; else 5")
    )
    parser.add_argument(
        "--metrics",
        type=_address,
        metavar="[HOST:]PORT",
        help=text(
            "show figures for Prometheus there, without keys; on this machine only without HOST; of several processes "
            "each at the next port"
        ),
    )


def run(arguments: Namespace, output: Output) -> int:
    """Work until SIGTERM or Ctrl-C; what is under way is finished first, at a second one nothing is."""
    if not arguments.once:
        return _supervise(arguments, output) if arguments.processes else _work(arguments, output)
    if arguments.processes or arguments.metrics:
        raise OnceWithProcessesError
    from ironcage.work import Worker  # noqa: PLC0415

    with opened_engine(arguments) as engine:
        worker = Worker(engine)
        while worker.work():
            pass
        forget_old_answers(engine)
        _show(engine, output)
    return 0


def _supervise(arguments: Namespace, output: Output) -> int:
    """Keep the processes running; this one touches no database."""
    from ironcage.store import Store  # noqa: PLC0415
    from ironcage.work import Bell, Supervisor  # noqa: PLC0415

    Store.check_address(database(arguments.db))  # what no waiting mends is said here, and once
    command = [sys.executable, "-m", "ironcage_console", "worker", "--poll", str(arguments.poll), "--lang", language()]
    if arguments.logs:
        command += ["--logs", arguments.logs]
    if arguments.metrics:
        _exposing()
        command += ["--metrics", "{}:{}".format(*arguments.metrics)]
    bell = Bell()
    supervisor = Supervisor(
        command, arguments.processes, bell, _say, environment={DATABASE: database(arguments.db)}
    )  # the address may hold a password: in the environment it is seen by nobody else
    output.say(text("Working in {count} processes; Ctrl-C stops.", count=arguments.processes))
    with bell.rung_by_signals(second=supervisor.hurry):
        code = supervisor.run()
    output.data({"restarts": supervisor.restarts})
    return code


def _work(arguments: Namespace, output: Output) -> int:
    from ironcage.engine import Engine  # noqa: PLC0415
    from ironcage.store import Store  # noqa: PLC0415
    from ironcage.work import Bell, Patience, Worker, drained_by_parent, end_at_once  # noqa: PLC0415

    bell = Bell()
    is_supervised = drained_by_parent(bell)
    with (
        bell.rung_by_signals(second=(lambda _: None) if is_supervised else end_at_once),
        _shown(arguments.metrics) as show,
    ):
        store = Patience(bell, _say).until(lambda: Store.open(database(arguments.db), create=False))
        if store is None:
            return 0
        try:
            with watched(Engine(store)) as engine:
                show(engine)
                output.say(text("Working on {place}; Ctrl-C stops.", place=store.place))
                Worker(engine, arguments.poll, bell, _say, forget_old_answers).run()
                if not is_supervised:
                    _show_if_it_can(engine, output)
        finally:
            store.close()
    return 0


@contextmanager
def _shown(address: Address | None) -> Iterator[Callable[[Engine], None]]:
    """Show figures inside the block, those of the process at once and those of an engine once it is yielded one."""
    from ironcage.work import number_of_worker  # noqa: PLC0415

    engines: list[Engine] = []
    if address is None:
        yield engines.append
        return
    expose = _exposing()
    stop, _ = expose(lambda: engines[0] if engines else None, address.port + number_of_worker() - 1, address.host)
    try:
        yield engines.append
    finally:
        stop()


def _exposing() -> Callable[[Callable[[], Engine | None], int, str], tuple[Callable[[], None], int]]:
    """Return what shows figures.

    Raises:
        FiguresMissingError: the extra is not installed.
    """
    try:
        from ironcage_console.metrics import expose  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("ironcage"):
            raise
        raise FiguresMissingError from error
    return expose


def _show_if_it_can(engine: Engine, output: Output) -> None:
    """Show what is stopped, unless the worker was stopped while it waited for the database."""
    try:
        _show(engine, output)
    except SurroundingsError as error:
        _say(error.at_the_command_line())


def _show(engine: Engine, output: Output) -> None:
    stopped = engine.incidents()
    for incident in stopped:
        output.say(text("{case}: stopped: {reason}", case=incident.case, reason=incident.reason))
    output.data({"incidents": list(map(incident_document, stopped))})


def _say(sentence: str) -> None:
    print(visible(sentence), file=sys.stderr, flush=True)
