from __future__ import annotations

from decimal import Decimal

import pytest
from dmn_files import MODEL_15, definitions

from ironcage import dmn
from ironcage.clock import Moment
from ironcage.faults import FaultyError
from ironcage.feel import compile as feel
from ironcage.feel.literals import literal as written
from ironcage.values import NotAValueError, Value, plain

NEVER = Moment(0)


def literal(text: str, more: str = "") -> str:
    return f"<literalExpression{more}><text>{text}</text></literalExpression>"


def decision(name: str, logic: str, *needs: str, typed: str = "") -> str:
    kind = f' typeRef="{typed}"' if typed else ""
    required = "".join(_required(need) for need in needs)
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>{required}{logic}</decision>'


def _required(need: str) -> str:
    tag, _, name = need.rpartition(":")
    kind = {"": "Decision", "input": "Input", "knowledge": "Knowledge"}[tag]
    around = "knowledge" if tag == "knowledge" else "information"
    return f'<{around}Requirement><required{kind} href="#{name}"/></{around}Requirement>'


def asked(body: str, name: str, **variables: object) -> Value:
    models = dmn.read_all({"f.dmn": definitions(body)})
    found = models["f.dmn"].decision(name)
    assert found is not None
    given = plain(variables)
    assert isinstance(given, dict)
    return found.evaluate(given, NEVER)


INPUT = '<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>'
DOUBLE = (
    '<businessKnowledgeModel id="double" name="double it"><encapsulatedLogic>'
    f'<formalParameter name="n" typeRef="number"/>{literal("n * 2")}</encapsulatedLogic></businessKnowledgeModel>'
)


def test_a_decision_asks_what_it_requires_first() -> None:
    body = INPUT + decision("a", literal("b + 1"), "b") + decision("b", literal("x * 10"), "input:x")
    assert asked(body, "a", x=2) == Decimal(21)


def test_a_decision_sees_what_it_requires_and_nothing_else() -> None:
    body = INPUT + decision("a", literal("x"), "b") + decision("b", literal("x"), "input:x")
    assert asked(body, "a", x=2) is None
    assert asked(body, "b", x=2) == Decimal(2)


def test_the_variables_of_a_decision_are_the_inputs_of_its_graph() -> None:
    body = INPUT + decision("a", literal("b + 1"), "b") + decision("b", literal("x * 10"), "input:x")
    first, second = dmn.read(definitions(body), "f.dmn")
    assert first.names() == second.names() == {"x"}


def test_input_of_another_type_is_null_and_said_to_be() -> None:
    body = INPUT + decision("a", literal("x"), "input:x")
    (found,) = dmn.read(definitions(body), "f.dmn")
    answer = found.explain({"x": "text"}, NEVER)
    assert answer.value is None
    assert [str(null) for step in answer.steps for null in step.nulls]


def test_a_knowledge_model_is_called_by_name_or_by_invocation() -> None:
    call = decision("a", literal("double it(x)"), "input:x", "knowledge:double")
    invoked = (
        f'<invocation>{literal("double it")}<binding><parameter name="n"/>{literal("x + 1")}</binding></invocation>'
    )
    body = INPUT + DOUBLE + call + decision("b", invoked, "input:x", "knowledge:double")
    assert asked(body, "a", x=4) == Decimal(8)
    assert asked(body, "b", x=4) == Decimal(10)
    assert asked(body.replace('name="n"/>', 'name="m"/>'), "b", x=4) is None


