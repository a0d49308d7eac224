"""Runs a conformance suite of BPMN that others wrote, and says what this engine makes of each process.

A suite is a manifest and files whose scripts and conditions are neutral placeholders; ``placeholders`` puts our own
languages in their place. Each file passes the same gate as any other, then runs in a world of cases on a clock that is
moved by hand. The verdicts: ``pass``; ``refused`` at the gate, with the reason; ``failed``, a technical error;
``wrong``, which ran and did something else.
"""

from ironcage.conformance.disputes import Dispute, read_disputes
from ironcage.conformance.manifest import Manifest, ManifestError, read_manifest
from ironcage.conformance.results import Broken, Outcome, Tested, Verdict
from ironcage.conformance.suite import examine, run

__all__ = [
    "Broken",
    "Dispute",
    "Manifest",
    "ManifestError",
    "Outcome",
    "Tested",
    "Verdict",
    "examine",
    "read_disputes",
    "read_manifest",
    "run",
]
