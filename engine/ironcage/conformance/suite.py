"""Runs the tests of a manifest, and holds the files that must be refused against the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ironcage.conformance.disputes import Dispute
from ironcage.conformance.gate import admitted, gravest
from ironcage.conformance.manifest import ChangedFileError
from ironcage.conformance.placeholders import rewritten
from ironcage.conformance.results import Broken, Outcome, Tested, Verdict
from ironcage.conformance.trial import agrees, outcome
from ironcage.faults import FaultyError, Level
from ironcage.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ironcage.conformance.manifest import Constraint, Manifest, Source, Test, Trial
    from ironcage.faults import Fault
    from ironcage.program import Program


def run(manifest: Manifest, disputes: Iterable[Dispute] = ()) -> Iterator[Tested]:
    """Yield what comes of each test; a run that a dispute settles counts as passed, and says so."""
    known = list(disputes)
    for test in manifest.tests:
        yield _settled(_tested(test), test, known)


def examine(manifest: Manifest) -> Iterator[Broken]:
    """Yield what the gate says to each file that must be refused."""
    for constraint in manifest.constraints:
        yield _examined(constraint)


def _tested(test: Test) -> Tested:
    try:
        programs = _programs(test.source)
    except FaultyError as error:
        return _refused(test, error.faults)
    except (OSError, ChangedFileError) as error:
        return _failed(test, str(error))
    except Exception as error:  # noqa: BLE001  (a crash is a verdict on this file; the others go on)
        return _failed(test, repr(error))
    return Tested(test.id, tuple(outcome(programs, test.process, trial) for trial in test.trials))


def _programs(source: Source, *, formats: bool = True) -> Mapping[str, Program]:
    return admitted(rewritten(source.read(), formats=formats), source.path.name)


def _refused(test: Test, faults: list[Fault]) -> Tested:
    fault = gravest(faults)
    reason = str(fault)

    def result(trial: Trial) -> Outcome:
        trace = ("ERROR_deployment",)
        verdict = Verdict.PASS if agrees(trace, trial.expected) else Verdict.REFUSED
        return Outcome(trial.number, verdict, trace, trial.expected, reason)

    outcomes = tuple(map(result, test.trials))
    return Tested(test.id, outcomes, reason, fault.rule if fault else "", fault.line if fault else 0)


def _failed(test: Test, reason: str) -> Tested:
    failed = (Outcome(trial.number, Verdict.FAILED, (), trial.expected, reason) for trial in test.trials)
    return Tested(test.id, tuple(failed), reason)


def _settled(tested: Tested, test: Test, disputes: list[Dispute]) -> Tested:
    def settle(found: Outcome) -> Outcome:
        if found.verdict is not Verdict.WRONG:
            return found
        dispute = next((each for each in disputes if each.settles(test.id, test.source.sha256, found.trace)), None)
        dispute = dispute or _by_model(found, test)
        if dispute is None:
            return found
        reason = text("Disputed; the clause decides: {clause}. {why}", clause=dispute.clause, why=dispute.reason)
        return replace(found, verdict=Verdict.PASS, reason=reason, dispute=dispute)

    return replace(tested, outcomes=tuple(map(settle, tested.outcomes)))


def _by_model(found: Outcome, test: Test) -> Dispute | None:
    said = found.contradiction
    if said is None:
        return None
    return Dispute(test.id, test.source.sha256, found.trace, said.clause, text(said.why), by="model")


def _examined(constraint: Constraint) -> Broken:
    try:
        _programs(constraint.source)
        # A script that says no format breaks BPMN 2.0.2, table 10.13, and that may be what is broken in the file.
        _programs(constraint.source, formats=False)
    except FaultyError as error:
        errors = tuple(fault for fault in error.faults if fault.level is Level.ERROR)
        return Broken(constraint.id, gravest(error.faults), errors)
    except (OSError, ChangedFileError) as error:
        return Broken(constraint.id, reason=str(error))
    except Exception as error:  # noqa: BLE001  (a crash refuses nothing; the others go on)
        return Broken(constraint.id, reason=repr(error))
    return Broken(constraint.id)
