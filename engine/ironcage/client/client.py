"""The commands of a service, each a request."""

from __future__ import annotations

import uuid
from base64 import b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ironcage.client.calling import Calling, address
from ironcage.client.views import case_of, context, contexts, deployed_of, job_of, receipt_of, task_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.client.views import Case, Deployed, Job, Receipt, Task
    from ironcage.values import Context

_NO_TIME = timedelta()
_USUAL_LEASE = timedelta(minutes=5)


class Client(Calling):
    """A service at an address, opened by a key; any number of threads may use it.

    What could happen twice is sent under a name of its own, and sent again under the same name where no answer comes
    back, so that it happens once. Whatever the service refuses is a ``ProblemError``.
    """

    # Cases

    def start(
        self,
        process: str,
        data: Mapping[str, object] | None = None,
        *,
        key: str | None = None,
        actor: str | None = None,
        channel: str | None = None,
        at: str | None = None,
    ) -> str:
        """Start a case of the newest version of *process* and return its name, ``PROCESS/KEY``."""
        body = {"process": process, "data": dict(data or {}), "key": key, "actor": actor, "channel": channel, "at": at}
        return str(self.once("cases", body)["case"])

    def case(self, name: str) -> Case:
        """Return the case as it stands."""
        return case_of(self.get(f"cases/{address(name)}"))

    def cancel(self, case: str, reason: str, *, actor: str | None = None) -> None:
        """End the case, and the cases it called, for a *reason* that is recorded."""
        self.once(f"cases/{address(case)}/cancel", {"reason": reason, "actor": actor})

    # Tasks

    def tasks(
        self, *, role: str | None = None, unit: str | None = None, case: str | None = None, limit: int = 100
    ) -> list[Task]:
        """Return the open tasks of *role*, *unit* and *case* (None for any), the first due first."""
        asked = {"role": role, "unit": unit, "case": case, "limit": str(limit)}
        found = self.get("tasks", {name: value for name, value in asked.items() if value is not None})
        return [task_of(task) for task in contexts(found["tasks"])]

    def claim(self, task: str, actor: str) -> None:
        """Give the task to *actor*; claiming what one has already changes nothing."""
        self.post(f"tasks/{address(task)}/claim", {"actor": actor})

    def release(self, task: str, actor: str) -> None:
        """Give the task back to all it is offered to."""
        self.post(f"tasks/{address(task)}/release", {"actor": actor})

    def complete(self, task: str, data: Mapping[str, object] | None = None, *, actor: str | None = None) -> None:
        """Complete the task with *data* and take its case on to where it waits next."""
        self.once(f"tasks/{address(task)}/complete", {"data": dict(data or {}), "actor": actor})

    # Messages

    def message(
        self,
        name: str,
        data: Mapping[str, object] | None = None,
        *,
        to: str | None = None,
        key: Sequence[object] = (),
        ttl: timedelta = _NO_TIME,
        actor: str | None = None,
    ) -> Receipt:
        """Give a message to exactly one receiver, or have it kept for *ttl*; return what became of it."""
        body = {"name": name, "data": dict(data or {}), "to": to, "key": list(key), "actor": actor}
        return receipt_of(self.once("messages", body | {"keep_seconds": int(ttl.total_seconds())}))

    def signal(self, name: str, data: Mapping[str, object] | None = None) -> int:
        """Give a signal to all that wait for it; return how many."""
        received = self.once("signals", {"name": name, "data": dict(data or {})})["received"]
        return int(str(received))

    # Jobs

    def fetch(
        self,
        topics: Sequence[str],
        worker: str,
        *,
        limit: int = 1,
        lease: timedelta = _USUAL_LEASE,
        wait: timedelta = _NO_TIME,
    ) -> list[Job]:
        """Take at most *limit* jobs of *topics* for the time of *lease*; where there are none, wait so long for one."""
        body = {
            "topics": list(topics),
            "worker": worker,
            "limit": limit,
            "lease_seconds": int(lease.total_seconds()),
            "wait_seconds": int(wait.total_seconds()),
        }
        found = self.post("jobs/fetch", body, patience=wait.total_seconds())
        return [job_of(context(job)) for job in contexts(found["jobs"])]

    def extend(self, job: Job, lease: timedelta = _USUAL_LEASE) -> datetime:
        """Let the job be the caller's for the time of *lease* from now; return until when that is."""
        said = self.post(_to(job, "extend"), {"attempt": job.attempt, "lease_seconds": int(lease.total_seconds())})
        return datetime.fromisoformat(str(said["locked_until"]))

    def complete_job(self, job: Job, data: Mapping[str, object] | None = None) -> None:
        """Answer the job with *data* and take its case on to where it waits next."""
        self.once(_to(job, "complete"), {"attempt": job.attempt, "data": dict(data or {})})

    def throw_job(self, job: Job, code: str, data: Mapping[str, object] | None = None) -> None:
        """End the job in the BPMN error *code*, which the model may catch."""
        self.once(_to(job, "throw"), {"attempt": job.attempt, "code": code, "data": dict(data or {})})

    def fail_job(self, job: Job, reason: str, retry_in: timedelta | None = None) -> None:
        """Give the job back, for a *reason* that people read; it is tried again after *retry_in*, or as usual."""
        pause = None if retry_in is None else int(retry_in.total_seconds())
        self.once(_to(job, "fail"), {"attempt": job.attempt, "reason": reason, "retry_seconds": pause})

    # Deployments

    def deploy(self, process: str, files: Mapping[str, bytes], *, dry_run: bool = False) -> Deployed:
        """Make *files* the newest version of *process*, unless they are that already; a *dry_run* only checks them.

        Args:
            process: the key of the process.
            files: what its folder holds, ``process.toml`` among it; what that does not name is left out.
            dry_run: deploy nothing.

        Raises:
            ProblemError: the files have errors; ``faults`` names all of them.
        """
        sent = {name: _file(content) for name, content in files.items()}
        return deployed_of(self.once("deployments", {"process": process, "files": sent, "dry_run": dry_run}))

    def once(self, path: str, body: Mapping[str, object]) -> Context:
        """Send what must not be done twice under a name of its own."""
        return self.post(path, body, name=uuid.uuid4().hex)


def _file(content: bytes) -> object:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    return {"base64": b64encode(content).decode()} if "\0" in text else text


def _to(job: Job, verb: str) -> str:
    return f"jobs/{address(job.name)}/{verb}"
