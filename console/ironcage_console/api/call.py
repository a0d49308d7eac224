"""One call of the API: who calls, the engine it calls, and doing what it asks for once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials

from ironcage.engine import Engine
from ironcage.messages import mark
from ironcage.store import ConflictError, Work
from ironcage_console import store as rows
from ironcage_console.api.admission import bearer
from ironcage_console.api.refusals import KeyReusedError, ProcessMissingError, TopicMissingError
from ironcage_console.api.reply import Reply
from ironcage_console.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage_console.api.opening import Opening
    from ironcage_console.keys import ApiKey

_Idempotency = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description=mark("What the caller calls this request: sent again under the same name, it is done once"),
    ),
]


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose key opens what is asked for."""

    engine: Engine
    key: ApiKey
    idempotency: str | None
    """What the caller calls the request, where it may come again."""
    digest: bytes
    """Of what is asked."""

    def channel(self, told: str | None) -> str:
        """Return by which channel something came: what was told, else the name of the key."""
        return told or f"api:{self.key.name}"

    def check_topic(self, topic: str) -> None:
        """Make sure that the key may take jobs of *topic*.

        Raises:
            TopicMissingError: it may not.
        """
        if not self.key.may_take(topic):
            raise TopicMissingError(key=self.key.name, topic=topic)

    def check_process(self, name: str) -> None:
        """Make sure that the key is for the process of what *name* names: a process, a case, a task or a job.

        That is told from the name alone, so a refusal says nothing of what there is.

        Raises:
            ProcessMissingError: it is not.
        """
        process = name.partition("/")[0]
        if not self.key.may_touch(process):
            raise ProcessMissingError(key=self.key.name, process=process)

    def check_job(self, job: str) -> None:
        """Make sure that the key may take the job.

        Raises:
            UnknownJobError: there is no such job any more.
            TopicMissingError, ProcessMissingError: it may not.
        """
        self.check_process(job)
        if self.key.topics:
            self.check_topic(self.engine.topic_of(job))

    def once(self, act: Callable[[], Reply]) -> Reply:
        """Do what is asked for; if the request came before, answer what was answered then and do nothing.

        What is done and that it was done are one transaction; what that causes in other cases is done after it. A
        refusal has changed nothing and is not remembered.

        Raises:
            KeyReusedError: another request came under the same name.
        """
        name = self.idempotency
        if name is None:
            return act()

        def answered(work: Work) -> Reply:
            known = rows.find_answer(work.connection, self.key.id, name)
            if known is None:
                return self._done(work, act(), name)
            if known.request != self.digest:
                raise KeyReusedError(key=name)
            return Reply(known.body, known.status)

        with self.engine.settling_later():
            return self.engine.store.run(answered)

    def _done(self, work: Work, reply: Reply, idempotency: str) -> Reply:
        """Remember *reply*; undo it all if another request of that name was answered meanwhile."""
        now = self.engine.clock.now()
        answer = rows.StoredAnswer(
            self.key.id, idempotency, self.digest, reply.status_code, bytes(reply.body).decode(), now
        )
        if not rows.add_answer(work.connection, answer):
            raise ConflictError(case=idempotency)
        return reply


async def _call(request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Call:
    """Return the call of the key that the route has let in."""
    engine, key = cast("Opening", request.app.state.opening).engine(), cast("ApiKey", request.state.key)
    return Call(engine, key, None, getattr(request.state, "digest", b""))


async def _named_call(call: Annotated[Call, Depends(_call)], idempotency: _Idempotency = None) -> Call:
    """Return a call that may come again under the same name."""
    return replace(call, idempotency=idempotency)


ReadsCases = Annotated[Call, Security(_call, scopes=[Scope.CASES_READ.value])]
WritesCases = Annotated[Call, Security(_named_call, scopes=[Scope.CASES_WRITE.value])]
SeesTasks = Annotated[Call, Security(_call, scopes=[Scope.TASKS.value])]
DoesTasks = Annotated[Call, Security(_named_call, scopes=[Scope.TASKS.value])]
SendsMessages = Annotated[Call, Security(_named_call, scopes=[Scope.MESSAGES.value])]
RunsJobs = Annotated[Call, Security(_call, scopes=[Scope.JOBS.value])]
AnswersJobs = Annotated[Call, Security(_named_call, scopes=[Scope.JOBS.value])]
MendsIncidents = Annotated[Call, Security(_call, scopes=[Scope.INCIDENTS.value])]
Deploys = Annotated[Call, Security(_named_call, scopes=[Scope.DEPLOY.value])]
ReadsMetrics = Annotated[Call, Security(_call, scopes=[Scope.METRICS.value])]
