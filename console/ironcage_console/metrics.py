"""The figures of a process and of its database as Prometheus collects them.

The engine counts; here its counters get names and a format. What waits in the database is counted by indexes and no
further than a limit, so that a collection costs the same whatever the size of the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from ironcage import metrics
from ironcage.errors import SurroundingsError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric

    from ironcage.engine import Engine
    from ironcage.metrics import Tally

_SECOND = 1_000_000


class FiguresPortError(SurroundingsError):
    """The port is taken, or the address is not of this machine."""

    message = mark("Figures cannot be shown at {host}:{port} ({reason}). Choose another address or port.")


class Figures(Collector):
    """What the process has done, and what waits in the database of its engine."""

    def __init__(self, engine: Callable[[], Engine | None]) -> None:
        """Take what returns the engine; it returns None or fails as long as the database is not there."""
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Yield every figure as it is now."""
        steps = metrics.STEPS.read()
        yield CounterMetricFamily("ironcage_steps", "Steps of cases that were written", value=steps.times)
        yield CounterMetricFamily("ironcage_events", "Events that were recorded", value=steps.total)
        yield CounterMetricFamily("ironcage_jobs", "Jobs that this process ran", value=metrics.JOBS.read().times)
        yield _summary("ironcage_commit_units", "Units of work that shared a transaction", metrics.GROUPS)
        yield _summary("ironcage_commit_seconds", "Transactions, from their beginning to the commit", metrics.COMMITS)
        yield _summary("ironcage_claim_seconds", "Looking for cases whose wake-up is due", metrics.CLAIMS)
        try:
            engine = self._engine()
            waiting = list(_waiting(engine)) if engine else []
        except SurroundingsError:
            waiting = []
        yield GaugeMetricFamily("ironcage_database_up", "Whether the database answers", value=bool(waiting))
        yield from waiting


def registry_of(engine: Callable[[], Engine | None]) -> CollectorRegistry:
    """Return the figures of *engine*, for whoever writes them in a format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(engine))
    return registry


def expose(engine: Callable[[], Engine | None], port: int, host: str = "127.0.0.1") -> tuple[Callable[[], None], int]:
    """Serve the figures at *port*, without keys: for workers, which serve nothing else.

    Returns:
        What ends it, and the port: with 0 it is one that is free.

    Raises:
        FiguresPortError: nothing can listen there.
    """
    try:
        server, thread = start_http_server(port, host, registry_of(engine))
    except (OSError, OverflowError) as error:
        raise FiguresPortError(host=host, port=port, reason=error) from error

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop, server.server_port


def _summary(name: str, told: str, tally: Tally) -> SummaryMetricFamily:
    read = tally.read()
    return SummaryMetricFamily(name, told, count_value=read.times, sum_value=read.total)


def _waiting(engine: Engine) -> Iterator[Metric]:
    now, backlog = engine.clock.now(), engine.backlog()
    due = GaugeMetricFamily("ironcage_due", "What is due now, counted to 10000 at most", labels=["kind"])
    age = GaugeMetricFamily("ironcage_due_age_seconds", "How long the first of it has been due", labels=["kind"])
    for kind, counted in (("wake", backlog.wakes), ("delivery", backlog.deliveries), ("job", backlog.ready)):
        due.add_metric([kind], counted.number)
        age.add_metric([kind], 0 if counted.since is None else (now - counted.since) / _SECOND)
    topics = GaugeMetricFamily("ironcage_topic_due", "Jobs that workers outside may take", labels=["topic"])
    for topic, counted in backlog.topics.items():
        topics.add_metric([topic], counted.number)
    jobs = GaugeMetricFamily("ironcage_jobs_open", "Jobs by state, each counted to 10000 at most", labels=["state"])
    for state, count in (
        ("ready", backlog.ready.number),
        ("later", backlog.later.number),
        ("stopped", backlog.stopped["job"]),
    ):
        jobs.add_metric([state], count)
    stopped = GaugeMetricFamily("ironcage_incidents", "What is stopped until somebody looks at it", labels=["kind"])
    for kind, count in backlog.stopped.items():
        stopped.add_metric([kind], count)
    yield from (due, age, topics, jobs, stopped)
