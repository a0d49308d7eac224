from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from boston import SAMPLE
from reporting import report_on, store_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ironcage.store import Store
    from ironcage_audit.reports import Report

HEADER = "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,type,queue,department,source"


@pytest.fixture(scope="session")
def sample() -> Iterator[Store]:
    store = store_of(SAMPLE)
    yield store
    store.close()


@pytest.fixture(scope="session")
def report(sample: Store) -> Report:
    return report_on(sample)


@pytest.fixture
def requests(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Return a store that holds the given requests: key, opened, target, closed, type, queue, department."""
    made: list[Store] = []

    def make(*rows: tuple[str, str, str, str, str, str, str], deployed: bool = True) -> Store:
        quoted = (['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows)
        lines = [",".join([*row[:4], "", *row[4:], "web"]) for row in quoted]
        log = tmp_path / "log.csv"
        log.write_bytes(("\n".join([HEADER, *lines]) + "\n").encode())
        made.append(store_of(log, deployed=deployed))
        return made[-1]

    yield make
    for store in made:
        store.close()
