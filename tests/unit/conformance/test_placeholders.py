"""Placeholders become our languages, each on its line; nothing else changes."""

from __future__ import annotations

import pytest

from ironcage import feel
from ironcage.conformance.placeholders import feel_of, rewritten, words_of


@pytest.mark.parametrize(
    ("neutral", "ours"),
    [
        ('test.contains("a")', 'contains(test, "a")'),
        ('!test.contains("a")', 'not(contains(test, "a"))'),
        ("${test.contains('a') && !other.contains(\"b\")}", 'contains(test, "a")  and  not(contains(other, "b"))'),
        ("integerVariable<3", "integerVariable<3"),
        ("integerVariable == 3 || false", "integerVariable = 3  or  false"),
        ("${integerVariable}", "integerVariable"),
        ("activationCount >= 1", "activationCount >= 1"),
        ("${nrOfCompletedInstances >= 2}", "numberOfCompletedInstances >= 2"),
        ("true", "true"),
        ("R4/PT5S", "R4/PT5S"),
    ],
)
def test_a_neutral_expression_becomes_feel(neutral, ours):
    assert feel_of(neutral) == ours


def test_what_is_malformed_stays_so():
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(feel_of('test.contains("a")>'))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<condition> test.contains(&quot;a&quot;)\n </condition>", b'<condition> contains(test, "a")\n </condition>'),
        (
            b'<b:loopCondition xsi:type="t">\n<![CDATA[test.contains("a") && true]]></b:loopCondition>',
            b'<b:loopCondition xsi:type="t">\n<![CDATA[contains(test, "a")  and  true]]></b:loopCondition>',
        ),
        (b"<loopCondition>x&lt;3</loopCondition>", b"<loopCondition>x&lt;3</loopCondition>"),
        (b"<conditionExpression/>", b"<conditionExpression/>"),
        (b"<condition><!-- why -->true</condition>", b"<condition><!-- why -->true</condition>"),
        (
            b'<b:scriptTask\n a=""><b:script>LOG_DATA</b:script></b:scriptTask>',
            b'<b:scriptTask scriptFormat="application/x-starlark"\n a=""><b:script>LOG_DATA</b:script></b:scriptTask>',
        ),
        (
            b'<scriptTask scriptFormat="x"><script>SCRIPT_task1</script></scriptTask>',
            b'<scriptTask scriptFormat="x"><script>SCRIPT_task1</script></scriptTask>',
        ),
        (
            b"<globalScriptTask><script>LOG_DATA</script></globalScriptTask>",
            b'<globalScriptTask scriptLanguage="application/x-starlark"><script>LOG_DATA</script></globalScriptTask>',
        ),
        (
            b"<scriptTask><script>\n<!----> LOG_DATA</script></scriptTask>",
            b'<scriptTask scriptFormat="application/x-starlark"><script>\n<!----> LOG_DATA</script></scriptTask>',
        ),
        (b"<scriptTask><script>x = 1</script></scriptTask>", b"<scriptTask><script>x = 1</script></scriptTask>"),
        (
            b'<definitions id="d" expressionLanguage="http://www.w3.org/1999/XPath">',
            b'<definitions id="d" expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">',
        ),
        (b'<definitions expressionLanguage="urn:x">', b'<definitions expressionLanguage="urn:x">'),
    ],
)
def test_bytes_are_rewritten_in_place(before, after):
    assert rewritten(before) == after
    assert after.count(b"\n") == before.count(b"\n")


def test_a_script_may_be_several_placeholders_and_nothing_else():
    assert words_of(" SCRIPT_task1\n WAIT_TEN_SECONDS ") == ["SCRIPT_task1", "WAIT_TEN_SECONDS"]
    assert words_of("SCRIPT_task1; x = 1") is None
