from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from databases import emptied
from hosting import Application
from running import Running

from ironcage.messages import speaking
from ironcage.settings import NOTHING_SET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ironcage.settings import Site


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'cases.db'}" if request.param == "sqlite" else emptied()


@pytest.fixture
def run(url: str) -> Iterator[Callable[..., Running]]:
    """Make an engine with the given plugins and deploy the given definitions."""
    made: list[Running] = []

    def make(*definitions: object, plugins: tuple[object, ...] = (), site: Site = NOTHING_SET) -> Running:
        running = Running(url, *plugins, site=site)
        made.append(running)
        for definition in definitions:
            running.engine.deploy(definition)
        return running

    yield make
    for running in made:
        running.close()


@pytest.fixture
def apply(url) -> Iterator[Callable[..., Application]]:
    made: list[Application] = []

    def make(*words, **options):
        made.append(Application(url, *words, **options))
        return made[-1]

    yield make
    for application in made:
        application.close()
    if made:
        made[0].drop()


@pytest.fixture
def application(apply) -> Application:
    return apply()
