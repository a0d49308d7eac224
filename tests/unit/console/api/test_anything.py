"""Whatever comes, the answer is one of those described: never a fault, never a trace, always a problem or a result."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from documented import Documented
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from running import TWO_TASKS, definition
from serving import Serving

WORDS = st.sampled_from(
    ["p", "K-1", "p/K-1", "p/K-1/3", "a", "E1", "zhang", "order", "mail", "P1D", "", "\0", "$date", "1e7000"]
)
TEXTS = WORDS | st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    served = Serving(tmp_path_factory.mktemp("api"))
    served.engine.deploy(definition(*TWO_TASKS))
    served.engine.start("p", key="K-1")
    yield served
    served.close()


@pytest.fixture(scope="module")
def client(serving):
    return serving.client(serving.key())


@pytest.fixture(scope="module")
def documented(serving):
    return Documented(serving.app)


def _body(draw, documented, operation):
    """Draw something like a body: of the right fields, of any JSON, or of bytes that are none."""
    if "requestBody" not in operation:
        return b""
    schema = documented.schema(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"])
    fields = {name: _value(documented, field) for name, field in schema["properties"].items()}
    needed = {name: fields[name] for name in schema.get("required", ())}
    likely = st.fixed_dictionaries(needed, optional={name: fields[name] for name in fields if name not in needed})
    written = (likely | likely | JSON).map(lambda value: json.dumps(value).encode())
    return draw(written | written | st.binary(max_size=40), label="body")


def _value(documented, field):
    kinds = field.get("anyOf", [field])
    likely = {
        "string": WORDS,
        "integer": st.integers(0, 60),
        "boolean": st.booleans(),
        "object": st.dictionaries(st.sampled_from(["x", "ok", "name"]), JSON, max_size=3),
        "array": st.lists(WORDS, max_size=3),
    }
    return st.one_of(*(likely.get(kind.get("type"), JSON) for kind in kinds), JSON)


def _address(draw, path, operation):
    query = {}
    for parameter in operation.get("parameters", ()):
        value = draw(TEXTS, label=parameter["name"])
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=draw(st.sampled_from(["", "/"]))))
        elif parameter["in"] == "query" and draw(st.booleans()):
            query[parameter["name"]] = value
    return path, query


@given(st.data())
@examples(200)
def test_any_request_gets_an_answer_that_is_described(client, documented, data):
    method, path, operation = data.draw(st.sampled_from(documented.operations), label="operation")
    address, query = _address(data.draw, path, operation)
    headers = {"Content-Type": data.draw(st.sampled_from(["application/json"] * 9 + ["text/plain"]))}
    if data.draw(st.integers(0, 3)) == 0:
        headers["Idempotency-Key"] = data.draw(st.sampled_from(["a", "b"]))
    answer = client.request(
        method, address, params=query, content=_body(data.draw, documented, operation), headers=headers
    )
    if answer.status_code == 404 and answer.json()["type"].endswith("unknown-address"):
        return  # an empty name makes another address
    documented.check(operation, answer)


def test_every_operation_can_be_refused_for_want_of_a_key(serving, documented):
    stranger = serving.client()
    for method, path, operation in documented.operations:
        if not operation.get("security"):
            continue
        body = {} if "requestBody" not in operation else {"json": {}}
        answer = stranger.request(method, path.replace("{", "").replace("}", ""), **body)
        assert answer.status_code == 401, operation["operationId"]


def test_the_description_is_the_one_that_was_agreed(root_of_the_project, documented):
    kept = (root_of_the_project / "docs/reference/openapi.json").read_text("utf-8")
    assert json.loads(kept) == documented.document, "run: python docs/reference/make_openapi.py"


def test_the_description_is_served_in_both_languages(serving):
    described = {spoken: serving.client(None, spoken).get("/api/v1/openapi.json").json() for spoken in ("zh", "en")}
    summaries = {spoken: told["paths"]["/api/v1/cases"]["post"]["summary"] for spoken, told in described.items()}
    assert summaries == {"zh": "立案", "en": "Start a case"}
    assert serving.client().get("/docs").status_code == 404
