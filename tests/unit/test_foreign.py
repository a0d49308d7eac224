"""What libraries say is told in the reader's language."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from ironcage import scripts, xml
from ironcage.dmn import sheets
from ironcage.faults import FaultyError
from ironcage.foreign import Foreign
from ironcage.messages import speaking
from ironcage.scripts import ScriptFailedError
from ironcage.scripts.evaluation import Wrong, evaluate

_ENGLISH = re.compile("“[^”]*[A-Za-z]+ [a-z]+")


def both(said: object) -> tuple[str, str]:
    with speaking("en"):
        english = str(said)
    with speaking("zh"):
        return english, str(said)


def test_a_known_sentence_is_told_in_our_words_and_another_is_quoted() -> None:
    assert both(Foreign("Variable `x` not found")) == ("Variable `x` not found", "没有变量 `x`")
    assert both(Foreign("Something went awry")) == ("Something went awry", "“Something went awry”")
    assert both(Foreign("fail: 面积不能为零")) == ("fail: 面积不能为零", "面积不能为零")


@pytest.mark.parametrize(
    "source",
    ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a b=c/>", "<a b='1' b='2'/>", "<a>&x;</a>", "<a>&</a>", "<x:a/>",
     "<a x:b='1'/>", "<a", "<a b/>", "<a>\x01</a>", "<1a/>", "<a b='<'/>", "<a b='1'c='2'/>", "<!-- "],
)  # fmt: skip
def test_what_is_wrong_with_xml_is_told_in_chinese(source: str) -> None:
    with pytest.raises(FaultyError) as refused:
        xml.parse(source.encode(), "f.xml")
    with speaking("zh"):
        assert not _ENGLISH.search(refused.value.faults[0].sentence())


@pytest.mark.parametrize(
    "script",
    ["x = y", "x = 1 +", "x = 'a' + 1", "x = {}['a']", "x = [1][5]", "x = 1 / 0", "f(", "x = None.y", "x = 'a'.foo()",
     "def f(a): return a\nf()", "for i in 5: pass", "x = 'a", "if x", "return 1", "x = [1] - [1]", "import x",
     "x, y = [1]", "date('2020-13-01')", "x = 'abc'['a']", "x = [1]\nfor i in x:\n  x.append(1)"],
)  # fmt: skip
def test_what_is_wrong_with_a_script_is_told_in_chinese(script: str) -> None:
    try:
        evaluate(scripts.read(script), {}, datetime(2026, 1, 1, tzinfo=UTC))
    except Wrong as error:
        failed: Exception = ScriptFailedError(reason=error.reason, **error.fields)
    except scripts.ScriptSyntaxError as error:
        failed = error
    assert not _ENGLISH.search(both(failed)[1])


def test_a_file_that_is_no_csv_is_told_what_it_is_not() -> None:
    with pytest.raises(sheets.SheetError) as refused:
        sheets.from_csv(b"\xff\xff\x81", "t.csv")
    assert both(refused.value)[0] == "t.csv: its text is neither UTF-8, UTF-16 nor GB 18030."
    with pytest.raises(sheets.SheetError) as refused:
        sheets.from_csv(b'"a', "t.csv")
    assert both(refused.value)[0] == "t.csv: it is no CSV (unexpected end of data)."
