"""Writes dialects.md, beside this file, from the vocabularies: ``python docs/reference/make_dialects.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.bpmn.dialects import juel_feel, python
from ironcage.bpmn.dialects.family import FAMILIES, Family
from ironcage.bpmn.dialects.formula import UntranslatableError
from ironcage.bpmn.dialects.vocabulary import VOCABULARY
from ironcage.bpmn.dialects.word import Fate
from ironcage.bpmn.names import DIALECTS
from ironcage.messages import speaking, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.bpmn.dialects.word import Word

PAGE = Path(__file__).parent / "dialects.md"
_HEAD = """# 其他引擎的方言 · Dialects of other engines

<!-- 由 make_dialects.py 写成；请勿手改。Written by make_dialects.py; do not edit. -->

其他引擎写在自己命名空间里的内容，在两个读取器读取之前，先在 XML 树中改写成 BPMN 和
`urn:ironcage:bpmn:1` 的元素。能准确执行的改写；对案件没有作用的给出提示（advice）；其余一律拒绝，
并指出行、元素和改法。没有任何内容被悄悄丢弃。只作图用（不可执行）的模型可以含有任何内容。

What other engines put into their namespaces is rewritten in the XML tree, before either reader sees it, as BPMN and the
elements of `urn:ironcage:bpmn:1`. What can be honoured exactly is rewritten; what has no effect on a case is told as
advice; all else is refused with its line, its element and how to mend it. Nothing is dropped without a word. A drawing,
which is not executed, may hold anything.

`@x` 是 BPMN 元素上的属性，`x` 是扩展元素，`x@y` 是扩展元素的属性。不在表中的一律拒绝。
`@x` is an attribute of an element of BPMN, `x` an extension element, `x@y` an attribute of one. What is not in the
tables is refused.

## 表达式的语言 · The language of expressions

先看表达式自己的 `language`，再看文件的 `expressionLanguage`，再看方言的默认语言，最后是 FEEL。XPath 拒绝；
Activiti 一类的文件在声明 XPath 的同时写 `${...}`，这不是 XPath，按 JUEL 读。

First what the expression names, then the file's `expressionLanguage`, then the default of the dialect, else FEEL. XPath
is refused; files of Activiti and its kin that declare it and write `${...}`, which is no XPath, are read as JUEL.

* Camunda 7、Operaton、Flowable、Activiti：`${...}` 和 `#{...}` 译成 FEEL，其余是文本。
  `${...}` and `#{...}` are translated to FEEL, anything else is a text. `potentialOwner` 和 `humanPerformer` 中的
  `group(x)`、`user(x)` 也改写。So are `group(x)` and `user(x)` of `potentialOwner` and `humanPerformer`.
* Camunda 8：`=...` 是 FEEL，其余是文本。它的 FEEL 比 DMN 1.5 多一些函数（如 `is defined`、`cycle`），
  变量名可含空格；前者在使用处拒绝，后者须改名。
  `=...` is FEEL, anything else is a text. Its FEEL has functions beyond DMN 1.5 (`is defined`, `cycle`), which are
  refused where they are called, and names of variables with blanks, which must be renamed.
* SpiffWorkflow：条件和赋值是 Python，译成 FEEL；从不运行 Python。调用活动传入、传出全部数据。
  Conditions and assignments are Python, translated to FEEL; Python is never run. All data go into a call activity and
  come out of it.

翻译的前提：值的类型就是表达式所当作的类型（JUEL 会把文本 "5" 当作数字 5，这里不会）；数是十进制，
不是二进制浮点；在 Python 中真假值不与数字比较。null 的差别都已写明在译文中。

The premises: a value has the kind the expression treats it as (JUEL takes the text "5" for the number 5, here it does
not equal it); numbers are decimal, not binary; in Python a truth value is not compared with a number. What differs
about null is written out.

"""
_JUEL = (
    "${approved}", "#{order.total >= 1000}", "${a && !b}", "${empty list}", "${total + 1}", "${a == 'x' ? 1 : 2}",
    "${text.contains('x')}", "${nrOfCompletedInstances / nrOfInstances > 0.5}", "${loopCounter}", "${bean.check(x)}",
    "Hello ${name}", "${a % 2}", "${a / b}", "${text.trim()}", "${execution.id}",
)  # fmt: skip
_PYTHON = (
    "total > 1000", "name is not None and total != 3", "state in ['open', 'new']", "len(items) > 0", "x % 2 == 0",
    "order['total']", "approved", "int(x) > 1", "a // 2", "[x for x in items]", "f(x)",
)  # fmt: skip
_FATES = {
    Fate.SAID: "改写 rewritten",
    Fate.IDLE: "没有作用，给出提示 without effect, told",
    Fate.SILENT: "附注 a note",
    Fate.REFUSED: "拒绝 refused",
    Fate.PART: "同所属元素 as the element it is part of",
}
_TITLES = {
    Family.CAMUNDA: "Camunda 7, Operaton, Flowable, Activiti",
    Family.ZEEBE: "Zeebe (Camunda 8)",
    Family.SPIFF: "SpiffWorkflow",
}


def page() -> str:
    """Return the page."""
    parts = [_HEAD, _examples("JUEL", _JUEL, juel_feel.translated), _examples("Python", _PYTHON, python.condition)]
    parts += map(_family, Family)
    return "".join(parts)


def _examples(language: str, written: tuple[str, ...], translate: Callable[[str], str]) -> str:
    rows = "".join(f"| {_code(each)} | {_translated(each, translate)} |\n" for each in written)
    return f"| {language} | FEEL |\n|---|---|\n{rows}\n"


def _translated(written: str, translate: Callable[[str], str]) -> str:
    try:
        return _code(translate(written))
    except UntranslatableError as error:
        return "；".join(_said(error.reason.message, **error.reason.fields))


def _family(family: Family) -> str:
    spaces = "".join(f"* `{space}` {DIALECTS[space]}\n" for space, of in FAMILIES.items() if of is family)
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _rows(VOCABULARY[family]))
    table = f"| 写法 word | 结果 fate | 成为 becomes | | |\n|---|---|---|---|---|\n{rows}"
    return f"## {_TITLES[family]}\n\n{spaces}\n{table}\n"


def _rows(words: tuple[Word, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a row for words of one fate and reason."""
    together: dict[tuple[str, ...], list[str]] = {}
    for word in words:
        together.setdefault((word.fate, word.said, word.reason, word.mend), []).append(word.name)
    for (fate, said, reason, mend), names in together.items():
        becomes = "" if said in {"", "-"} else _code(said)
        chinese, english = (_sentence(reason, mend, language) for language in ("zh", "en"))
        yield ", ".join(map(_code, names)), _FATES[Fate(fate)], becomes, chinese, english


def _sentence(reason: str, mend: str, language: str) -> str:
    with speaking("zh" if language == "zh" else "en"):
        said = ("；" if language == "zh" else ". ").join(text(each) for each in (reason, mend) if each)
    return said.replace("|", "\\|").replace("<", "&lt;")


def _said(message: str, **fields: object) -> tuple[str, str]:
    with speaking("zh"):
        chinese = text(message, **fields)
    with speaking("en"):
        return chinese, text(message, **fields)


def _code(written: str) -> str:
    return "`" + written.replace("|", "\\|") + "`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
