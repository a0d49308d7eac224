"""The description of the API (OpenAPI), in the language of the reader; it is served by the service itself."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

from ironcage.messages import mark, text
from ironcage_console.api.problems import TITLES

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute

Responses: TypeAlias = "dict[int | str, dict[str, Any]]"

SENT = (400, 413, 415)
"""What may be wrong with any body."""
_ALWAYS = (401, 403, 422, 503)
_TITLE = mark("Ironcage")
_ABOUT = mark(
    "Cases and tasks, messages, incidents, deployments and the jobs of external workers. Every answer that is no "
    "success is a problem (RFC 9457); its type is stable. A key opens what its scopes name."
)
_TAGS = {
    "cases": mark("Cases: begin, show, cancel"),
    "tasks": mark("Tasks of people: list, claim, release, complete, end in an error"),
    "messages": mark("Messages to one case, signals to all that wait"),
    "jobs": mark("Jobs of external workers: fetch and lock, extend, complete, fail, end in a BPMN error"),
    "incidents": mark("What is stopped until somebody looks at it"),
    "deployments": mark("Deployments: the files of a process are checked and become its newest version"),
    "service": mark("The service itself: health, readiness, metrics"),
}
_WORDS = ("summary", "description")
_DONE = mark("Successful Response")
"""What FastAPI calls the answer of one who did what was asked."""


class FaultBody(BaseModel):
    """One thing that is wrong with a request."""

    where: str
    detail: str


class FileFaultBody(BaseModel):
    """One thing that is wrong with a file."""

    model_config = ConfigDict(extra="forbid")
    file: str
    line: Annotated[int, Field(description=mark("From 1; 0 where the fault has no line"))]
    column: Annotated[int, Field(description=mark("From 1; 0 where it is not known"))]
    element: Annotated[str, Field(description=mark("The id of the element; empty where it is about none"))]
    level: Annotated[str, Field(description=mark("error, warning or advice"))]
    rule: Annotated[str, Field(description=mark("The stable name of the rule; programs go by it"))]
    what: str
    mend: Annotated[str, Field(description=mark("How to mend it"))]


class Problem(BaseModel):
    """Why something was not done (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")
    type: Annotated[str, Field(description=mark("The kind of the problem; programs go by it"))]
    title: str
    status: int
    detail: Annotated[str, Field(description=mark("What happened and what to do, in the language asked for"))]
    instance: Annotated[
        str | None, Field(description=mark("The number under which the log of the service tells more"))
    ] = None
    facts: Annotated[dict[str, str] | None, Field(description=mark("What the sentence tells, by name"))] = None
    errors: Annotated[list[FaultBody] | None, Field(description=mark("Each part of the request that does not fit"))] = (
        None
    )
    faults: Annotated[
        list[FileFaultBody] | None, Field(description=mark("Everything that is wrong with the files of a process"))
    ] = None


def problems(*statuses: int) -> Responses:
    """Return the description of the problems that a route may answer with, those of every route included."""
    schema = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status], "content": schema} for status in sorted({*statuses, *_ALWAYS})}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the description of *app* in the reader's language."""
    tags = [{"name": name, "description": said} for name, said in _TAGS.items()]
    described = get_openapi(title=_TITLE, version=version("ironcage"), description=_ABOUT, routes=app.routes, tags=tags)
    for methods in described["paths"].values():
        for operation in methods.values():
            operation.pop("description", None)  # the docstring, for those who read the code
    schemas = described["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for schema in schemas.values():
        schema.pop("description", None)
    told: dict[str, Any] = _told(described)
    return told


def operation_of(route: APIRoute) -> str:
    """Return what programs made from the description call an operation: ``cases_start``."""
    return f"{route.tags[0]}_{route.name}"


def _told(part: Any) -> Any:
    """Return *part* in the reader's language, without the titles that Pydantic makes of the names in the code."""
    if isinstance(part, dict):
        return {
            name: text(value) if name in _WORDS and isinstance(value, str) else _told(value)
            for name, value in part.items()
            if not (name == "title" and isinstance(value, str) and value != _TITLE)
        }
    return [_told(each) for each in part] if isinstance(part, list) else part
