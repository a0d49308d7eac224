"""Runs the conformance kit of DMN: its models, its cases, and what came of each result it asks for.

A verdict is ``pass``; ``wrong`` (it ran, and said something else); ``refused`` (the model says why it cannot be run);
``failed`` (a technical error). A result marked as an error passes as null or as an error; an error counts as null.
Numbers that the kit gives with eight decimal places or more are compared to eight.

Source: the test cases of the DMN Technology Compatibility Kit, namespace http://www.omg.org/spec/DMN/20160719/testcase.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, cast

from lxml import etree

from ironcage.clock import Moment
from ironcage.dmn.boxes import Broken, Literal, walk
from ironcage.dmn.decision import Answer, Evaluation, Service
from ironcage.dmn.reader import examine
from ironcage.errors import IroncageError
from ironcage.faults import FaultyError
from ironcage.feel import Environment
from ironcage.feel.comparison import equal
from ironcage.feel.literals import literal
from ironcage.feel.temporal import at_literal
from ironcage.feel.types import FunctionValue
from ironcage.xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ironcage.dmn.boxes import Logic
    from ironcage.dmn.model import Model
    from ironcage.faults import Fault
    from ironcage.values import Value

CASES = "http://www.omg.org/spec/DMN/20160719/testcase"
_NIL, _TYPE = (f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("nil", "type"))
_CLOSE = Decimal("1e-8")
_AT = Moment(1_451_606_400_000_000)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one result a case asks for; *expected* and *got* are FEEL literals."""

    suite: str
    file: str
    case: str
    node: str
    verdict: str
    expected: str
    got: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """Return it as an object of the documented shape."""
        return cast("dict[str, str]", asdict(self))


def run(folder: Path) -> Iterator[Result]:
    """Yield every result of every case in *folder* and the folders in it, in order of their names."""
    for path in sorted(folder.rglob("*.xml")):
        root = _cases(path)
        if root is not None:
            yield from _Suite(path, root).results()


def _cases(path: Path) -> etree._Element | None:
    try:
        root = parse(path.read_bytes(), path.name)
    except FaultyError:
        return None
    return root if etree.QName(root).namespace == CASES else None


class _Suite:
    def __init__(self, path: Path, root: etree._Element) -> None:
        self.path = path
        self.root = root
        files = {each.name: each.read_bytes() for each in sorted(path.parent.glob("*.dmn"))}
        name = (root.findtext("{*}modelName") or "").strip()
        self.file = name if name in files else next(iter(files), name)
        models, self.faults = examine(files, lenient=True)
        self.model: Model | None = models.get(self.file)

    def results(self) -> Iterator[Result]:
        for case in self.root.iterchildren("{*}testCase"):
            given = {}
            for node in case.iterchildren("{*}inputNode"):
                space = node.get("namespace")
                name = node.get("name") or ""
                given[f"{{{space}}}{name}" if space else name] = _value(node)
            for node in case.iterchildren("{*}resultNode"):
                yield self._result(case, node, given)

    def _result(self, case: etree._Element, node: etree._Element, given: Mapping[str, Value]) -> Result:
        expected_at = node.find("{*}expected")
        expected = None if expected_at is None else _value(expected_at)
        name, number = node.get("name") or "", case.get("id") or ""
        try:
            verdict, got, reason = self._verdict(case, node, given, expected)
        except (IroncageError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            verdict, got, reason = "failed", None, f"{type(error).__name__}: {error}"
        suite, file = self.path.parent.name, self.path.name
        return Result(suite, file, number, name, verdict, literal(expected), literal(got), reason)

    def _verdict(
        self, case: etree._Element, node: etree._Element, given: Mapping[str, Value], expected: Value
    ) -> tuple[str, Value, str]:
        answer = self._answer(case, node.get("name") or "", given)
        if isinstance(answer, str):
            return ("pass" if node.get("errorResult") == "true" else "refused"), None, answer
        reason = str(answer.error or "")
        if _same(expected, answer.value):
            return "pass", answer.value, reason
        if refusal := next((why for step in answer.steps for why in _refusals(step.decision.logic)), None):
            return "refused", None, refusal
        reason = reason or "; ".join(str(null) for step in answer.steps for null in step.nulls)
        return "wrong", answer.value, reason

    def _answer(self, case: etree._Element, name: str, given: Mapping[str, Value]) -> Answer | str:
        """Return the answer, or why there is none to be had."""
        if self.model is None:
            return "\n".join(map(str, self.faults)) or self.file
        invoked = case.get("invocableName") or ""
        if case.get("type") == "decisionService" and (service := self.model.service(invoked)):
            return Answer(_of_service(service, name, given), ())
        if case.get("type") == "bkm" and (known := next((k for k in self.model.knowledge if k.name == invoked), None)):
            function = known.bound(Evaluation({}, Environment({}, _AT)))
            assert isinstance(function, FunctionValue)
            values = [given.get(parameter) for parameter in function.parameters]
            return Answer(function.invoke(values, Environment({}, _AT)), ())
        if decision := self.model.decision(name):
            return decision.explain(given, _AT)
        if service := self.model.service(name):
            return Answer(service.evaluate(given, _AT), ())
        return "\n".join(map(str, _about(self.faults, name))) or f"{self.file}: {name}?"


def _refusals(logic: Logic) -> Iterator[str]:
    """Yield why a model with *logic* is refused when it is deployed."""
    for box in walk(logic):
        if isinstance(box, Broken):
            yield box.reason
        elif isinstance(box, Literal) and box.expression:
            yield from map(str, box.expression.misfits)


def _about(faults: list[Fault], name: str) -> list[Fault]:
    return [fault for fault in faults if name in str(fault)] or faults


def _of_service(service: Service, name: str, given: Mapping[str, Value]) -> Value:
    value = service.evaluate(given, _AT)
    several = len(service.outputs) > 1 and isinstance(value, dict)
    return cast("dict[str, Value]", value).get(name) if several else value


def _value(node: etree._Element) -> Value:
    """Return the value in a node of a case: one value, a list, or components."""
    if node.get(_NIL) == "true":
        return None
    items = node.find("{*}list")
    if items is not None:
        return None if items.get(_NIL) == "true" else [_value(item) for item in items.iterchildren("{*}item")]
    components = list(node.iterchildren("{*}component"))
    if components:
        return {part.get("name") or "": _value(part) for part in components}
    value = node.find("{*}value")
    if value is None or value.get(_NIL) == "true":
        return None
    return _single(value.text or "", (value.get(_TYPE) or "").rpartition(":")[2])


def _single(text: str, kind: str) -> Value:
    match kind:
        case "boolean":
            return text.strip() in ("true", "1")
        case "decimal" | "double" | "float" | "integer" | "int" | "long":
            return _number(text.strip())
        case "date" | "time" | "dateTime" | "duration":
            return at_literal(text.strip())
        case _:
            return text


def _number(text: str) -> Value:
    """Return the number *text* writes; of one that FEEL has not, such as NaN, null."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _same(expected: Value, got: Value) -> bool:
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        exponent = expected.as_tuple().exponent
        close = isinstance(exponent, int) and exponent <= -8
        return expected == got or (close and abs(expected - got) < _CLOSE)
    if isinstance(expected, list):
        return isinstance(got, list) and len(got) == len(expected) and all(map(_same, expected, got))
    if isinstance(expected, dict):
        same_names = isinstance(got, dict) and got.keys() == expected.keys()
        return same_names and all(_same(value, cast("dict[str, Value]", got)[name]) for name, value in expected.items())
    if expected is None or got is None:
        return expected is got
    return equal(expected, got) is True
