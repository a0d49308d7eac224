"""The audit: a log of the store as of an instant, every rule over it, and what is new kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ironcage.clock import SystemClock
from ironcage_audit import store as kept
from ironcage_audit.findings import AuditRun, examine
from ironcage_audit.hooks import load
from ironcage_audit.log import write
from ironcage_audit.rules import Maturity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ironcage.clock import Clock, Micros
    from ironcage.hooks import Broken
    from ironcage.store.store import Store
    from ironcage_audit.findings import Finding, Limits
    from ironcage_audit.log import Log
    from ironcage_audit.rules import Rule


def audit(
    store: Store,
    as_of: Micros,
    rules: Sequence[Rule] | None = None,
    parameters: Mapping[str, Mapping[str, int | str]] | None = None,
    *,
    archives: Sequence[Path] = (),
    limits: Limits | None = None,
    clock: Clock | None = None,
) -> AuditRun:
    """Return what the rules say about the cases of *store* as of an instant; findings not known before are kept.

    Args:
        store: with the newest schema.
        as_of: what happened later is not seen.
        rules: those to run; by default every installed rule that is not retired.
        parameters: by rule id, what the site sets instead of the defaults.
        archives: folders whose archived cases are read, too; how many lie elsewhere, the watermark says.
        limits: of each rule.
        clock: tells when the findings were made.

    Raises:
        UnknownRuleError: *parameters* names a rule that is not run; nothing was run.
        UnknownParameterError: a rule has no such parameter; nothing was run.
        ParameterOutOfBoundsError: a value is out of bounds; nothing was run.
        ArrowMissingError: *archives* cannot be read without pyarrow.
    """
    started = (clock or SystemClock()).now()
    broken: tuple[Broken, ...] = ()
    if rules is None:
        installed = load()
        rules = [rule for rule in installed.rules if rule.maturity is not Maturity.RETIRED]
        broken = installed.broken
    with reading(store, as_of, archives) as log:
        results = examine(log, rules, parameters or {}, limits)
        run = AuditRun(log.watermark, tuple(results), broken, tuple(archives))
    with store.writing() as work:
        return kept.keep(work.connection, run, started)


@contextmanager
def reading(store: Store, as_of: Micros, archives: Sequence[Path] = ()) -> Iterator[Log]:
    """Give the log of *store* and of *archives* as of an instant; its file is gone when the block is left."""
    with TemporaryDirectory(prefix="ironcage-") as folder:
        with store.reading() as connection:
            log = write(
                Path(folder) / "log.db",
                as_of,
                kept.cases(connection, archives),
                kept.steps(connection),
                kept.separations(connection),
            )
            log.watermark = replace(log.watermark, left_out=kept.left_out(connection, archives))
        yield log


def findings(store: Store) -> list[Finding]:
    """Return every finding *store* keeps, earliest first."""
    with store.reading() as connection:
        return kept.kept_findings(connection)


def usual_as_of(store: Store, now: Micros) -> Micros:
    """Return as of when *store* is examined if nobody says: *now*, or the latest event where all of it is a log's."""
    with store.reading() as connection:
        latest = None if kept.has_own_cases(connection) else kept.latest_event(connection)
    return now if latest is None else latest


def latest_event(store: Store) -> Micros | None:
    """Return when the latest event of *store* happened, or None where it has none."""
    with store.reading() as connection:
        return kept.latest_event(connection)
