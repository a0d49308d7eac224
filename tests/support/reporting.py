"""Stores to report on: the shipped sample, taken in from its log, beside the deployed definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boston import AS_OF_US, PROCESS

from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.importing import import_log, replay
from ironcage.importing import load as load_mapping
from ironcage.store import Store, definitions
from ironcage.store.definitions import Deployed, ElementRow
from ironcage_audit import audit
from ironcage_audit.reports import Report, gather

if TYPE_CHECKING:
    from pathlib import Path


def store_of(log: Path, *, deployed: bool = True) -> Store:
    """Return a store in memory that holds *log*, and the definition of the shipped process if *deployed*."""
    store = Store.open(":memory:")
    if deployed:
        definition = load(PROCESS)
        row = Deployed(
            definition.key, 1, definition.digest, definition.title.zh, definition.title.en, definition.owner, AS_OF_US
        )
        nodes = [ElementRow(node.id, node.kind, node.name, node.lane, 0) for node in definition.program.nodes]
        with store.writing() as work:
            definitions.add(work.connection, row, definition.files, nodes, [])
    import_log(store, log, load_mapping(PROCESS / "boston311.toml"))
    return store


def replayed(log: Path, as_of: int = AS_OF_US) -> Store:
    """Return a store in memory whose engine has run *log* through the shipped process."""
    clock, store = VirtualClock(), Store.open(":memory:")
    engine = Engine(store, clock)
    engine.deploy(load(PROCESS))
    replay(engine, clock, log, load_mapping(PROCESS / "boston311.toml"), as_of, batch=100)
    return store


def report_on(store: Store, as_of: int = AS_OF_US) -> Report:
    """Return the report on *store*, audited by every installed rule."""
    return gather(store, audit(store, as_of))
