"""Whether an answer of the API is one that its description tells of."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ironcage.messages import speaking
from ironcage_console import api
from ironcage_console.api.document import Problem, document

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

_PROBLEM = "application/problem+json"


def _shapes() -> dict[str, type[BaseModel]]:
    """Return the shapes of the API by their names."""
    for module in pkgutil.iter_modules(api.__path__, f"{api.__name__}."):
        import_module(module.name)
    kinds = [BaseModel]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {kind.__name__: kind for kind in kinds if kind.__module__.startswith(api.__name__)}


class Documented:
    """The operations of an API, and what each may answer."""

    def __init__(self, app: FastAPI) -> None:
        with speaking("en"):
            self.document = document(app)
        self.operations: list[tuple[str, str, dict[str, Any]]] = [
            (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        ]
        self._shapes = _shapes()

    def schema(self, reference: str) -> dict[str, Any]:
        """Return the schema that *reference* points to."""
        found: dict[str, Any] = self.document["components"]["schemas"][reference.rpartition("/")[2]]
        return found

    def check(self, operation: dict[str, Any], answer: httpx.Response) -> None:
        """Fail if *answer* is none that *operation* is described to give."""
        told = f"{operation['operationId']} {answer.status_code} {answer.text[:500]}"
        assert str(answer.status_code) in operation["responses"], told
        if answer.is_success:
            content = operation["responses"][str(answer.status_code)]["content"]
            media_type = answer.headers["content-type"].partition(";")[0]
            assert media_type in content, told
            if media_type == "application/json":
                shape = self._shapes[content[media_type]["schema"]["$ref"].rpartition("/")[2]]
                shape.model_validate_json(answer.content)
        else:
            assert answer.headers["content-type"] == _PROBLEM, told
            assert Problem.model_validate_json(answer.content).status == answer.status_code, told
