"""Our namespace; and where a drawing puts things."""

from __future__ import annotations

from ironcage.bpmn.grammar.form import ANY, BOOLEAN, COUNT, NUMBER, SIZE, form

EXTENSIONS = {
    "ironcage:assignment": form("role unit actor"),
    "ironcage:deadline": form("at within"),
    "ironcage:followUp": form("at within"),
    "ironcage:form": form("key!"),
    "ironcage:set": form("variable! value!"),
    "ironcage:input": form("variable! value!"),
    "ironcage:output": form("variable! value!"),
    "ironcage:results": form("to!=case|own"),
    "ironcage:payload": form("variable!"),
    "ironcage:decision": form("ref! result!"),
    "ironcage:service": form(f"name! result retries={SIZE}", "ironcage:header*"),
    "ironcage:header": form("key! value!"),
    "ironcage:script": form("result!"),
    "ironcage:collections": form("items! item output outputItem"),
    "ironcage:call": form(
        f"process binding=latest|version|deployment version={COUNT} allIn={BOOLEAN} allOut={BOOLEAN}"
    ),
    "ironcage:subscription": form("key!"),
    "ironcage:correlation": form("key!"),
    "ironcage:separate": form("from! control!=observe"),
    "ironcage:label": form("lang!=zh|en text!"),
}

DRAWING = {
    "bpmndi:BPMNDiagram": form("id name documentation resolution", "bpmndi:BPMNPlane! bpmndi:BPMNLabelStyle*"),
    "bpmndi:BPMNPlane": form("id bpmnElement", "bpmndi:BPMNShape* bpmndi:BPMNEdge* di:extension?"),
    "bpmndi:BPMNShape": form(
        "id bpmnElement! isHorizontal isExpanded isMarkerVisible isMessageVisible participantBandKind "
        "choreographyActivityShape",
        "dc:Bounds! bpmndi:BPMNLabel? di:extension?",
    ),
    "bpmndi:BPMNEdge": form(
        "id bpmnElement! sourceElement targetElement messageVisibleKind", "di:waypoint* bpmndi:BPMNLabel? di:extension?"
    ),
    "bpmndi:BPMNLabel": form("id labelStyle", "dc:Bounds? di:extension?"),
    "bpmndi:BPMNLabelStyle": form("id", "dc:Font?"),
    "dc:Font": form("name size isBold isItalic isUnderline isStrikeThrough"),
    "dc:Bounds": form(f"x!={NUMBER} y!={NUMBER} width!={NUMBER} height!={NUMBER}"),
    "di:waypoint": form(f"x!={NUMBER} y!={NUMBER} xsi:type=Point"),
    "di:extension": form("", ANY),
}