def test_a_knowledge_model_is_called_with_parameters_of_any_name() -> None:
    body = (
        '<inputData id="r" name="Pre-Bureau Risk Category"/><inputData id="e" name="Is eligible?"/>'
        '<businessKnowledgeModel id="rules" name="Routing rules"><encapsulatedLogic>'
        '<formalParameter name="Pre-Bureau Risk Category"/><formalParameter name="Is eligible?"/>'
        f"{literal('if Is eligible? then Pre-Bureau Risk Category else null')}"
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    named = "Routing rules(Is eligible?: Is eligible?, Pre-Bureau Risk Category: Pre-Bureau Risk Category)"
    body += decision("a", literal(named), "input:r", "input:e", "knowledge:rules")
    assert asked(body, "a", **{"Pre-Bureau Risk Category": "LOW", "Is eligible?": True}) == "LOW"


def test_a_service_is_asked_with_answers_for_its_input_decisions() -> None:
    body = (
        INPUT
        + decision("a", literal("b + x"), "b", "input:x")
        + decision("b", literal("100"))
        + decision("c", literal("s(1, 2)"), "knowledge:s")
        + '<decisionService id="s" name="s"><outputDecision href="#a"/><inputDecision href="#b"/>'
        '<inputData href="#x"/></decisionService>'
    )
    assert asked(body, "a", x=1) == Decimal(101)
    assert asked(body, "c") == Decimal(3)
    service = dmn.read_all({"f.dmn": definitions(body)})["f.dmn"].service("s")
    assert service is not None
    assert service.evaluate({"x": Decimal(5), "b": Decimal(6)}, NEVER) == Decimal(11)


def test_requirements_in_a_circle_are_refused_with_the_circle() -> None:
    body = decision("a", literal("b"), "b") + decision("b", literal("c"), "c") + decision("c", literal("a"), "a")
    with pytest.raises(FaultyError) as refused:
        dmn.read(definitions(body), "f.dmn")
    (fault,) = refused.value.faults
    assert (fault.rule, fault.fields["names"]) == ("dmn-cycle", "a > b > c > a")


@pytest.mark.parametrize("turned", [False, True])
def test_a_chain_that_is_too_long_is_refused_whichever_way_it_is_written(turned: bool) -> None:
    chain = [decision(f"d{n}", literal(f"d{n + 1} + 1"), f"d{n + 1}") for n in range(60)]
    chain.append(decision("d60", literal("1")))
    with pytest.raises(FaultyError) as refused:
        dmn.read(definitions("".join(reversed(chain) if turned else chain)), "f.dmn")
    assert {fault.rule for fault in refused.value.faults} == {"dmn-depth"}


def test_decisions_that_share_what_they_require_ask_it_once() -> None:
    layers = "".join(
        decision(f"{side}{n}", literal(f"a{n + 1} + b{n + 1}"), f"a{n + 1}", f"b{n + 1}")
        for n in range(40)
        for side in "ab"
    )
    body = layers + decision("a40", literal("1")) + decision("b40", literal("1"))
    assert asked(body, "a0") == Decimal(2**40)


def test_files_import_each_other_by_namespace() -> None:
    shared = definitions(
        '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
        f"</itemDefinition>{DOUBLE}{INPUT}" + decision("ten", literal("x + 10"), "input:x")
    ).replace(b' id="d"', b' id="d" namespace="urn:shared"')
    body = (
        f'<import name="my lib" namespace="urn:shared" importType="{MODEL_15}"/>'
        '<decision id="a" name="a"><variable name="a" typeRef="my lib.tAge"/>'
        '<informationRequirement><requiredDecision href="urn:shared#ten"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:shared#double"/></knowledgeRequirement>'
        f"{literal('my lib.double it(my lib.ten)')}</decision>"
    )
    models = dmn.read_all({"f.dmn": definitions(body), "shared.dmn": shared})
    assert models["f.dmn"].imports == ("shared.dmn",)
    (found,) = models["f.dmn"].decisions
    assert found.evaluate({"x": Decimal(1)}, NEVER) == Decimal(22)
    assert found.evaluate({"x": Decimal(100)}, NEVER) is None  # more than the type allows


@pytest.mark.parametrize(
    ("boxed", "expected"),
    [
        (
            (
                f'<context><contextEntry><variable name="a b"/>{literal("2")}</contextEntry>'
                f'<contextEntry><variable name="c"/>{literal("a b + 1")}</contextEntry></context>'
            ),
            {"a b": 2, "c": 3},
        ),
        (
            (
                f'<context><contextEntry><variable name="a"/>{literal("2")}</contextEntry>'
                f"<contextEntry>{literal('a * 3')}</contextEntry></context>"
            ),
            6,
        ),
        (f"<list>{literal('1')}{literal('null')}</list>", [1, None]),
        (
            f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("2")}</row></relation>',
            [{"a": 1, "b": 2}],
        ),
        (
            (
                f'<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n"/>'
                f"{literal('n + 1')}</functionDefinition></contextEntry>"
                f"<contextEntry>{literal('f(2)')}</contextEntry></context>"
            ),
            3,
        ),
        (
            (
                f"<conditional><if>{literal('null')}</if><then>{literal('1')}</then><else>{literal('2')}</else>"
                "</conditional>"
            ),
            2,
        ),
        (
            (
                f'<for iteratorVariable="i"><in>{literal("[1..3]")}</in>'
                f"<return>{literal('i + count(partial)')}</return></for>"
            ),
            [1, 3, 5],
        ),
        (
            (
                f'<every iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i &gt; 0")}</satisfies>'
                "</every>"
            ),
            True,
        ),
        (
            f'<some iteratorVariable="i"><in>{literal("[1]")}</in><satisfies>{literal("i &gt; 2")}</satisfies></some>',
            False,
        ),
        (
            f"<filter><in>{literal('[{a: 1}, {a: 2}]')}</in><match>{literal('a = 2 and item.a = 2')}</match></filter>",
            [{"a": 2}],
        ),
    ],
)
def test_boxed_expressions_answer(boxed: str, expected: object) -> None:
    assert asked(decision("a", boxed), "a") == plain(expected)


