"""A worker outside: fetches jobs, does them in threads, keeps them its own meanwhile, and says what came of each."""

from __future__ import annotations

import logging
import os
import socket
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from ironcage.client.errors import BpmnError, ProblemError, ServiceUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ironcage.client.client import Client
    from ironcage.client.views import Job

LOG = logging.getLogger("ironcage.client")
Handler: TypeAlias = "Callable[[Job], Mapping[str, object] | None]"
"""Does a job and returns what it brings to the case; raises ``BpmnError``, or anything else where it failed."""
_PAUSES = (1, 2, 5, 15, 30)
"""How long to wait, in seconds, while the service does not answer."""


class Worker:
    """Does the jobs of some topics until it is stopped.

    A job may be done twice, always with the same key: by another worker, where this one is killed or cut off longer
    than the lease. Whoever is too late is refused by the service, and what it brings is dropped.
    """

    def __init__(
        self,
        client: Client,
        topics: Sequence[str],
        *,
        name: str | None = None,
        threads: int = 1,
        lease: timedelta = timedelta(minutes=5),
        patience: timedelta = timedelta(seconds=5),
    ) -> None:
        """Make a worker.

        Args:
            client: the service.
            topics: those that come first are served first.
            name: what people read of it; host and process by default.
            threads: how many jobs are done at a time.
            lease: how long a job is its own; it is extended until the job is done.
            patience: how long one request for jobs waits for one; ``stop`` takes so long.
        """
        self._client, self._topics, self._threads = client, list(topics), threads
        self._name = name or f"{socket.gethostname()}-{os.getpid()}"
        self._lease, self._patience = lease, patience
        self._stopping = threading.Event()
        self._busy: dict[Future[None], Job] = {}

    def stop(self) -> None:
        """Let ``run`` return when what is under way is done."""
        self._stopping.set()

    def run(self, handler: Handler) -> None:
        """Do jobs until ``stop``; a service that does not answer is waited for.

        Raises:
            ProblemError: the service refuses to hand over jobs: the key or the topics are wrong.
        """
        failures = 0
        with self._extending(), ThreadPoolExecutor(self._threads) as pool:
            while not self._stopping.is_set():
                if len(self._busy) == self._threads:
                    self._let_go(wait(self._busy, return_when=FIRST_COMPLETED).done)
                    continue
                try:
                    jobs = self._fetch()
                except ServiceUnreachableError as error:
                    LOG.warning("%s", error)
                    self._stopping.wait(_PAUSES[min(failures, len(_PAUSES) - 1)])
                    failures += 1
                    continue
                failures = 0
                self._busy |= {pool.submit(self._do, job, handler): job for job in jobs}
                self._let_go({future for future in self._busy if future.done()})
        self._let_go({*self._busy})

    def _fetch(self) -> list[Job]:
        free = self._threads - len(self._busy)
        try:
            return self._client.fetch(self._topics, self._name, limit=free, lease=self._lease, wait=self._patience)
        except ProblemError as problem:
            if problem.status < 500:
                raise
            raise ServiceUnreachableError(url=self._name, reason=problem) from problem

    def _let_go(self, done: set[Future[None]]) -> None:
        for future in done:
            job = self._busy.pop(future)
            if error := future.exception():
                LOG.warning("%s: %s", job.name, error)

    def _do(self, job: Job, handler: Handler) -> None:
        """Do the job, and say what came of it."""
        try:
            brought: Mapping[str, object] | BpmnError | None = handler(job)
        except BpmnError as error:
            brought = error
        except Exception as error:  # noqa: BLE001 - whatever a handler does wrong is the job's failure
            self._client.fail_job(job, f"{type(error).__name__}: {error}")
            return
        try:
            if isinstance(brought, BpmnError):
                self._client.throw_job(job, brought.code, brought.data)
            else:
                self._client.complete_job(job, brought)
        except ProblemError as problem:  # what the case cannot take is a failure that people see
            self._client.fail_job(job, f"{problem.type}: {problem}")

    @contextmanager
    def _extending(self) -> Iterator[None]:
        """Keep the jobs that are under way inside the block."""
        over = threading.Event()

        def extend() -> None:
            while not over.wait(self._lease.total_seconds() / 3):
                for future, job in list(self._busy.items()):
                    if not future.done():
                        self._keep(job)

        thread = threading.Thread(target=extend, name="extending", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep(self, job: Job) -> None:
        try:
            self._client.extend(job, self._lease)
        except (ProblemError, ServiceUnreachableError) as error:
            LOG.warning("%s: %s", job.name, error)
