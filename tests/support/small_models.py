"""Small processes, each for one matter of control flow; ``x`` is a number, ``ok`` a boolean of the case data."""

from __future__ import annotations

from bpmn_model import model

TWICE = b"""<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"""


def parallel_sub_processes() -> bytes:
    """Return two sub-processes side by side, each left by the same escalation, of which one is thrown."""

    def block(name: str, ends: str) -> str:
        return (
            f'<subProcess id="{name}"><startEvent id="{name}s"/><userTask id="{name}t"/>'
            f'<endEvent id="{name}e">{ends}</endEvent>'
            f'<sequenceFlow id="{name}1" sourceRef="{name}s" targetRef="{name}t"/>'
            f'<sequenceFlow id="{name}2" sourceRef="{name}t" targetRef="{name}e"/></subProcess>'
            f'<boundaryEvent id="{name}b" attachedToRef="{name}">{ESCALATION}</boundaryEvent>'
            f'<userTask id="{name}h"/><endEvent id="{name}f"/>'
            f'<sequenceFlow id="{name}3" sourceRef="g" targetRef="{name}"/>'
            f'<sequenceFlow id="{name}4" sourceRef="{name}b" targetRef="{name}h"/>'
            f'<sequenceFlow id="{name}5" sourceRef="{name}h" targetRef="{name}f"/>'
            f'<sequenceFlow id="{name}6" sourceRef="{name}" targetRef="e"/>'
        )

    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="urn:test">'
        '<escalation id="L" name="L" escalationCode="L"/><process id="p" isExecutable="true">'
        '<startEvent id="s"/><parallelGateway id="g"/><sequenceFlow id="sg" sourceRef="s" targetRef="g"/>'
        + block("x", ESCALATION)
        + block("y", "")
        + '<endEvent id="e"/></process></definitions>'
    ).encode()


def loop_in_each_of_two() -> bytes:
    """Return a sub-process done twice at once, in each of which a task is done twice in a row."""
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="urn:test">'
        f'<process id="p" isExecutable="true"><startEvent id="s"/><subProcess id="o">{TWICE.decode()}'
        '<startEvent id="os"/><userTask id="a"><standardLoopCharacteristics loopMaximum="2"/></userTask>'
        '<endEvent id="oe"/><sequenceFlow id="os_a" sourceRef="os" targetRef="a"/>'
        '<sequenceFlow id="a_oe" sourceRef="a" targetRef="oe"/></subProcess><endEvent id="e"/>'
        '<sequenceFlow id="s_o" sourceRef="s" targetRef="o"/><sequenceFlow id="o_e" sourceRef="o" targetRef="e"/>'
        "</process></definitions>"
    ).encode()


def inside(source: bytes) -> bytes:
    """Return what the process of *source* does, as a sub-process before a user task ``after``."""
    head, tag, rest = source.partition(b'isExecutable="true">')
    within, end, tail = rest.partition(b"</process>")
    around = (
        b'<startEvent id="os"/><subProcess id="o">%s</subProcess><userTask id="after"/><endEvent id="oe"/>'
        b'<sequenceFlow id="os_o" sourceRef="os" targetRef="o"/>'
        b'<sequenceFlow id="o_after" sourceRef="o" targetRef="after"/>'
        b'<sequenceFlow id="after_oe" sourceRef="after" targetRef="oe"/>'
    )
    return head + tag + around % within + end + tail


TERMINATE_AT_ONCE = model(
    {"s": "start", "a": "user", "f": "and", "t": "terminate", "m": "xor", "b": "user", "e": "end"},
    *("s -> a", "a -> f", "f -> t", "f -> m", "m -> b", "b -> e"),
)
ESCALATION = '<escalationEventDefinition escalationRef="L"/>'

