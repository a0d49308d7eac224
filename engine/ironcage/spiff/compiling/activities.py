"""What an activity does, and what it asks of people and of other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from ironcage import feel
from ironcage.bpmn import scripts
from ironcage.program import AdHoc, Assignment, Binding, Call, Script, Setting
from ironcage.spiff.compiling import data
from ironcage.spiff.normal import ABSENT

if TYPE_CHECKING:
    from ironcage.spiff.compiling.reading import Reading


def assignment(reading: Reading, element: Any) -> Assignment | None:
    """Return whom *element* is offered to."""
    said = element.extensions.first("assignment")
    if said is None:
        return None
    return Assignment(*(said.read(whom, reading.expression) for whom in ("role", "unit", "actor")))


def call(reading: Reading, element: Any) -> Call | None:
    """Return which process *element* calls."""
    if not isinstance(element, defaults.CallActivity):
        return None
    said = element.extensions.first("call")
    named = {} if said is None else said.attributes
    if "process" in named:
        process = reading.expression(named["process"])
    elif element.spec != ABSENT:
        process = feel.constant(element.spec, element.spec)
    else:
        raise reading.refused(element, "it calls nothing")
    version = named.get("version")
    return Call(
        process=process,
        binding=Binding(named.get("binding", Binding.LATEST)),
        version=None if version is None else int(version),
        all_in=_is_true(named.get("allIn")),
        all_out=_is_true(named.get("allOut")),
    )


def settings(reading: Reading, element: Any) -> tuple[Setting, ...]:
    """Return what is set when *element* completes; a script in FEEL sets its result last."""
    found = data.settings(reading, element, "set")
    if _language(element) != scripts.FEEL:
        return found
    variable = element.extensions.attribute("script", "result") or ""
    return (*found, Setting(variable, reading.expression(element.script or "")))


def script(element: Any) -> Script | None:
    """Return the script of *element*, None where there is none or it is in FEEL."""
    language = _language(element)
    written = language is not None and language != scripts.FEEL and element.script
    return Script(language, element.script) if written else None


def _language(element: Any) -> Any:
    if not isinstance(element, defaults.ScriptTask):
        return None
    return scripts.language(element.extensions.attributes.get("scriptFormat", ""))


def ad_hoc(reading: Reading, index: int, element: Any) -> AdHoc | None:
    """Return how the activities of *element* are done."""
    if not isinstance(element, defaults.AdHocSubprocess):
        return None
    said = element.extensions
    return AdHoc(
        sequential=said.attributes.get("ordering", "Parallel").strip() == "Sequential",
        completion=reading.optional(reading.scopes.specs[index].completion),
        cancel_remaining=said.holds("cancelRemainingInstances", default=True),
    )


def headers(element: Any) -> tuple[tuple[str, str], ...]:
    """Return what a service is told beside the data."""
    said = element.extensions.first("service")
    children = () if said is None else said.children
    return tuple((each.attributes["key"], each.attributes["value"]) for each in children if each.name == "header")


def retries(element: Any) -> int | None:
    """Return how often a job is tried again."""
    said = element.extensions.attribute("service", "retries")
    return None if said is None else int(said)


def result(element: Any) -> str | None:
    """Return the variable that an answer is kept in."""
    said = element.extensions
    answered = said.attribute("decision", "result") or said.attribute("service", "result")
    return answered or (said.attribute("script", "result") if script(element) else None)


def _is_true(written: str | None) -> bool:
    return written is not None and written.strip() in {"true", "1"}
