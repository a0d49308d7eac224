"""A service on a real port whose service task is done by workers outside, and a client of it."""

from __future__ import annotations

import pytest
from running import definition
from serving import Serving

from ironcage.client import Client
from ironcage.messages import speaking
from ironcage.settings import Site

ASKED = (
    {
        "s": "start", "a": "service ask result x", "c": "caught a E1", "b": "user", "late": "user",
        "e": "end", "f": "end",
    },
    "s -> a", "a -> b", "b -> e", "c -> late", "late -> f",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _english():
    with speaking("en"):
        yield


@pytest.fixture
def serving(tmp_path):
    served = Serving(tmp_path, site=Site(topics=frozenset({"ask"})))
    served.engine.deploy(definition(*ASKED))
    yield served
    served.close()


@pytest.fixture
def client(serving):
    made = Client(serving.url, serving.key())
    yield made
    made.close()
