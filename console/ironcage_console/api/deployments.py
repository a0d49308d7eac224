"""Deployments: the files of a process, judged as ``ironcage check`` judges them and made its newest version."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from starlette.concurrency import run_in_threadpool

from ironcage.definitions import load_files
from ironcage.messages import mark
from ironcage_console.api.call import Deploys
from ironcage_console.api.document import SENT, FileFaultBody, problems
from ironcage_console.api.problems import faults_of
from ironcage_console.api.reply import Reply
from ironcage_console.api.route import JsonRoute
from ironcage_console.api.shapes import Name, Process

if TYPE_CHECKING:
    from ironcage.definitions import Definition
    from ironcage_console.api.call import Call

MOST_BYTES = 10_000_000
"""A longer request to deploy is not read."""
MOST_FILES = 100


class DeploymentRoute(JsonRoute):
    """A route that takes the files of a process, which may be larger than case data."""

    most_bytes = MOST_BYTES


router = APIRouter(prefix="/deployments", tags=["deployments"], route_class=DeploymentRoute)


def _decoded(said: object) -> bytes:
    if not isinstance(said, str):
        raise ValueError  # noqa: TRY004 - how Pydantic is told
    return b64decode(said, validate=True)


class EncodedBody(BaseModel):
    """A file that is not text in UTF-8."""

    model_config = ConfigDict(extra="forbid")
    base64: Annotated[bytes, BeforeValidator(_decoded), WithJsonSchema({"type": "string", "format": "byte"})]


class DeployBody(BaseModel):
    """A process folder."""

    model_config = ConfigDict(extra="forbid")
    process: Annotated[Process, Field(description=mark("The key of the process, as process.toml says it"))]
    files: Annotated[
        dict[Name, str | EncodedBody],
        Field(
            min_length=1,
            max_length=MOST_FILES,
            description=mark(
                "The files of the process folder by their names, process.toml among them: each a text, or its bytes "
                "in base64. What process.toml does not name is left out"
            ),
        ),
    ]
    dry_run: Annotated[bool, Field(description=mark("Only check: nothing is deployed"))] = False


class CallOfNothingBody(BaseModel):
    """A call activity that calls what is not deployed."""

    model_config = ConfigDict(extra="forbid")
    element: str
    process: str


class DeployedBody(BaseModel):
    """What a deployment did, or would do."""

    model_config = ConfigDict(extra="forbid")
    process: str
    version: Annotated[int | None, Field(description=mark("The version that the files are; null where only checked"))]
    new: Annotated[bool, Field(description=mark("Whether a version was made; the same files again are the same one"))]
    digest: Annotated[str, Field(description=mark("Of the files, in hexadecimal"))]
    files: Annotated[list[str], Field(description=mark("The files that were taken in"))]
    faults: Annotated[list[FileFaultBody], Field(description=mark("Warnings and advice; errors are refused"))]
    calls_of_nothing: Annotated[
        list[CallOfNothingBody], Field(description=mark("Call activities whose process is not deployed yet"))
    ]


@router.post(
    "",
    summary=mark("Deploy a process, or check it"),
    status_code=201,
    response_model=DeployedBody,
    responses={
        **problems(*SENT, 409),
        200: {"model": DeployedBody, "description": mark("The files were deployed already, or only checked")},
    },
)
async def deploy(body: DeployBody, request: Request, call: Deploys) -> Reply:
    """Make the files the newest version of the process, unless they are that already.

    One definition is judged at a time, for that takes the processor; those who wait keep no thread from other requests.
    """
    files = {name: file.encode() if isinstance(file, str) else file.base64 for name, file in body.files.items()}
    async with request.app.state.judging:  # outside of every transaction
        definition = await run_in_threadpool(load_files, files, body.process, body.process)
    return await run_in_threadpool(_deployed, call, definition, dry_run=body.dry_run)


def _deployed(call: Call, definition: Definition, *, dry_run: bool) -> Reply:
    if dry_run:
        return Reply(_document(call, definition, None, is_new=False))

    def act() -> Reply:
        done = call.engine.deploy(definition)
        return Reply(_document(call, definition, done.version, is_new=done.is_new), 201 if done.is_new else 200)

    return call.once(act)


def _document(call: Call, definition: Definition, version: int | None, *, is_new: bool) -> dict[str, object]:
    own = {program.process for program in definition.programs.values()}
    calls = [each for each in call.engine.calls_of_nothing(definition) if each[1] not in own]
    return {
        "process": definition.key,
        "version": version,
        "new": is_new,
        "digest": definition.digest.hex(),
        "files": list(definition.files),
        "faults": faults_of(definition.faults),
        "calls_of_nothing": [{"element": element, "process": process} for element, process in calls],
    }
