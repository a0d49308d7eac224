"""A file for each construct of BPMN that a program can say, for tests of what reads them."""

from __future__ import annotations

import re

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:test" id="file" targetNamespace="urn:test">'
)
_EXPRESSION = re.compile(
    "<(conditionExpression|condition|loopCondition|loopCardinality|completionCondition|activationCondition|"
    "timeDate|timeDuration|timeCycle|from|to)>"
)
_FLOWS = '<sequenceFlow id="s_a" sourceRef="s" targetRef="a"/>\n<sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>'
HOUR = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_ROOTS = """\
<message id="order" name="Order"/>
<message id="nameless"/>
<signal id="alarm" name="Alarm"/>
<error id="broken" name="Broken" errorCode="E1"/>
<error id="codeless"/>
<escalation id="late" escalationCode="L1"/>"""
_DEFINITIONS = {
    "message": '<messageEventDefinition messageRef="order"/>',
    "message without a name": '<messageEventDefinition messageRef="t:nameless"/>',
    "signal": '<signalEventDefinition signalRef="alarm"/>',
    "error": '<errorEventDefinition errorRef="broken"/>',
    "error without a code": '<errorEventDefinition errorRef="codeless"/>',
    "any error": "<errorEventDefinition/>",
    "escalation": '<escalationEventDefinition escalationRef="late"/>',
    "timer": HOUR,
    "date": "<timerEventDefinition><timeDate>2030-01-01T00:00:00Z</timeDate></timerEventDefinition>",
    "cycle": "<timerEventDefinition><timeCycle>R3/PT10S</timeCycle></timerEventDefinition>",
    "cron": "<timerEventDefinition><timeCycle>0 9 * * 1</timeCycle></timerEventDefinition>",
    "condition": "<conditionalEventDefinition><condition> x > 1 </condition></conditionalEventDefinition>",
    "link": '<linkEventDefinition name="on"/>',
    "compensation": "<compensateEventDefinition/>",
    "compensation of one": '<compensateEventDefinition activityRef="a" waitForCompletion="true"/>',
    "terminate": "<terminateEventDefinition/>",
    "reference": "<eventDefinitionRef>again</eventDefinitionRef>",
    "several": '<signalEventDefinition signalRef="alarm"/>\n' + HOUR + '\n<messageEventDefinition messageRef="order"/>',
}
_CAUGHT = ("message", "message without a name", "signal", "timer", "date", "cycle", "condition", "reference", "several")
_THROWN = ("message", "signal", "escalation", "compensation", "compensation of one", "reference")
_ENDING = (*_THROWN, "error", "error without a code", "terminate")
_AT_THE_EDGE = (*_CAUGHT, "error", "error without a code", "any error", "escalation")
_INTO_SCOPES = ("message", "signal", "timer", "condition", "error", "any error", "escalation", "compensation")


def file(process: str, roots: str = "", attributes: str = "") -> bytes:
    """Return a file with one executable process, and *roots* before it."""
    head = f'{_HEAD}\n{roots}\n<process id="p" isExecutable="true" {attributes}>'
    written = f"{head}\n{process}\n</process>\n</definitions>"
    return _EXPRESSION.sub(r'<\1 xsi:type="tFormalExpression">', written).encode()


def around(activity: str, more: str = "", roots: str = "") -> bytes:
    """Return a file with *activity*, whose id is ``a``, between a start and an end, and *more* beside it."""
    return file(f'<startEvent id="s"/>\n{activity}\n<endEvent id="e"/>\n{more}\n{_FLOWS}', roots)


def task(inside: str = "", attributes: str = "", kind: str = "userTask", more: str = "", roots: str = "") -> bytes:
    """Return a file with one task, ``a``."""
    return around(f'<{kind} id="a" name="A" {attributes}>\n{inside}\n</{kind}>', more, roots)


def scope(inside: str, attributes: str = "", kind: str = "subProcess", more: str = "", roots: str = "") -> bytes:
    """Return a file with one sub-process, ``a``."""
    return task(inside, attributes, kind, more, roots)


