"""The main job on real records: 2,000 requests to the City of Boston, through a process, to a proposal.

Everything happens when the record says it did, by a clock that the replay moves. The database and what was made of it
lie in a folder of their own; a run that was cut off is taken up where it was, a finished one is begun anew.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.importing import load as load_mapping
from ironcage.importing import replay
from ironcage.messages import text
from ironcage.resources import folder
from ironcage.store import Store
from ironcage_audit import audit
from ironcage_audit.proposals import propose, tell
from ironcage_audit.reports import gather
from ironcage_console.cli.instants import instant_of
from ironcage_console.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from ironcage_audit import AuditRun
    from ironcage_audit.reports import Report
    from ironcage_console.cli.output import Output

PROCESS = "service_request"
AS_OF = "2012-01-01T00:00:00-05:00"
"""Three months after the last request of the sample was opened; many are still open."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demonstration works and what it leaves there."""

    root: Path

    @property
    def database(self) -> Path:
        """The database of the cases."""
        return self.root / "demo.db"

    @property
    def made(self) -> Path:
        """The folder of report, seal and key."""
        return self.root / "demo"

    @property
    def seal(self) -> Path:
        """The seal; it is made last, so a run that has one is finished."""
        return self.made / "seal.json"

    def prepare(self, output: Output) -> None:
        """Make the folders; clear them if the last run was finished."""
        if self.seal.exists():
            shutil.rmtree(self.made)
            for file in self.root.glob(f"{self.database.name}*"):
                file.unlink()
        elif self.database.exists():
            output.say(text("The last run was cut off; it is taken up where it was."))
        self.made.mkdir(parents=True, exist_ok=True)


def demonstrate(root: Path, output: Output) -> int:
    """Run the demonstration in *root*; return 0, or 1 if the record did not verify."""
    place = Place(root)
    place.prepare(output)
    clock = VirtualClock()
    with closing(Store.open(f"sqlite:///{place.database}")) as store:
        engine = Engine(store, clock)
        _replay(engine, clock, output)
        run = audit(store, instant_of(AS_OF), clock=clock)
        lines = tell(propose(store, run))
        report = gather(store, run, proposal=lines)
        _show(report, run, lines, output)
        _write(report, place)
        whole = _verify_and_seal(engine, place, output)
    _say_what_next(place, output)
    output.data(
        {
            "as_of": AS_OF,
            "cases": run.watermark.cases,
            "events": run.watermark.events,
            "findings": len(run.findings),
            "fingerprints": _digest(run),
            "whole": whole,
        }
    )
    return 0 if whole else 1


def _replay(engine: Engine, clock: VirtualClock, output: Output) -> None:
    process = folder("processes") / PROCESS
    mapping = load_mapping(process / "boston311.toml")
    log = process / "sample" / "boston311-2011-q3-sample.csv"
    output.say(
        text("2,000 requests to the City of Boston, opened July to September 2011 (City of Boston open data, PDDL),")
    )
    output.say(
        text("run through {process}, each step at the instant its record holds.", process=f"{process.name}.bpmn")
    )
    engine.deploy(load(process))
    with progress(text("replaying")) as moved:
        replayed = replay(engine, clock, log, mapping, instant_of(AS_OF), progress=moved)
    output.say(
        text(
            "{cases} cases started, {completed} tasks completed; {bridged} cases needed routing by hand, {waiting} wait for it.",
            cases=replayed.cases,
            completed=replayed.completed,
            bridged=replayed.bridged,
            waiting=replayed.waiting,
        )
    )


def _show(report: Report, run: AuditRun, proposal: list[str], output: Output) -> None:
    seen = run.watermark
    output.say()
    output.say(
        text(
            "As of {as_of}: {cases} cases, {events} events.",
            as_of=instant_of_text(report),
            cases=f"{seen.cases:,}",
            events=f"{seen.events:,}",
        )
    )


def _digest(run: AuditRun) -> str:
    """Return one digest over all fingerprints: two runs that found the same agree in it."""
    return sha256("\n".join(sorted(finding.fingerprint for finding in run.findings)).encode()).hexdigest()
