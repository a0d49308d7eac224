"""One DMN file: its decisions, knowledge models, services and input data, each with what it requires.

Source: DMN 1.5, chapter 6 (decision requirements) and 6.3.3 (imports).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from lxml import etree

from ironcage.dmn.boxed import BOXES, BoxReader
from ironcage.dmn.boxes import Broken, Function, Literal
from ironcage.dmn.decision import Decision, InputData, Knowledge, Need, Service
from ironcage.dmn.trouble import Scope
from ironcage.dmn.types import Types
from ironcage.messages import mark
from ironcage.xml import elements, line_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.dmn.boxes import Logic
    from ironcage.dmn.decision import Element
    from ironcage.dmn.trouble import Trouble

Kind = TypeVar("Kind", InputData, Decision, Knowledge, Service)

DEPTH = 50
"""How long a chain of requirements may be."""

_DATES = (
    "http://www.omg.org/spec/DMN/20180521/",
    *(f"https://www.omg.org/spec/DMN/{date}/" for date in ("20191111", "20211108", "20230324")),
)
NAMESPACES = frozenset(date + "MODEL/" for date in _DATES)

_DESCRIBING = frozenset({
    "allowedAnswers", "artifact", "association", "authorityRequirement", "businessContextElement", "decisionMaker",
    "decisionOwner", "description", "elementCollection", "extensionElements", "group", "impactedPerformanceIndicator",
    "impactingDecision", "knowledgeSource", "organizationUnit", "performanceIndicator", "question",
    "supportedObjective", "textAnnotation", "usingProcess", "usingTask", "variable",
})  # fmt: skip
_ELEMENTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


@dataclass(frozen=True, slots=True)
class Model:
    """What one file holds; *decisions* in its order."""

    file: str
    namespace: str
    name: str
    decisions: tuple[Decision, ...]
    services: tuple[Service, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    inputs: tuple[InputData, ...] = field(default=(), compare=False)
    imports: tuple[str, ...] = ()
    """The files it imports."""

    def decision(self, name: str) -> Decision | None:
        """Return the decision with this id, or else with this name."""
        return next((each for key in ("id", "name") for each in self.decisions if getattr(each, key) == name), None)

    def service(self, name: str) -> Service | None:
        """Return the decision service with this id, or else with this name."""
        return next((each for key in ("id", "name") for each in self.services if getattr(each, key) == name), None)


class ModelReader:
    """Reads the file with the element *root*; every element is built once, when someone first requires it."""

    def __init__(self, root: etree._Element, trouble: Trouble) -> None:
        self.root = root
        self.trouble = trouble
        name = etree.QName(root)
        self.space = name.namespace or ""
        self.is_model = self.space in NAMESPACES and name.localname == "definitions"
        self.namespace = root.get("namespace") or ""
        self.types = Types(root, trouble)
        self.imports: dict[str, ModelReader] = {}
        self.parts = [each for each in elements(root) if self._tag(each) in _ELEMENTS] if self.is_model else []
        self.by_id = {each.get("id") or "": each for each in self.parts}
        self.strict = any(each.find("{*}informationRequirement") is not None for each in self.parts)
        self._built: dict[str, Element | None] = {}

    def join(self, models: Mapping[str, Sequence[ModelReader]]) -> None:
        """Find the models this one imports among *models*, by their namespace."""
        for each in self.root.iterchildren(f"{{{self.space}}}import"):
            kind, space, name = each.get("importType") or "", each.get("namespace") or "", each.get("name") or ""
            if kind not in NAMESPACES:
                self.trouble.add(
                    each, "dmn-import", mark("An import of {kind} is not read; only models of DMN are."),
                    mark("Take the import out, and define what it brings in the model."), kind=kind,
                )  # fmt: skip
            elif len(models.get(space, ())) != 1:
                self.trouble.add(
                    each, "dmn-import", mark("{count} files have the namespace {space}, which is imported."),
                    mark("Put the one file of that model beside this one."), space=space,
                    count=len(models.get(space, ())),
                )  # fmt: skip
            elif name in self.imports or models[space][0] is self:
                self.trouble.add(
                    each, "dmn-import", mark("The import {name} stands twice, or is the file itself."),
                    mark("Give every import a name of its own."), name=name,
                )  # fmt: skip
            else:
                self.imports[name] = models[space][0]
                self.types.imported[name] = models[space][0].types

    def model(self) -> Model:
        """Return the model; its faults are noted."""
        if not self.is_model:
            self.trouble.add(
                self.root, "dmn-namespace", mark("This is not a DMN file of version 1.2 to 1.5 (root element {tag})."),
                mark("Export the model as DMN 1.3 or later."), tag=self.root.tag,
            )  # fmt: skip
            return Model(self.trouble.file, self.namespace, "", ())
        self._boxes("").in_feel(self.root)
        for child in elements(self.root):
            if self._tag(child) not in (*_ELEMENTS, "import", "itemDefinition"):
                self._known(child)
        for part in self.parts:
            if part.get("id") or part.tag.endswith("}decision"):
                self.trouble.enter(part.get("id") or "", part)
        built = [self._element(each, ()) for each in self.parts]
        decisions = tuple(each for each in built if isinstance(each, Decision))
        if not any(self._tag(each) == "decision" for each in self.parts) and not self._only_shares():
            self.trouble.add(
                self.root, "dmn-no-decision", mark("The file holds no decision."), mark("Add a decision to it.")
            )
        services = tuple(each for each in built if isinstance(each, Service))
        self._answered(services)
        knowledge = tuple(each for each in built if isinstance(each, Knowledge))
        inputs = tuple(each for each in built if isinstance(each, InputData))
        name = self.root.get("name") or ""
        imports = tuple(reader.trouble.file for reader in self.imports.values())
        return Model(self.trouble.file, self.namespace, name, decisions, services, knowledge, inputs, imports)

    def _answered(self, services: tuple[Service, ...]) -> None:
        """Refuse decisions without logic; only the input decisions of services, which are handed over, need none."""
        given = {decision.id for service in services for decision in service.given}
        for each in self.parts:
            built = self._built.get(f"{self.namespace}#{each.get('id') or each.get('name') or ''}")
            missing = isinstance(built, Decision) and built.logic == Literal(None) and built.id not in given
            if missing or (isinstance(built, Knowledge) and isinstance(built.function.body, Broken)):
                self.trouble.add(
                    each, "dmn-logic", mark("{name} has no logic, or an empty one."),
                    mark("Give it one decision table or one boxed expression."), name=each.get("name") or "",
                )  # fmt: skip

    def _only_shares(self) -> bool:
        """Return whether the file holds what other files import: types, knowledge models, input data."""
        return bool(self.parts) or self.root.find("{*}itemDefinition") is not None

    def _element(self, element: etree._Element, path: tuple[str, ...]) -> Element | None:
        place = element.get("id") or element.get("name") or ""
        key = f"{self.namespace}#{place}"
        if key in path:
            if key not in self._built:
                names = " > ".join(each.rpartition("#")[2] for each in (*path[path.index(key) :], key))
                self.trouble.add(
                    element, "dmn-cycle", mark("The requirements run in a circle: {names}."),
                    mark("Take one of these requirements out."), names=names,
                )  # fmt: skip
                self._built[key] = None
            return None
        if key not in self._built:
            built = self._build(element, place, (*path, key)) if len(path) < DEPTH else None
            if built is None or built.height > DEPTH:
                self._too_deep(element)
                built = None
            self._built.setdefault(key, built)
        return self._built[key]

    def _too_deep(self, element: etree._Element) -> None:
        self.trouble.add(
            element, "dmn-depth", mark("The chain of requirements is longer than {limit}."),
            mark("Join decisions that follow each other into one."), limit=DEPTH,
        )  # fmt: skip

    def _build(self, element: etree._Element, place: str, path: tuple[str, ...]) -> Element:
        name = element.get("name") or place
        variable = element.find("{*}variable")
        kind = None if variable is None else self.types.referred(variable)
        match self._tag(element):
            case "inputData":
                return InputData(place, name, self.namespace, kind)
            case "decision":
                needs = self._needs(element, path)
                typed = None if variable is None else variable.get("typeRef")
                logic = self._logic(element, place, self._scope(needs), typed)
                seen = tuple(needs) if self.strict or needs else None
                return Decision(place, name, self.trouble.file, line_of(element), logic, kind, seen, _above(needs))
            case "businessKnowledgeModel":
                needs = self._needs(element, path)
                function = self._function(element, name, self._scope(needs))
                return Knowledge(place, name, function, tuple(needs), _above(needs))
            case _:
                return self._service(element, place, name, path)

    def _logic(self, element: etree._Element, place: str, scope: Scope, typed: str | None) -> Logic:
        boxes = [child for child in elements(element) if self._tag(child) in BOXES]
        for child in elements(element):
            if self._tag(child) not in (*BOXES, "informationRequirement", "knowledgeRequirement"):
                self._known(child)
        if len(boxes) > 1:
            self.trouble.add(
                element, "dmn-logic", mark("The decision {name} has more than one logic."),
                mark("Give it one decision table or one boxed expression."), name=place,
            )  # fmt: skip
        return self._boxes(place).box(boxes[0], scope, typed) if boxes else Literal(None)

    def _function(self, element: etree._Element, name: str, scope: Scope) -> Function:
        logic = element.find(f"{{{self.space}}}encapsulatedLogic")
        if logic is None:
            return Function(name, (), (), Broken(""))
        return self._boxes(name).function(logic, scope, name)

    def _service(self, element: etree._Element, place: str, name: str, path: tuple[str, ...]) -> Service:
        found: dict[str, list[tuple[tuple[str, ...], Element]]] = {}
        for child in elements(element):
            tag = self._tag(child)
            if tag in ("inputData", "inputDecision", "outputDecision"):
                found.setdefault(tag, []).extend(self._referred(child, path))
            elif tag != "encapsulatedDecision":
                self._known(child)
        variable = element.find("{*}variable")
        outputs = self._of(element, Decision, found.get("outputDecision", []))
        if not outputs:
            self.trouble.add(
                element, "dmn-service", mark("The decision service {name} has no output decision."),
                mark("Name at least one."), name=name,
            )  # fmt: skip
        return Service(
            place, name, self._of(element, InputData, found.get("inputData", [])),
            self._of(element, Decision, found.get("inputDecision", [])), outputs,
            None if variable is None else self.types.referred(variable),
            1 + max((each.height for each in outputs), default=0),
        )  # fmt: skip

    def _of(
        self, element: etree._Element, kind: type[Kind], found: list[tuple[tuple[str, ...], Element]]
    ) -> tuple[Kind, ...]:
        for _, each in found:
            if not isinstance(each, kind):
                self._misplaced(element, each.id)
        return tuple(each for _, each in found if isinstance(each, kind))

    def _misplaced(self, element: etree._Element, name: str) -> None:
        self.trouble.add(
            element, "dmn-reference", mark("{name} is not what may be required here."),
            mark("Require input data as input, a decision as decision, and a knowledge model or service as knowledge."),
            name=name,
        )  # fmt: skip

    def _needs(self, element: etree._Element, path: tuple[str, ...]) -> list[Need]:
        allowed: dict[str, tuple[type, ...]] = {
            "requiredInput": (InputData,),
            "requiredDecision": (Decision,),
            "requiredKnowledge": (Knowledge, Service),
        }
        needs: list[Need] = []
        for requirement in elements(element):
            if self._tag(requirement) not in ("informationRequirement", "knowledgeRequirement"):
                continue
            for required in elements(requirement):
                tag = self._tag(required)
                if tag not in allowed:
                    self._known(required)
                    continue
                for names, found in self._referred(required, path):
                    if not isinstance(found, allowed[tag]):
                        self._misplaced(required, found.id)
                    needs.append(Need(names, found))
        self._check_names(element, needs)
        return needs

    def _check_names(self, element: etree._Element, needs: list[Need]) -> None:
        direct = {need.path[0] for need in needs if len(need.path) == 1}
        if clashes := direct & {need.path[0] for need in needs if len(need.path) > 1}:
            self.trouble.add(
                element, "dmn-name", mark("{name} is the name of an import and of something that is required."),
                mark("Give the import another name."), name=", ".join(sorted(clashes)),
            )  # fmt: skip
            needs[:] = [need for need in needs if len(need.path) == 1]

    def _referred(self, element: etree._Element, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Element]]:
        """Return the one element that *element* refers to, and the name it is seen by here; none if it is faulty."""
        space, _, place = (element.get("href") or "").rpartition("#")
        prefix = next((name for name, model in self.imports.items() if space and model.namespace == space), None)
        reader = self if not space or space == self.namespace else self.imports.get(prefix or "")
        target = reader.by_id.get(place) if reader is not None and place else None
        if reader is None or target is None:
            self.trouble.add(
                element, "dmn-reference", mark("{href} is not in the file, nor in one it imports."),
                mark("Correct the reference, or import the model it points to."), href=element.get("href") or "",
            )  # fmt: skip
            return []
        found = reader._element(target, path)  # noqa: SLF001  # a reader like this one
        if found is None:
            return []
        name = target.get("name") or found.id
        return [((prefix, name) if prefix else (name,), found)]

    def _scope(self, needs: list[Need]) -> Scope:
        names = {part for need in needs for part in need.path} | self.types.components()
        if not self.strict:
            names |= {name for each in self.parts if self._tag(each) == "inputData" and (name := each.get("name"))}
        return Scope(frozenset(names), self.types.by_name())

    def _boxes(self, place: str) -> BoxReader:
        return BoxReader(self.types, self.space, place)

    def _known(self, element: etree._Element) -> None:
        tag = self._tag(element)
        if tag and tag not in _DESCRIBING:
            self._boxes("").unsupported(element, tag)

    def _tag(self, element: etree._Element) -> str:
        """Return the local name of an element of DMN; nothing for an element of another namespace."""
        space, _, name = element.tag.rpartition("}")
        return name if space[1:] == self.space else ""


def _above(needs: list[Need]) -> int:
    """Return the height of what requires *needs* in the graph of requirements."""
    return 1 + max((need.element.height for need in needs), default=0)
