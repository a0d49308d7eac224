"""What an activity or an event takes in and gives out, what a loop goes through, and by what key a message is found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn.dialects import expressions, people, python, reasons
from ironcage.bpmn.dialects.family import Family
from ironcage.bpmn.dialects.formula import UntranslatableError, constant, is_name
from ironcage.bpmn.names import full, split
from ironcage.messages import mark
from ironcage.xml import elements, line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.dialects.editing import Editing

_LOOP = full("bpmn:multiInstanceLoopCharacteristics")
_MESSAGE = full("bpmn:message")
_SIGNAL_DEFINITION = full("bpmn:signalEventDefinition")
_MESSAGE_DEFINITION = full("bpmn:messageEventDefinition")
_SEND = full("bpmn:sendTask")
_RECEIVING = frozenset(
    full(f"bpmn:{name}") for name in ("receiveTask", "startEvent", "intermediateCatchEvent", "boundaryEvent")
)
_THROWING = frozenset({full("bpmn:intermediateThrowEvent"), full("bpmn:endEvent")})

_UNNAMED = mark("FEEL reads no variable of that name")
_RENAME = mark("Give the variable a name of letters, digits and underscores.")
_NO_SOURCE = mark("it says no variable or no value")
_SAY_BOTH = mark("Say which variable gets which value.")
_NESTED = mark("it changes a part of a variable, whose other parts it leaves")
_WHOLE = mark('Set the whole variable, or use context put(x, "part", y).')
_ENTANGLED = mark("what its parts read depends on the order in which they are set")
_UNTANGLE = mark("Say the variable in one input, as a context of its parts.")
_FIGURE = mark("whether it is a number or a text is not clear")
_SAY_KIND = mark('Write =5 for a number, ="5" for a text.')
_SCRIPTED = mark("its value is computed by a script in another language than FEEL")
_USE_FEEL = mark("Compute it in FEEL.")


def of_camunda(editing: Editing, element: _Element) -> None:
    """Bring the input and output, the payload or the collection of Camunda 7 at *element* into our namespace."""
    for said in editing.take_elements(element, Family.CAMUNDA, "inputOutput"):
        _input_output(editing, element, said)
    if element.tag == _SIGNAL_DEFINITION:
        event = element.getparent()
        for said in [] if event is None else editing.take_elements(element, Family.CAMUNDA, "in"):
            assert event is not None, "nothing is taken without one"
            passed(editing, event, said, "input")
    if element.tag == _LOOP:
        _collection_of_camunda(editing, element)


def of_zeebe(editing: Editing, element: _Element) -> None:
    """Bring the mappings, the collection or the key of Camunda 8 at *element* into our namespace."""
    for said in editing.take_elements(element, Family.ZEEBE, "ioMapping"):
        editing.only(said, "", "ioMapping")
        _io_mapping(editing, element, said)
    for said in editing.take_elements(element, Family.ZEEBE, "loopCharacteristics") if element.tag == _LOOP else ():
        _collection_of_zeebe(editing, element, said)
    for said in editing.take_elements(element, Family.ZEEBE, "subscription") if element.tag == _MESSAGE else ():
        editing.only(said, "correlationKey", "subscription")
        _key(editing, element, said, "subscription")
    sender = element.getparent() if element.tag == _MESSAGE_DEFINITION else element
    if sender is not None and (sender.tag == _SEND or sender.tag in _THROWING):
        for said in editing.take_elements(element, Family.ZEEBE, "publishMessage"):
            editing.only(said, "correlationKey", "publishMessage")
            _key(editing, sender, said, "correlation")


def of_spiff(editing: Editing, element: _Element) -> None:
    """Bring the payload that SpiffWorkflow sends from *element*, or receives there, into our namespace."""
    receiver = element.getparent() if element.tag == _MESSAGE_DEFINITION else element
    if receiver is not None and receiver.tag in _RECEIVING:
        for said in editing.take_elements(element, Family.SPIFF, "messageVariable"):
            editing.say(receiver, "payload", line_of(said), variable=(said.text or "").strip())
    sender = element.getparent() if element.tag == _MESSAGE_DEFINITION else element
    if sender is None or (sender.tag != _SEND and sender.tag not in _THROWING):
        return
    for said in editing.take_elements(element, Family.SPIFF, "messagePayload"):
        text = (said.text or "").strip()
        try:
            entries = python.entries(text)
        except UntranslatableError as error:
            editing.untranslatable(said, text, error)
            continue
        if entries is None:
            engine = people.engine_of(said, Family.SPIFF)
            editing.refuse(said, "messagePayload", engine, reasons.PAYLOAD, reasons.USE_OUTPUT)
        for name, value in entries or ():
            editing.say(sender, "input", line_of(said), variable=name, value=value)


def passed(editing: Editing, element: _Element, said: _Element, becomes: str) -> None:
    """Say the one variable that ``in`` or ``out`` passes on."""
    name = split(said.tag)[1]
    editing.only(said, "source sourceExpression target" + (" local" if said.get("local") == "false" else ""), name)
    target = (said.get("target") or "").strip()
    source, expression = ((said.get(each) or "").strip() for each in ("source", "sourceExpression"))
    engine = people.engine_of(said, Family.CAMUNDA)
    if not target or not (source or expression):
        editing.refuse(said, name, engine, _NO_SOURCE, _SAY_BOTH)
    elif source and not is_name(source):
        editing.refuse(said, f"source={source[:40]}", engine, _UNNAMED, _RENAME)
    else:
        value = source or expressions.feel(editing, said, Family.CAMUNDA, expression)
        if value is not None:
            editing.say(element, becomes, line_of(said), variable=target, value=value)


def has_outputs(element: _Element) -> bool:
    """Return whether outputs are said of *element*, in the dialect of Camunda 8 or in our namespace."""
    return any(
        split(each.tag)[1] == "output"
        for extensions in element.iterchildren(full("bpmn:extensionElements"))
        for each in extensions.iter("*")
    )


def _input_output(editing: Editing, element: _Element, said: _Element) -> None:
    gives = False
    for parameter in elements(said):
        local = split(parameter.tag)[1]
        if local not in {"inputParameter", "outputParameter"}:
            editing.tell(parameter, Family.CAMUNDA, local, f"<{local}>")
            continue
        editing.only(parameter, "name", local)
        value = _value(editing, parameter)
        if value is not None:
            becomes = "input" if local == "inputParameter" else "output"
            editing.say(
                element, becomes, line_of(parameter), variable=(parameter.get("name") or "").strip(), value=value
            )
            gives |= becomes == "output"
    if gives:
        # There, what a worker or a person brings becomes data of the case beside the outputs.
        editing.say(element, "results", line_of(said), to="case")


def _value(editing: Editing, said: _Element) -> str | None:
    """Return what a parameter, an entry or a value holds, as FEEL; None if that was refused."""
    inside = next(elements(said), None)
    if inside is not None:
        return _structure(editing, inside)
    text = (said.text or "").strip()
    return expressions.feel(editing, said, Family.CAMUNDA, text) if text else "null"


def _structure(editing: Editing, said: _Element) -> str | None:
    local = split(said.tag)[1]
    if local == "value":
        return _value(editing, said)
    if local == "script" and (said.get("scriptFormat") or "").strip().lower() == "feel" and not said.get("resource"):
        return (said.text or "").strip()
    if local == "list":
        items = [_structure(editing, each) for each in elements(said)]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    if local == "map":
        return _map(editing, said)
    editing.refuse(said, f"<{local}>", people.engine_of(said, Family.CAMUNDA), _SCRIPTED, _USE_FEEL)
    return None


def _map(editing: Editing, said: _Element) -> str | None:
    keys: list[str] = []
    values: list[str] = []
    for entry in elements(said):
        key, value = (entry.get("key") or "").strip(), _value(editing, entry)
        if value is None:
            return None
        if expressions.is_expression(Family.CAMUNDA, key) or reads(value) & set(keys):
            editing.refuse(entry, f"key={key[:40]}", people.engine_of(entry, Family.CAMUNDA), _ENTANGLED, _UNTANGLE)
            return None
        keys.append(key)
        values.append(value)
    return "{" + ", ".join(f"{constant(key)}: {value}" for key, value in zip(keys, values, strict=True)) + "}"


def reads(written: str) -> frozenset[str]:
    """Return the variables an expression reads; none of one that cannot be read, which is for the gate to say."""
    try:
        return feel.compile(written, lenient=True).names
    except feel.FeelSyntaxError:
        return frozenset()


def _io_mapping(editing: Editing, element: _Element, said: _Element) -> None:
    inputs: list[tuple[_Element, str, str]] = []
    for each in elements(said):
        local = split(each.tag)[1]
        editing.only(each, "source target", local)
        target, value = (each.get("target") or "").strip(), _source(editing, each)
        if value is None:
            continue
        if local == "input":
            inputs.append((each, target, value))
        elif "." in target:
            editing.refuse(each, f"target={target[:40]}", "Zeebe", _NESTED, _WHOLE)
        else:
            editing.say(element, "output", line_of(each), variable=target, value=value)
    _inputs(editing, element, inputs)


def _source(editing: Editing, said: _Element) -> str | None:
    source = (said.get("source") or "").strip()
    if re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", source):
        editing.refuse(said, f"source={source[:40]}", "Zeebe", _FIGURE, _SAY_KIND)
        return None
    return expressions.feel(editing, said, Family.ZEEBE, source)


def _inputs(editing: Editing, element: _Element, inputs: list[tuple[_Element, str, str]]) -> None:
    """Say the inputs; those into parts of one variable become one context, where their order plays no part."""
    heads = {target.partition(".")[0] for _, target, _ in inputs if "." in target}
    grouped: dict[str, dict[str, object]] = {}
    # What an expression would read otherwise, once its variable is put together where its first part stands.
    moved: set[str] = set()
    for said, target, value in inputs:
        head, nested, _ = target.partition(".")
        if reads(value) & (heads | moved if nested else heads):
            editing.refuse(said, f"target={target[:40]}", "Zeebe", _ENTANGLED, _UNTANGLE)
        elif nested:
            _put(grouped.setdefault(head, {}), target.split(".")[1:], value)
        if grouped:
            moved |= set(target.split(".")[1:] if nested else [target])
    for said, target, value in inputs:
        head, nested, _ = target.partition(".")
        if not nested and head not in grouped:
            editing.say(element, "input", line_of(said), variable=target, value=value)
        elif head in grouped:
            editing.say(element, "input", line_of(said), variable=head, value=_context(grouped.pop(head)))


def _put(context: dict[str, object], path: list[str], value: str) -> None:
    for name in path[:-1]:
        inner = context.get(name)
        if not isinstance(inner, dict):
            inner = context[name] = {}
        context = inner
    context[path[-1]] = value


def _context(entries: dict[str, object]) -> str:
    said = (f"{constant(name)}: {_context(held) if isinstance(held, dict) else held}" for name, held in entries.items())
    return "{" + ", ".join(said) + "}"


def _collection_of_camunda(editing: Editing, element: _Element) -> None:
    collection = editing.take(element, Family.CAMUNDA, "collection")
    item = editing.take(element, Family.CAMUNDA, "elementVariable")
    if collection is None:
        if item:
            engine = people.engine_of(element, Family.CAMUNDA)
            editing.refuse(element, "elementVariable", engine, _NO_SOURCE, _SAY_BOTH)
        return
    items: str | None = collection
    if expressions.is_expression(Family.CAMUNDA, collection):
        items = expressions.feel(editing, element, Family.CAMUNDA, collection)
    elif not is_name(collection):
        engine = people.engine_of(element, Family.CAMUNDA)
        editing.refuse(element, f"collection={collection[:40]}", engine, _UNNAMED, _RENAME)
        items = None
    if items is not None:
        editing.say(element, "collections", line_of(element), items=items, item=item)


def _collection_of_zeebe(editing: Editing, element: _Element, said: _Element) -> None:
    editing.only(said, "inputCollection inputElement outputCollection outputElement", "loopCharacteristics")
    items, item, output, result = (
        (said.get(name) or "").strip() or None
        for name in ("inputCollection", "inputElement", "outputCollection", "outputElement")
    )
    editing.say(
        element,
        "collections",
        line_of(said),
        items=expressions.feel(editing, said, Family.ZEEBE, items) if items else None,
        item=item,
        output=output,
        outputItem=expressions.feel(editing, said, Family.ZEEBE, result) if result else None,
    )


def _key(editing: Editing, element: _Element, said: _Element, becomes: str) -> None:
    key = (said.get("correlationKey") or "").strip()
    if key:
        editing.say(element, becomes, line_of(said), key=expressions.feel(editing, said, Family.ZEEBE, key))