def test_a_result_is_brought_into_its_declared_type_or_null() -> None:
    types = '<itemDefinition name="tNames" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
    assert asked(types + decision("a", literal("[1]"), typed="number"), "a") == Decimal(1)
    assert asked(types + decision("a", literal('"x"'), typed="number"), "a") is None
    assert asked(types + decision("a", literal('["x"]'), typed="tNames"), "a") == ["x"]
    assert asked(types + decision("a", literal("[1]"), typed="tNames"), "a") is None


def test_endless_loops_are_stopped() -> None:
    inner = (
        f'<some iteratorVariable="b"><in>{literal("[1..9000]")}</in><satisfies>{literal("false")}</satisfies></some>'
    )
    body = decision(
        "a", f'<some iteratorVariable="c"><in>{literal("[1..9000]")}</in><satisfies>{inner}</satisfies></some>'
    )
    (found,) = dmn.read(definitions(body), "f.dmn")
    answer = found.explain({}, NEVER)
    assert answer.value is None
    assert answer.error is not None


def test_types_that_multiply_or_nest_without_bound_are_refused() -> None:
    wide = "".join(
        f'<itemDefinition name="t{n}"><itemComponent name="a"><typeRef>t{n - 1}</typeRef></itemComponent>'
        f'<itemComponent name="b"><typeRef>t{n - 1}</typeRef></itemComponent></itemDefinition>'
        for n in range(1, 28)
    )
    chain = "".join(f'<itemDefinition name="c{n}"><typeRef>c{n + 1}</typeRef></itemDefinition>' for n in range(2000))
    ends = '<itemDefinition name="t0"><typeRef>string</typeRef></itemDefinition>'
    ends += '<itemDefinition name="c2000"><typeRef>string</typeRef></itemDefinition>'
    for types in (wide, chain):
        with pytest.raises(FaultyError) as refused:
            dmn.read(definitions(types + ends + decision("a", literal("1"))), "f.dmn")
        assert {fault.rule for fault in refused.value.faults} == {"dmn-type-depth"}


@pytest.mark.parametrize("text", ["[1..3]", "function(x) x", "[{a: [1..3]}]"])
def test_an_answer_that_no_case_can_keep_is_refused(text: str) -> None:
    with pytest.raises(NotAValueError):
        asked(decision("a", literal(text)), "a")


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "-1.50",
        "1.0E+30",
        '"a\\n\\"b\\\\"',
        '@"P1Y2M"',
        '@"10:00:00@Europe/Paris"',
        "[1..3)",
        "(< 5)",
        '{"a b": [true]}',
    ],
)
def test_a_value_is_written_as_the_literal_that_means_it(text: str) -> None:
    value = feel(text).evaluate({}, NEVER)
    assert feel(written(value)).evaluate({}, NEVER) == value
