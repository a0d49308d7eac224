"""Cases that call cases: the called one begins, ends, and tells the one that called it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.engine.catalogue import runnables
from ironcage.engine.naming import CaseName, check_key
from ironcage.engine.refusals import (
    CallDepthError,
    CallOfNothingError,
    CaseExistsError,
    UnknownProcessError,
    UnknownVersionError,
)
from ironcage.engine.stepping import Caller, prepare_start, state_of
from ironcage.machine import Start
from ironcage.program import Binding
from ironcage.record import NOBODY
from ironcage.store.definitions import folder_of

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.definitions import Definition
    from ironcage.engine.catalogue import Catalogue, Runnable
    from ironcage.engine.stepping import Prepared
    from ironcage.store import StoredCall, StoredCase, Work
    from ironcage.values import Context

DEEPEST = 100
"""How deep cases may call each other."""


def start_called(
    work: Work, catalogue: Catalogue, caller: StoredCase, call: StoredCall, binding: Binding, version: int | None,
    data: Context, now: Micros,
) -> tuple[Runnable, Prepared]:  # fmt: skip
    """Compute the first step of the case that *call* asks for.

    Raises:
        CallDepthError: the calls have come too deep.
        CallOfNothingError: what is called is not deployed.
        CaseKeyError, CaseExistsError: the key of the called case is too long, or taken by a case that was not called.
        DataRefusedError: the data do not fit the fields of the process.
        StepError: the step cannot be taken.
    """
    if caller.depth >= DEEPEST:
        raise CallDepthError(depth=DEEPEST)
    name = CaseName(call.process, call.key)
    check_key(name.key)
    if work.case(name.part, *name):
        raise CaseExistsError(case=str(name))
    try:
        runnable = _bound(work, catalogue, caller, call.process, binding, version)
    except (UnknownProcessError, UnknownVersionError) as error:
        element = _element(catalogue.of(work, caller), caller, call.wait)
        raise CallOfNothingError(element=element, why=error) from error
    stimulus = Start(runnable.definition.schema.accept(data, others=True))
    link = Caller(caller.part, caller.id, call.wait, caller.depth + 1)
    return runnable, prepare_start(name, runnable, stimulus, now, NOBODY, link)


def calls_of_nothing(work: Work, definition: Definition) -> list[tuple[str, str]]:
    """Return the call activities of *definition* that call what is not deployed: element and process, each by its id.

    A process whose name is computed is known only when it is called.
    """
    found: list[tuple[str, str]] = []
    for each in runnables(definition, 1):
        for node in each.program.nodes:
            if node.call is None or not node.call.process.constant:
                continue
            name = str(node.call.process.evaluate({}, Moment(0)))
            if work.newest_version(each.called(name)) is None:
                found.append((node.id, name))
    return found


def _element(runnable: Runnable, caller: StoredCase, wait: int) -> str:
    """Return the id of the call activity whose call *wait* waits for."""
    return runnable.program.nodes[state_of(caller).waits[wait].node].id


def _bound(
    work: Work, catalogue: Catalogue, caller: StoredCase, process: str, binding: Binding, version: int | None
) -> Runnable:
    if binding is Binding.VERSION and version is not None:
        return catalogue.version(work, process, version)
    if binding is Binding.DEPLOYMENT:
        if folder_of(process) != folder_of(caller.process) or caller.version is None:
            raise UnknownProcessError(process=process)
        return catalogue.version(work, process, caller.version)
    return catalogue.newest(work, process)
