"""The whole quarter of Boston's requests, 31,828 of them: imported, audited, and replayed through the engine.

Needs the log: ``IRONCAGE_DATA`` names the folder with ``boston311-2011-q3.csv.gz``.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.importing import import_log, replay
from ironcage.importing import load as load_mapping
from ironcage.resources import folder
from ironcage.store import Store
from ironcage_audit import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = "boston311-2011-q3.csv.gz"
BATCH = 1000


def figures() -> Iterator[Figure]:
    """Yield how long each takes, in seconds of wall time; they depend on the machine."""
    log = Path(os.environ.get("IRONCAGE_DATA", "")) / LOG
    if not log.is_file():
        print(f"left out: IRONCAGE_DATA names no folder with {LOG}", file=sys.stderr)
        return
    process = folder("processes") / "service_request"
    mapping = load_mapping(process / "boston311.toml")
    with TemporaryDirectory(prefix="ironcage-") as place:
        with closing(Store.open(f"sqlite:///{place}/imported.db")) as store:
            began = time.perf_counter()
            done = import_log(store, log, mapping)
            how = f"{done.cases:,} cases, {done.events:,} events, one transaction, SQLite FULL"
            yield Figure("import_quarter_seconds", round(time.perf_counter() - began, 1), "s", how)
            began = time.perf_counter()
            found = audit(store, _AS_OF)
            how = f"five rules over {found.watermark.events:,} events as of 2012-01-01, findings kept"
            yield Figure("audit_quarter_seconds", round(time.perf_counter() - began, 1), "s", how)
        with closing(Store.open(f"sqlite:///{place}/replayed.db")) as store:
            clock = VirtualClock()
            engine = Engine(store, clock)
            engine.deploy(load(process))
            began = time.perf_counter()
            run = replay(engine, clock, log, mapping, _AS_OF, batch=BATCH)
            how = f"{run.cases:,} cases begun, {run.completed:,} completed, {BATCH} acts a commit, SQLite FULL"
            yield Figure("replay_quarter_seconds", round(time.perf_counter() - began, 1), "s", how)


_AS_OF = 1_325_394_000_000_000
"""2012-01-01T00:00:00-05:00."""