def said(*elements: str) -> str:
    return f"<extensionElements>{''.join(elements)}</extensionElements>"


_WORK = (
    '<startEvent id="is"/><userTask id="w"/><endEvent id="ie"/>'
    '<sequenceFlow id="is_w" sourceRef="is" targetRef="w"/><sequenceFlow id="w_ie" sourceRef="w" targetRef="ie"/>'
)
_REPEATED = _ROOTS + '\n<signalEventDefinition id="again" signalRef="alarm"/>'
_SHIP = '<userTask id="undo" isForCompensation="true"/>'
_KEYS = """\
<message id="order" name="Order"/>
<message id="reply" name="Reply"/>
<collaboration id="c">
<participant id="us" processRef="p"/>
<participant id="them"/>
<messageFlow id="f" sourceRef="them" targetRef="us"/>
<correlationKey id="k0"><correlationPropertyRef>number</correlationPropertyRef>
<correlationPropertyRef>year</correlationPropertyRef></correlationKey>
<correlationKey id="k1" name="by number"><correlationPropertyRef>t:number</correlationPropertyRef></correlationKey>
</collaboration>
<correlationProperty id="number">
<correlationPropertyRetrievalExpression messageRef="order"><messagePath>order.number</messagePath>
</correlationPropertyRetrievalExpression>
<correlationPropertyRetrievalExpression messageRef="reply"><messagePath>number</messagePath>
</correlationPropertyRetrievalExpression>
</correlationProperty>
<correlationProperty id="year">
<correlationPropertyRetrievalExpression messageRef="order"><messagePath>order.year</messagePath>
</correlationPropertyRetrievalExpression>
</correlationProperty>"""
_BINDING = (
    '<correlationSubscription id="cs" correlationKeyRef="k1">'
    '<correlationPropertyBinding correlationPropertyRef="number">'
    "<dataPath>mine</dataPath></correlationPropertyBinding></correlationSubscription>"
)
_OBJECTS = """\
<property id="kept" name="total"/>
<dataObject id="do" />
<dataObject id="other" name="result"/>
<dataObjectReference id="ref" name="invoice" dataObjectRef="do"/>
<dataObjectReference id="ref2" name="again" dataObjectRef="do"/>
<dataObjectReference id="ref3" dataObjectRef="other"/>
<dataStoreReference id="shelf" name="Shelf" dataStoreRef="ds"/>
<dataStoreReference id="nook"/>"""
_IO = """\
<ioSpecification><dataInput id="di" name="given"/><dataInput id="di2"/><dataOutput id="out" name="made"/>
<inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet><dataOutputRefs>out</dataOutputRefs></outputSet>
</ioSpecification>
<dataInputAssociation><sourceRef>ref</sourceRef><targetRef>di</targetRef></dataInputAssociation>
<dataInputAssociation><targetRef>di2</targetRef><transformation> invoice.sum * 2 </transformation>
</dataInputAssociation>
<dataInputAssociation><targetRef>di2</targetRef><assignment><from>invoice.no</from><to>number</to></assignment>
</dataInputAssociation>
<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>ref3</targetRef></dataOutputAssociation>
<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>kept</targetRef></dataOutputAssociation>"""
_MANY_IO = """\
<ioSpecification><dataInput id="di" name="given" isCollection="true"/>
<dataOutput id="out" name="made" isCollection="true"/>
<inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet><dataOutputRefs>out</dataOutputRefs></outputSet>
</ioSpecification>
<dataInputAssociation><sourceRef>ref</sourceRef><targetRef>di</targetRef></dataInputAssociation>
<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>ref3</targetRef></dataOutputAssociation>
<multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>di</loopDataInputRef>
<loopDataOutputRef>out</loopDataOutputRef><inputDataItem id="one" name="item"/><outputDataItem id="got"/>
<completionCondition>numberOfCompletedInstances > 2</completionCondition></multiInstanceLoopCharacteristics>"""


