"""The main job on real records: 2,000 requests to the City of Boston, through a process, to a proposal.

Everything happens when the record says it did, by a clock that the replay moves. The database and what was made of it
lie in a folder of their own; a run that was cut off is taken up where it was, a finished one is begun anew.
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree, which
from typing import TYPE_CHECKING

from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.importing import load as load_mapping
from ironcage.importing import replay
from ironcage.messages import Text, language, text
from ironcage.record.keys import create_key
from ironcage.record.sealed import Seals
from ironcage.resources import folder
from ironcage.store import Store
from ironcage_audit import audit
from ironcage_audit.proposals import propose
from ironcage_audit.reports import gather
from ironcage_audit.reports import text as told
from ironcage_console.cli.instants import instant_of
from ironcage_console.cli.progress import progress
from ironcage_console.cli.reporting import write_report

if TYPE_CHECKING:
    from ironcage_audit import AuditRun
    from ironcage_console.cli.output import Output

PROCESS = "service_request"
MAP, SAMPLE = "boston311.toml", "sample/boston311-2011-q3-sample.csv"
BEGIN, AS_OF = "2011-07-01T00:00:00-04:00", "2012-01-01T00:00:00-05:00"
"""The sample was opened from July to September; three months later many requests are still open."""
SOURCE = Text(
    zh="波士顿市政府开放数据：2011 年 7 至 9 月受理的 311 服务请求（PDDL），抽样 2,000 件",
    en="City of Boston open data: 311 service requests opened July to September 2011 (PDDL), a sample of 2,000",
)


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

    @property
    def key(self) -> Path:
        """The key of the seal, which lies here only because this is a demonstration."""
        return self.made / "key.pem"

    def prepare(self, output: Output) -> None:
        """Make the folders; clear them if the last run was finished."""
        if self.seal.exists():
            for file in self.root.glob(f"{self.database.name}*"):
                file.unlink()
        elif self.database.exists():
            output.say(text("The last run was cut off; it is taken up where it was."))
        rmtree(self.made, ignore_errors=True)
        self.made.mkdir(parents=True)


def demonstrate(root: Path, output: Output) -> int:
    """Run the demonstration in *root*; return 0, or 1 if the record did not verify."""
    place = Place(root)
    place.prepare(output)
    clock = VirtualClock(instant_of(BEGIN))
    with closing(Store.open(f"sqlite:///{place.database}")) as store:
        engine = Engine(store, clock)
        _replay(engine, clock, output)
        with progress(text("auditing")):
            run = audit(store, instant_of(AS_OF), clock=clock)
            report = gather(store, run, source=SOURCE, proposals=propose(store, run))
        output.say(told(report))
        write_report(report, place.made)
        whole = _verify_and_seal(engine, place, output)
    _say_what_next(place, run, output)
    output.data(
        {
            "as_of": AS_OF,
            "cases": run.watermark.cases,
            "events": run.watermark.events,
            "findings": len(run.findings),
            "fingerprints": digest(run),
            "whole": whole,
        }
    )
    return 0 if whole else 1


def digest(run: AuditRun) -> str:
    """Return one digest over all fingerprints: two runs that found the same agree in it."""
    return sha256("\n".join(sorted(finding.fingerprint for finding in run.findings)).encode()).hexdigest()


def _replay(engine: Engine, clock: VirtualClock, output: Output) -> None:
    process = folder("processes") / PROCESS
    output.say(str(SOURCE))
    output.say(
        text("They run through {model}, each step at the instant that its record holds.", model=f"{PROCESS}.bpmn")
    )
    engine.deploy(load(process))
    with progress(text("replaying")) as moved:
        done = replay(engine, clock, process / SAMPLE, load_mapping(process / MAP), instant_of(AS_OF), progress=moved)
    output.say(
        text(
            "{cases} cases begun, {completed} closed as recorded; routed by hand: {bridged}, still to be: {waiting}.",
            cases=f"{done.cases:,}",
            completed=f"{done.completed:,}",
            bridged=done.bridged,
            waiting=done.waiting,
        )
    )
    output.say()


def _verify_and_seal(engine: Engine, place: Place, output: Output) -> bool:
    """Seal the record, and verify it against the seal."""
    made = engine.seal(create_key(place.key))
    found = engine.verify(Seals([made], made.public_key))
    if not found.whole:
        for problem in found.problems:
            output.say(str(problem))
        return False
    place.seal.write_text(made.to_json() + "\n", encoding="utf-8")
    output.say(
        text(
            "The record is whole and sealed: {cases} cases, {events} events.",
            cases=f"{found.cases:,}",
            events=f"{found.events:,}",
        )
    )
    return True


def _say_what_next(place: Place, run: AuditRun, output: Output) -> None:
    output.say(text("Fingerprint of all findings: {digest}", digest=digest(run)[:16]))
    output.say()
    output.say(text("Look at the report: {file}", file=place.made / "report.html"))
    output.say(text("Try next:"))
    database = f"--db sqlite:///{place.database}"
    for words in (
        f"tasks --unit PARK --limit 5 {database}",
        f"findings --rule handling.bulk-closing {database}",
        "rule explain deadlines.overdue",
        f"verify --seal {place.seal} {database}",
    ):
        output.say(f"  {_command()} {words}")
    output.say("English: IRONCAGE_LANG=en make demo" if language() == "zh" else "中文：IRONCAGE_LANG=zh make demo")


def _command() -> str:
    """Return how the reader can call this command: by its name, or by its place where the name is not on the path."""
    if which("ironcage"):
        return "ironcage"
    place = Path(sys.argv[0])
    return str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place)