SMALL: dict[str, bytes] = {
    "sequence": model(
        {"s": "start", "a": "user", "b": "manual", "c": "service call result y", "e": "end"},
        "s -> a", "a -> b", "b -> c", "c -> e",
    ),
    "choice": model(
        {"s": "start", "g": "xor default g_c", "a": "user", "b": "user", "c": "user", "m": "xor", "e": "end"},
        "s -> g", "g -> a if x = 1", "g -> b if x < 3", "g -> c", "a -> m", "b -> m", "c -> m", "m -> e",
    ),
    "choice without default": model(
        {"s": "start", "t": "user", "g": "xor", "a": "user", "e": "end"},
        "s -> t", "t -> g", "g -> a if x = 1", "g -> e if x = 2", "a -> e",
    ),
    "choice of one": model(
        {"s": "start", "t": "user", "g": "xor", "e": "end"}, "s -> t", "t -> g", "g -> e if x = 1",
    ),
    "condition of the wrong kind": model(
        {"s": "start", "t": "user", "g": "xor default g_e", "a": "user", "e": "end"},
        "s -> t", "t -> g", "g -> a if if ok then x else null", "g -> e", "a -> e",
    ),
    "done at once": model(
        {"s": "start", "t": "task", "n": "pass", "g": "xor default g_e", "a": "user", "e": "end"},
        "s -> t", "t -> n", "n -> g", "g -> a if y = 1", "g -> e", "a -> e",
        said={"t": '<set variable="y" value="x"/>'},
    ),
    "parallel": model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "c": "timer PT1H", "j": "and", "d": "user", "e": "end"},
        "s -> f", "f -> a", "f -> b", "f -> c", "a -> j", "b -> j", "c -> j", "j -> d", "d -> e",
    ),
    "nested": model(
        {
            "s": "start", "f": "and", "a": "user", "g": "xor default g_k", "f2": "and", "b": "user", "c": "user",
            "j2": "and", "k": "user", "m": "xor", "j": "and", "e": "end",
        },
        "s -> f", "f -> a", "f -> g", "g -> f2 if ok", "g -> k", "f2 -> b", "f2 -> c", "b -> j2", "c -> j2",
        "j2 -> m", "k -> m", "m -> j", "a -> j", "j -> e",
    ),
    "rework": model(
        {"s": "start", "m": "xor", "a": "user", "b": "user", "g": "xor default g_e", "e": "end"},
        "s -> m", "m -> a", "a -> b", "b -> g", "g -> m if ok", "g -> e",
    ),
    "rework into a task": model(
        {"s": "start", "a": "user", "b": "user", "g": "xor default g_e", "e": "end"},
        "s -> a", "a -> b", "b -> g", "g -> a if ok", "g -> e",
    ),
    "parallel in a loop": model(
        {
            "s": "start", "m": "xor", "f": "and", "a": "user", "b": "user", "j": "and", "c": "user",
            "g": "xor default g_e", "e": "end",
        },
        "s -> m", "m -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> c", "c -> g", "g -> m if ok", "g -> e",
    ),
    "loop in a branch": model(
        {
            "s": "start", "f": "and", "m": "xor", "a": "user", "g": "xor default g_j", "b": "user", "j": "and",
            "c": "user", "e": "end",
        },
        "s -> f", "f -> m", "m -> a", "a -> g", "g -> m if ok", "g -> j", "f -> b", "b -> j", "j -> c", "c -> e",
    ),
    "terminate": model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "c": "timer PT1H", "t": "terminate", "e": "end"},
        "s -> f", "f -> a", "f -> b", "f -> c", "a -> t", "b -> e", "c -> e",
    ),
    "terminate or not": model(
        {
            "s": "start", "f": "and", "a": "user", "g": "xor default g_t", "b": "user", "d": "user", "t": "terminate",
            "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> g", "g -> t", "g -> e if ok", "b -> d", "d -> e",
    ),
    "terminate at once": TERMINATE_AT_ONCE,
    "terminate at once in a sub-process": inside(TERMINATE_AT_ONCE),
    "wait": model(
        {"s": "start", "a": "user", "w": "timer PT1H", "u": 'until date and time("2030-01-01T00:00:00Z")', "e": "end"},
        "s -> a", "a -> w", "w -> u", "u -> e",
    ),
    "limit": model(
        {"s": "start", "a": "user", "l": "boundary a PT1H", "b": "user", "c": "user", "e": "end", "late": "end"},
        "s -> a", "a -> b", "b -> e", "l -> c", "c -> late",
    ),
    "two limits": model(
        {
            "s": "start", "a": "service call", "l": "boundary a PT1H", "k": "boundary a PT2H", "m": "xor", "b": "user",
            "e": "end",
        },
        "s -> a", "a -> e", "l -> m", "k -> m", "m -> b", "b -> e",
    ),
    "limit that leads back": model(
        {"s": "start", "m": "xor", "a": "user", "l": "boundary a PT1H", "b": "user", "e": "end"},
        "s -> m", "m -> a", "a -> e", "l -> b", "b -> m",
    ),
    "limit in a branch": model(
        {
            "s": "start", "f": "and", "a": "user", "l": "boundary a PT1H", "c": "user", "m": "xor", "b": "user",
            "j": "and", "d": "user", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> m", "l -> c", "c -> m", "m -> j", "b -> j", "j -> d", "d -> e",
    ),
    "implicit merge": model(
        {"s": "start", "g": "xor default g_b", "a": "user", "b": "user", "c": "user", "e": "end"},
        "s -> g", "g -> a if ok", "g -> b", "a -> c", "b -> c", "c -> e",
    ),
    "tokens that multiply": model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "c": "user", "d": "user", "e": "end"},
        "s -> f", "f -> a", "f -> b", "a -> c", "b -> c", "c -> d", "d -> e",
    ),
    "a join that gets too many": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "c": "user", "m": "xor", "j": "and", "d": "user",
            "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "f -> c", "a -> m", "b -> m", "m -> j", "c -> j", "j -> d", "d -> e",
    ),
    "a join that gets too few": model(
        {"s": "start", "g": "xor default g_b", "a": "user", "b": "user", "j": "and", "e": "end"},
        "s -> g", "g -> a if ok", "g -> b", "a -> j", "b -> j", "j -> e",
    ),
    "ends": model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "e1": "end", "e2": "end", "e3": "end"},
        "s -> f", "f -> a", "f -> b", "f -> e3", "a -> e1", "b -> e2",
    ),
    "split by a task": model(
        {"s": "start", "a": "user", "b": "user", "c": "user", "j": "and", "d": "user", "e": "end"},
        "s -> a", "a -> b", "a -> c", "b -> j", "c -> j", "j -> d", "d -> e",
    ),
    "split by events": model(
        {
            "s": "start", "a": "user", "w": "timer PT1H", "l": "boundary a PT2H", "b": "user", "c": "user", "d": "user",
            "n": "pass", "f": "user", "g": "user", "e": "end",
        },
        "s -> a", "s -> w", "w -> b", "w -> c", "l -> d", "l -> n", "n -> f", "n -> g", "a -> e", "b -> e", "c -> e",
        "d -> e", "f -> e", "g -> e",
    ),
    "conditions out of a task": model(
        {"s": "start", "a": "user default a_d", "b": "user", "c": "user", "d": "user", "e": "end"},
        "s -> a", "a -> b if x = 1", "a -> c if x < 3", "a -> d", "b -> e", "c -> e", "d -> e",
    ),
    "a condition beside a sure way": model(
        {"s": "start", "a": "service call", "b": "user", "c": "user", "e": "end"},
        "s -> a", "a -> b", "a -> c if ok", "b -> e", "c -> e",
    ),
    "a default beside a sure way": model(
        {"s": "start", "a": "user default a_d", "b": "user", "c": "user", "d": "user", "e": "end"},
        "s -> a", "a -> b", "a -> c if ok", "a -> d", "b -> e", "c -> e", "d -> e",
    ),
    "no way out of a task": model(
        {"s": "start", "a": "user", "b": "user", "c": "user", "e": "end"},
        "s -> a", "a -> b if x = 1", "a -> c if x = 2", "b -> e", "c -> e",
    ),
    "split and limit": model(
        {
            "s": "start", "a": "user", "l": "boundary a PT1H", "b": "user", "c": "user", "j": "and", "m": "xor",
            "d": "user", "e": "end",
        },
        "s -> a", "a -> b", "a -> c", "b -> j", "c -> j", "j -> m", "l -> m", "m -> d", "d -> e",
    ),
    "some of three": model(
        {
            "s": "start", "f": "or default f_c", "a": "user", "b": "user", "c": "user", "j": "or", "d": "user",
            "e": "end",
        },
        "s -> f", "f -> a if x = 1", "f -> b if x < 3", "f -> c", "a -> j", "b -> j", "c -> j", "j -> d", "d -> e",
    ),
    "some of two without default": model(
        {"s": "start", "t": "user", "f": "or", "a": "user", "b": "user", "e": "end"},
        "s -> t", "t -> f", "f -> a if x = 1", "f -> b if x < 3", "a -> e", "b -> e",
    ),
    "all into an inclusive join": model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "j": "or", "d": "user", "e": "end"},
        "s -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> d", "d -> e",
    ),
    "one into an inclusive join": model(
        {"s": "start", "g": "xor default g_b", "a": "user", "b": "user", "j": "or", "d": "user", "e": "end"},
        "s -> g", "g -> a if ok", "g -> b", "a -> j", "b -> j", "j -> d", "d -> e",
    ),
    "some of two steps apart": model(
        {
            "s": "start", "f": "or default f_c", "a": "user", "b": "user", "b2": "user", "c": "user", "j": "or",
            "d": "user", "e": "end",
        },
        "s -> f", "f -> a if x = 1", "f -> b if x < 3", "f -> c", "a -> j", "b -> b2", "b2 -> j", "c -> j", "j -> d",
        "d -> e",
    ),
    "a branch that leads past the inclusive join": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "g": "xor default g_j", "k": "user", "j": "or",
            "d": "user", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> j", "b -> g", "g -> k if ok", "g -> j", "k -> e", "j -> d", "d -> e",
    ),
    "a limit before an inclusive join": model(
        {
            "s": "start", "f": "and", "a": "user", "l": "boundary a PT1H", "c": "user", "b": "user", "j": "or",
            "d": "user", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> e", "l -> c", "c -> j", "b -> j", "j -> d", "d -> e",
    ),
    "some in a loop": model(
        {
            "s": "start", "m": "xor", "h": "user", "f": "or default f_b", "a": "user", "b": "user", "j": "or",
            "c": "user", "g": "xor default g_e", "e": "end",
        },
        "s -> m", "m -> h", "h -> f", "f -> a if x < 3", "f -> b", "a -> j", "b -> j", "j -> c", "c -> g",
        "g -> m if ok", "g -> e",
    ),
    "conditions out of a task into an inclusive join": model(
        {"s": "start", "a": "user", "b": "user", "c": "user", "j": "or", "d": "user", "e": "end"},
        "s -> a", "a -> b", "a -> c if ok", "b -> j", "c -> j", "j -> d", "d -> e",
    ),
    "a way across to another branch": model(
        {
            "s": "start", "f": "and", "m": "xor", "a": "user", "b": "user", "g": "xor default g_j", "j": "or",
            "d": "user", "e": "end",
        },
        "s -> f", "f -> a", "f -> m", "m -> b", "a -> g", "b -> j", "g -> m if ok", "g -> j", "j -> d", "d -> e",
    ),
    "two tokens by one way": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "c": "user", "m": "xor", "j": "or", "d": "user",
            "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "f -> c", "a -> m", "b -> m", "m -> j", "c -> j", "j -> d", "d -> e",
    ),
    "inclusive joins that wait for each other": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "j1": "or", "j2": "or", "c": "user", "d": "user",
            "g1": "xor default g1_e", "g2": "xor default g2_e", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> j1", "b -> j2", "j1 -> c", "j2 -> d", "c -> g1", "d -> g2",
        "g1 -> j2 if ok", "g1 -> e", "g2 -> j1 if ok", "g2 -> e",
    ),
    "a choice on the way to an inclusive join": model(
        {
            "s": "start", "f": "and", "a": "user", "g": "xor default g_c", "b": "user", "c": "user", "m": "xor",
            "n": "pass", "j": "or", "h": "xor default h_d", "d": "user", "t": "terminate", "e": "end",
        },
        "s -> f", "f -> a", "f -> g", "a -> j", "g -> b if x = 1", "g -> c", "b -> m", "c -> m", "m -> n", "n -> j",
        "j -> h", "h -> t if ok", "h -> d", "d -> e",
    ),
    "a sub-process after an inclusive join": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "g": "xor default g_n", "x": "pass", "n": "pass",
            "m": "xor", "k": "pass", "j": "or", "o": "scope d", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> j", "b -> g", "g -> x if x = 1", "g -> n", "x -> m", "n -> m", "m -> k",
        "k -> j", "j -> o", "o -> e",
    ),
    "back into a branch": model(
        {
            "s": "start", "f": "and", "m": "xor", "a": "user", "b": "user", "j": "or", "d": "user",
            "g": "xor default g_e", "e": "end",
        },
        "s -> f", "f -> m", "f -> b", "m -> a", "a -> j", "b -> j", "j -> d", "d -> g", "g -> m if ok", "g -> e",
    ),
    "an inclusive join fed by itself": model(
        {"s": "start", "j": "or", "a": "user", "g": "xor default g_e", "e": "end"},
        "s -> j", "j -> a", "a -> g", "g -> j if ok", "g -> e",
    ),
    "inclusive joins in a row": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "c": "user", "j1": "or", "j2": "or", "d": "user",
            "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "f -> c", "a -> j1", "b -> j1", "j1 -> j2", "c -> j2", "j2 -> d", "d -> e",
    ),
    "a join before an inclusive join": model(
        {
            "s": "start", "f": "and", "g": "xor default g_e", "a": "user", "b": "user", "c": "user", "k": "and",
            "j": "or", "d": "user", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "f -> c", "a -> k", "b -> g", "g -> k if ok", "g -> e", "k -> j", "c -> j",
        "j -> d", "d -> e",
    ),
    "join and fork": model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "j": "and", "c": "user", "d": "user", "e": "end"},
        "s -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> c", "j -> d", "c -> e", "d -> e",
    ),
    "crossing": model(
        {
            "s": "start", "f": "and", "a": "user", "b": "user", "fa": "and", "fb": "and", "j1": "and", "j2": "and",
            "c": "user", "d": "user", "e": "end",
        },
        "s -> f", "f -> a", "f -> b", "a -> fa", "b -> fb", "fa -> j1", "fa -> j2", "fb -> j1", "fb -> j2",
        "j1 -> c", "j2 -> d", "c -> e", "d -> e",
    ),
    "names of Spiff": model(
        {"Start": "start", "Root": "user", "p.EndJoin": "user", "Root.BoundaryEventSplit": "user", "End": "end"},
        "Start -> Root", "Root -> p.EndJoin", "p.EndJoin -> Root.BoundaryEventSplit", "Root.BoundaryEventSplit -> End",
    ),
    "settings": model(
        {"s": "start", "a": "user", "g": "xor default g_e", "b": "user", "e": "end"},
        "s -> a", "a -> g", "g -> b if x = 2 * y", "g -> e", "b -> e",
        said={"a": '<set variable="y" value="x"/><set variable="x" value="y + y"/>'},
    ),
    "many after a boundary event": model(
        {"s": "start", "a": "user", "l": "boundary a PT1H", "m": "user", "e": "end"},
        "s -> a", "a -> e", "l -> m", "m -> e",
    ).replace(b"</userTask>\n<endEvent", TWICE + b"</userTask>\n<endEvent"),
    "a loop in each of two": loop_in_each_of_two(),
    "the same escalation beside": parallel_sub_processes(),
}  # fmt: skip