def _many(attributes: str = "", inside: str = "") -> str:
    return (
        f"<multiInstanceLoopCharacteristics {attributes}><loopCardinality>3</loopCardinality>{inside}"
        "</multiInstanceLoopCharacteristics>"
    )


def _event(kind: str, definition: str, attributes: str = "", more: str = "") -> bytes:
    inside = f'<{kind} id="v" name="V" {attributes}>{_DEFINITIONS[definition]}</{kind}>'
    return task(more=f"{inside}\n{more}", roots=_REPEATED)


_EVENTS = {
    **{f"{each} caught": _event("intermediateCatchEvent", each) for each in _CAUGHT},
    **{f"{each} thrown": _event("intermediateThrowEvent", each) for each in _THROWN},
    **{f"{each} at the end": _event("endEvent", each) for each in _ENDING},
    **{f"{each} at the start": _event("startEvent", each) for each in _CAUGHT},
    **{f"{each} on the edge": _event("boundaryEvent", each, 'attachedToRef="a"') for each in _AT_THE_EDGE},
    "on the edge, not interrupting": _event("boundaryEvent", "timer", 'attachedToRef="t:a" cancelActivity="false"'),
    "several, all of them": _event("intermediateCatchEvent", "several", 'parallelMultiple="true"'),
    "a link": task(
        more='<intermediateThrowEvent id="v"><linkEventDefinition name="on"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="u"><linkEventDefinition name="on"/></intermediateCatchEvent>'
    ),
    "a handler": task(
        more='<boundaryEvent id="v" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
        + _SHIP
        + '<textAnnotation id="n"><text>n</text></textAnnotation><association id="as0" sourceRef="v" targetRef="n"/>'
        '<association id="as" sourceRef="v" targetRef="undo" associationDirection="One"/>'
    ),
}
_SCOPES = {
    "a sub-process": scope(_WORK),
    "a sub-process without start and end": scope('<userTask id="w"/><task id="x"/>'),
    "a sub-process in a sub-process": scope(
        f'<subProcess id="in"><property id="q"/>{_WORK}</subProcess><task id="z"/>'
    ),
    "a sub-process with data": scope(f'<dataObject id="do" name="inner"/>{_WORK}'),
    "a transaction": scope(
        _WORK + '<endEvent id="no"><cancelEventDefinition/></endEvent>',
        kind="transaction",
        more='<boundaryEvent id="v" attachedToRef="a"><cancelEventDefinition/></boundaryEvent>',
    ),
    "an ad-hoc sub-process": scope('<task id="w"/><task id="x"/>', kind="adHocSubProcess"),
    "an ad-hoc sub-process in order": scope(
        '<task id="w"/><completionCondition> done </completionCondition>',
        'ordering="Sequential" cancelRemainingInstances="false"',
        "adHocSubProcess",
    ),
    **{
        f"{each} into a scope": task(
            more=f'<subProcess id="o" triggeredByEvent="true"><startEvent id="os" isInterrupting="{truth}">'
            f'{_DEFINITIONS[each]}</startEvent><task id="ot"/><sequenceFlow id="os_ot" sourceRef="os" targetRef="ot"/>'
            "</subProcess>",
            roots=_REPEATED,
        )
        for each, truth in zip(_INTO_SCOPES, ("true", "false") * 4, strict=True)
        if (each, truth) not in {("error", "false"), ("any error", "false"), ("compensation", "false")}
    },
    "lanes around scopes": file(
        '<laneSet><lane id="office" name="Office"><flowNodeRef>a</flowNodeRef></lane><lane id="yard">'
        "<flowNodeRef>s</flowNodeRef></lane></laneSet>"
        f'<startEvent id="s"/><subProcess id="a">{_WORK}</subProcess><endEvent id="e"/>{_FLOWS}'
    ),
}
_ACTIVITIES = {
    **{f"a {kind}": task(kind=kind) for kind in ("task", "manualTask")},
    "a script": task("<script>x = 1\n</script>", 'scriptFormat="text/starlark"', "scriptTask"),
    "a script with a result": task(said('<ironcage:script result="y"/>') + "<script>x</script>",
                                   'scriptFormat="text/python"', "scriptTask"),
    "a script in FEEL": task(said('<ironcage:set variable="z" value="1"/>', '<ironcage:script result="y"/>')
                             + "<script> x + 1 </script>", 'scriptFormat="application/feel"', "scriptTask"),
    "a message sent": task(kind="sendTask", attributes='messageRef="order"', roots=_ROOTS),
    "a message received": task(kind="receiveTask", attributes='messageRef="order"', roots=_ROOTS),
    "a case begun by a message": file(
        '<receiveTask id="a" instantiate="true" messageRef="order"/><endEvent id="e"/>'
        '<sequenceFlow id="a_e" sourceRef="a" targetRef="e"/>',
        _ROOTS,
    ),
    "a call": task(kind="callActivity", attributes='calledElement="other"'),
    "a call of a version": task(
        said('<ironcage:call process="&quot;o&quot; + x" binding="version" version="3" allIn="true" allOut="false"/>'),
        kind="callActivity",
    ),
    "a call in the file": around(
        '<callActivity id="a" calledElement="t:g"/>',
        roots='<globalUserTask id="g" name="G"/><globalTask id="h"/>',
    ),
    "quantities": task(attributes='startQuantity="2" completionQuantity="3"'),
    "a loop": task('<standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>x > 1</loopCondition>'
                   "</standardLoopCharacteristics>"),
    "a loop without a maximum": task("<standardLoopCharacteristics><loopCondition>x</loopCondition>"
                                     "</standardLoopCharacteristics>"),
    "many": task(_many()),
    "many, one after the other": task(_many('isSequential="true"', "<completionCondition>x</completionCondition>")),
    "many scopes": scope(_WORK + _many()),
    "many items": task("<multiInstanceLoopCharacteristics>" + said(
        '<ironcage:collections items="list" item="each" output="results" outputItem="each * 2"/>')
        + "</multiInstanceLoopCharacteristics>"),
    "many that tell the first": task(_many('behavior="One" oneBehaviorEventRef="again"'), roots=_REPEATED),
    "many that tell each": task(_many('behavior="None" noneBehaviorEventRef="t:again"'), roots=_REPEATED),
    "many that tell some": task(_many('behavior="Complex"',
        '<complexBehaviorDefinition><condition>x > 1</condition><event>'
        '<signalEventDefinition signalRef="alarm"/></event></complexBehaviorDefinition>'), roots=_REPEATED),
    "work of people": task(said(
        '<ironcage:assignment role="r" unit="u" actor="a"/>', '<ironcage:deadline within="P3D"/>',
        '<ironcage:followUp at="2030-01-01"/>', '<ironcage:form key="f"/>',
        '<ironcage:set variable="y" value="x + 1"/>',
        '<ironcage:separate from="a" control="observe"/>')),
    "work of those who may own it": task(
        '<humanPerformer><resourceAssignmentExpression><formalExpression> who </formalExpression>'
        "</resourceAssignmentExpression></humanPerformer><potentialOwner><resourceAssignmentExpression>"
        '<formalExpression>"clerks"</formalExpression></resourceAssignmentExpression></potentialOwner>'),
    "work of a service": task(said(
        '<ironcage:service name="ask" result="y" retries="5"><ironcage:header key="k" value="v"/></ironcage:service>',
        '<ironcage:input variable="i" value="x"/>', '<ironcage:output variable="o" value="i + 1"/>',
        '<ironcage:results to="case"/>'), kind="serviceTask"),
    "work of a decision": task(said('<ironcage:decision ref="routing" result="y"/>'), kind="businessRuleTask"),
    "work of workers on a rule": task(said('<ironcage:service name="rules" result="y"/>'), kind="businessRuleTask"),
}  # fmt: skip
_GATEWAYS = {
    "a complex gateway": task(
        more='<complexGateway id="g"><activationCondition>activationCount >= 1</activationCondition></complexGateway>'
    ),
    "an event-based gateway": task(
        more='<eventBasedGateway id="g"/><receiveTask id="r" messageRef="order"/>'
        f'<intermediateCatchEvent id="v">{HOUR}</intermediateCatchEvent>'
        '<sequenceFlow id="a_g" sourceRef="a" targetRef="g"/><sequenceFlow id="g_r" sourceRef="g" targetRef="r"/>'
        '<sequenceFlow id="g_v" sourceRef="g" targetRef="v"/>',
        roots=_ROOTS,
    ),
    "an event-based gateway that begins a case": file(
        '<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>'
        '<receiveTask id="r" messageRef="order"/><intermediateCatchEvent id="v">'
        + _DEFINITIONS["signal"]
        + '</intermediateCatchEvent><sequenceFlow id="g_r" sourceRef="g" targetRef="r"/>'
        '<sequenceFlow id="g_v" sourceRef="g" targetRef="v"/>',
        _ROOTS,
    ),
}
_DATA = {
    "data objects": task(_IO, more=_OBJECTS, roots='<dataStore id="ds" name="Warehouse"/>'),
    "data of many": task(_MANY_IO, more=_OBJECTS, roots='<dataStore id="ds"/>'),
    "data of a call": task(
        _IO, kind="callActivity", attributes='calledElement="q"', more=_OBJECTS, roots='<dataStore id="ds"/>'
    ),
    "data of events": task(
        more=_OBJECTS
        + '<intermediateCatchEvent id="v"><dataOutput id="vo"/><dataOutputAssociation><sourceRef>vo</sourceRef>'
        "<targetRef>ref</targetRef></dataOutputAssociation><outputSet><dataOutputRefs>vo</dataOutputRefs></outputSet>"
        '<messageEventDefinition messageRef="order"/></intermediateCatchEvent>'
        '<intermediateThrowEvent id="u"><dataInput id="ui"/><dataInputAssociation><sourceRef>shelf</sourceRef>'
        "<targetRef>ui</targetRef></dataInputAssociation><inputSet><dataInputRefs>ui</dataInputRefs></inputSet>"
        '<messageEventDefinition messageRef="order"/></intermediateThrowEvent>',
        roots=_ROOTS + '<dataStore id="ds"/>',
    ),
}
_MESSAGES = {
    "a message that a service sends": file(
        '<endEvent id="e"><extensionElements><ironcage:service name="mail" retries="2">'
        '<ironcage:header key="k" value="v"/></ironcage:service></extensionElements>'
        "<messageEventDefinition/></endEvent>",
        _ROOTS,
    ),
    "a message in one variable": task(
        said('<ironcage:payload variable="x"/>'), kind="receiveTask", attributes='messageRef="order"', roots=_ROOTS
    ),
    "a key of two": task(kind="receiveTask", attributes='messageRef="order"', roots=_KEYS),
    "a key of one": task(kind="sendTask", attributes='messageRef="reply"', roots=_KEYS),
    "a key bound by the process": task(kind="receiveTask", attributes='messageRef="reply"', more=_BINDING, roots=_KEYS),
    "our keys": task(
        more='<intermediateThrowEvent id="v">'
        + said('<ironcage:correlation key="number"/>')
        + '<messageEventDefinition messageRef="m"/></intermediateThrowEvent><intermediateCatchEvent id="u">'
        '<messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
        roots=f"""<message id="m" name="M">{said('<ironcage:subscription key="mine"/>')}</message>""",
    ),
}

CONSTRUCTS: dict[str, bytes] = {**_EVENTS, **_SCOPES, **_ACTIVITIES, **_GATEWAYS, **_DATA, **_MESSAGES}

TWO_PROCESSES = f"""{_HEAD}
<globalScriptTask id="g" name="G"><script>1</script></globalScriptTask>
<process id="p" name="P" isExecutable="true">
<callActivity id="a" calledElement="q"/>
</process>
<process id="drawn"><task id="d"/></process>
<process id="q" isExecutable="true"><userTask id="b"/></process>
</definitions>""".encode()
"""Two executable processes, one that is not, and a global task."""
