"""Jobs of workers outside: fetched and locked, extended, completed, failed, ended in a BPMN error."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ironcage.engine import JobView
from ironcage.messages import mark
from ironcage_console.api.call import AnswersJobs, RunsJobs
from ironcage_console.api.document import SENT, problems
from ironcage_console.api.reply import Reply, shown
from ironcage_console.api.route import JsonRoute
from ironcage_console.api.shapes import Data, Instant, Name, Nothing

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=JsonRoute)

LONGEST_WAIT = 60
"""No request waits longer for jobs, in seconds."""
LOOK_EVERY = 0.5
"""How often a request that waits looks for jobs, in seconds."""
MOST_WAITING = 200
"""More requests than these do not wait: they are answered at once."""
_DAY = 86_400
_LAST_ATTEMPT = 2**31 - 1
"""The largest number that the database keeps; attempts are numbered by the second, so it is reached in 2094."""
_REFUSALS = problems(*SENT, 404, 409)
_Lease = Annotated[int, Field(ge=1, le=_DAY, description=mark("How long the job is the worker's, in seconds"))]
_Attempt = Annotated[int, Field(ge=1, le=_LAST_ATTEMPT, description=mark("Which attempt at the job answers"))]


class FetchBody(BaseModel):
    """What a worker asks for."""

    model_config = ConfigDict(extra="forbid")
    topics: Annotated[
        list[Name], Field(min_length=1, max_length=100, description=mark("The topics, those served first first"))
    ]
    worker: Annotated[Name, Field(description=mark("What people read of the worker"))]
    limit: Annotated[int, Field(ge=1, le=1000, description=mark("How many jobs at most"))] = 1
    lease_seconds: _Lease = 300
    wait_seconds: Annotated[
        int, Field(ge=0, le=LONGEST_WAIT, description=mark("How long to wait where there is no job yet"))
    ] = 0


class JobBody(BaseModel):
    """A job that was fetched."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(description=mark("The name of the job, PROCESS/KEY/NUMBER"))]
    case: str
    element: str
    topic: str
    attempt: int
    worker: str
    key: Annotated[str, Field(description=mark("The same for every attempt: who gets it twice is asked for one thing"))]
    locked_until: Instant
    variables: Data
    headers: dict[str, str]


class JobsBody(BaseModel):
    """The jobs that are the worker's now."""

    model_config = ConfigDict(extra="forbid")
    jobs: list[JobBody]


class ExtendBody(BaseModel):
    """A job that takes longer."""

    model_config = ConfigDict(extra="forbid")
    attempt: _Attempt
    lease_seconds: _Lease = 300


class ExtendedBody(BaseModel):
    """Until when the job is the worker's."""

    model_config = ConfigDict(extra="forbid")
    locked_until: Instant


class AnswerBody(BaseModel):
    """What a job brings to its case."""

    model_config = ConfigDict(extra="forbid")
    attempt: _Attempt
    data: Data = {}


class ThrownBody(AnswerBody):
    """The BPMN error a job ends in."""

    code: Annotated[Name, Field(description=mark("The code of the error, which the model may catch"))]


class FailureBody(BaseModel):
    """Why a job could not be done."""

    model_config = ConfigDict(extra="forbid")
    attempt: _Attempt
    reason: Annotated[
        str, Field(min_length=1, max_length=20_000, description=mark("What went wrong, without personal data"))
    ]
    retry_seconds: Annotated[
        int | None, Field(ge=0, le=30 * _DAY, description=mark("When to try again; without it, after growing pauses"))
    ] = None


class FailedBody(BaseModel):
    """What becomes of a job that could not be done."""

    model_config = ConfigDict(extra="forbid")
    stopped: Annotated[bool, Field(description=mark("Whether it waits for somebody to look at it"))]


@router.post(
    "/fetch", summary=mark("Fetch and lock jobs"), response_model=JobsBody, responses=problems(*SENT, 404, 409)
)
async def fetch(body: FetchBody, request: Request, call: RunsJobs) -> Reply:
    """Give jobs to a worker for a time; where there are none, wait for one as long as the worker asks for."""
    for topic in body.topics:
        call.check_topic(topic)

    def take() -> list[JobView]:
        lease = timedelta(seconds=body.lease_seconds)
        return call.engine.fetch_jobs(body.topics, body.worker, body.limit, lease, call.key.processes)

    jobs = await run_in_threadpool(take)
    state = request.app.state
    until = time.monotonic() + (body.wait_seconds if state.waiting < MOST_WAITING else 0)
    state.waiting += 1
    try:
        while not jobs and (left := until - time.monotonic()) > 0 and not state.is_stopping():
            await asyncio.sleep(min(LOOK_EVERY, left))
            if await request.is_disconnected():
                break  # nobody would answer what is fetched now
            jobs = await run_in_threadpool(take)
    finally:
        state.waiting -= 1
    return Reply({"jobs": [_document(job) for job in jobs]})


@router.post("/{job:path}/extend", summary=mark("Keep a job"), response_model=ExtendedBody, responses=_REFUSALS)
def extend(job: Name, body: ExtendBody, call: RunsJobs) -> Reply:
    """Let the attempt have the job from now for the time of the lease."""
    call.check_job(job)
    until = call.engine.extend_job(job, body.attempt, timedelta(seconds=body.lease_seconds))
    return Reply({"locked_until": until.isoformat()})


@router.post("/{job:path}/complete", summary=mark("Complete a job"), response_model=Nothing, responses=_REFUSALS)
def complete(job: Name, body: AnswerBody, call: AnswersJobs) -> Reply:
    """Answer the job and take its case on to where it waits next."""

    def act() -> Reply:
        call.check_job(job)
        call.engine.complete_job(job, body.attempt, body.data)
        return Reply({})

    return call.once(act)


@router.post(
    "/{job:path}/throw", summary=mark("End a job in a BPMN error"), response_model=Nothing, responses=_REFUSALS
)
def throw(job: Name, body: ThrownBody, call: AnswersJobs) -> Reply:
    """End the job in an error, which the model may catch; uncaught, it ends the case as failed."""

    def act() -> Reply:
        call.check_job(job)
        call.engine.throw_job(job, body.attempt, body.code, body.data)
        return Reply({})

    return call.once(act)


@router.post("/{job:path}/fail", summary=mark("Give a job back"), response_model=FailedBody, responses=_REFUSALS)
def fail(job: Name, body: FailureBody, call: AnswersJobs) -> Reply:
    """Let the job be tried again later, or stop it after the last attempt."""

    def act() -> Reply:
        call.check_job(job)
        pause = None if body.retry_seconds is None else timedelta(seconds=body.retry_seconds)
        return Reply({"stopped": call.engine.fail_job(job, body.attempt, body.reason, pause)})

    return call.once(act)


def _document(job: JobView) -> dict[str, object]:
    document = cast("dict[str, object]", shown(job))
    return {**document, "headers": dict(job.headers)}
