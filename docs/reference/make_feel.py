"""Writes feel.md, beside this file, from the built-in functions: ``python docs/reference/make_feel.py``."""

from __future__ import annotations

from pathlib import Path

from ironcage.feel.environment import NESTING, STEPS
from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.parser import DEPTH
from ironcage.feel.regex.matching import STEPS as PATTERN_STEPS
from ironcage.feel.tokens import LENGTH
from ironcage.values.bounds import CHARACTERS, PARTS

PAGE = Path(__file__).parent / "feel.md"
_HEAD = f"""# FEEL

<!-- 由 make_feel.py 写成；请勿手改。Written by make_feel.py; do not edit. -->

条件、期限、赋值和决策表中的表达式都用 FEEL（DMN 1.5 第 10 章）。表达式只看得到给它的变量和这一步的时刻：`now()` 和
`today()` 取自这一步，
因此重放得到同样的结果。表达式读一次，编译一次；没有结果时为 null，`ironcage decide --explain` 说明原因。

Conditions, deadlines, assignments and decision tables are written in FEEL (DMN 1.5, chapter 10). An expression sees the
variables it is given and the moment of its step, and nothing else: `now()` and `today()` are the step's, so a
replay gives
the same. It is read and compiled once. Where it has no result it is null, and `ironcage decide --explain` says why.

## 名称 · Names

名称可有空格和 `+ - * / ' .` 等符号，取范围内最长的一个。若其首词本身也是变量，
符号两边的空格要与原名一致：既有 `a` 又有 `a-b` 时，`a-b` 是名称，`a - b` 是减法。
名称可以关键字开头（`in stock`），只要它在范围内。点号之后和筛选条件里，
认得本表达式写出的上下文各项；名称含符号的其余各项用 `get value` 取得。

A name may have spaces and the signs `+ - * / ' .`; the longest one in scope is taken. Where its first word is a
variable too, the signs must be spaced as in the name: beside `a` and `a-b`, `a-b` is the name and `a - b` a
subtraction. A name in scope may begin with a keyword (`in stock`). Behind a dot and in the condition of a filter, the
entries of contexts that the expression writes out are known, and in DMN the components of item definitions; others
that have signs are reached with `get value`.

## 界限 · Limits

| 界限 limit | | |
|---|---|---|
| {LENGTH:,} | 表达式的字符数 | characters of an expression |
| {DEPTH} | 嵌套的层数 | levels of nesting |
| {STEPS:,} | 一次求值的步数，循环和调用每次都计 | steps of one evaluation; each round of a loop and each call counts |
| {NESTING} | 函数调用的总深度 | depth of calls of functions, with the depth of their texts |
| {PARTS:,} | 一个列表或上下文中值的个数 | values in one list or context |
| {CHARACTERS:,} | 一个文本的字符数 | characters of one text |
| {PATTERN_STEPS:,} | 一次匹配正则表达式的步数 | steps of matching one regular expression |

超过界限的表达式在部署时被拒绝，求值超限则为 null 并说明原因。
正则表达式由自带的匹配器执行：同一指令在同一位置只尝试一次，
时间与模式长度乘以文本长度成正比；只有反向引用例外，由步数限制。

An expression beyond the limits is refused at deployment; an evaluation beyond them is null and says why. Regular
expressions run on a matcher of our own, which tries an instruction at a place once, so time grows with the length of
the pattern times that of the text; back-references alone need more, and are held by the number of steps.

## 与标准的差别 · Where it differs from the standard

* 时间精确到微秒；更细的小数位被舍去。 Times are exact to the microsecond; finer digits are cut off.
* 公元 1 至 9999 年之外的日期可以计算，但不能存入案件；区间和函数也是如此。 Dates outside the years 1 to 9999 can
  be reckoned with but not kept in a case; nor can ranges and functions.
* 用其他语言写的函数（`external`）不执行，结果为 null。 Functions in other languages (`external`) are not run; they
  give null.
* 列表超过上述个数时为 null。 A list longer than the limit is null.
* `is` 缺一个参数时视为 null。 `is` takes a missing argument for null.
* `\\p{{Is...}}` 认识常用的字符块。 `\\p{{Is...}}` knows the blocks in common use.

## 内置函数 · Built-in functions

`?` 可以不写，`*` 可以有任意多个。 `?` may be left out, `*` takes any number.

| 函数 function | | |
|---|---|---|
"""
_CHINESE = {
    "now": "这一步的时刻", "today": "这一步的日期", "date": "由文本、日期时间或三个数得出日期",
    "time": "由文本、日期时间或数得出时间", "date and time": "由文本、日期和时间或数得出日期时间",
    "duration": "文本所写的时长", "years and months duration": "两个日期之间的整月数", "day of year": "一年中的第几天",
    "day of week": "星期的英文名", "month of year": "月份的英文名", "week of year": "ISO 8601 周数",
    "last day of month": "当月最后一天", "get value": "上下文中某名称的值", "get entries": "上下文的各项",
    "context": "由各项组成上下文", "context put": "增加或更改一项后的上下文",
    "context merge": "合并几个上下文，同名取后者",
    "floor": "向下取整", "ceiling": "向上取整", "decimal": "四舍六入五成双", "round up": "远离零取整",
    "round down": "向零取整", "round half up": "四舍五入", "round half down": "五舍六入", "abs": "绝对值",
    "modulo": "余数，符号随除数", "sqrt": "平方根", "log": "自然对数", "exp": "e 的幂", "odd": "是否奇数",
    "even": "是否偶数",
    "count": "项数", "min": "最小的一项", "max": "最大的一项", "sum": "总和", "mean": "平均数", "product": "乘积",
    "median": "中位数", "stddev": "样本标准差", "mode": "众数", "list contains": "列表中是否有某项",
    "append": "在末尾添加", "concatenate": "连接几个列表", "union": "合并几个列表，去掉重复",
    "distinct values": "去掉重复",
    "duplicate values": "重复出现的项", "sublist": "从某位置起的若干项", "insert before": "在某位置之前插入",
    "remove": "去掉某位置的项", "list replace": "替换某位置或符合条件的项", "reverse": "倒序",
    "index of": "相等的项的位置", "flatten": "展开内层列表", "sort": "按给定的先后排序", "not": "相反的真值",
    "all": "是否全部为真", "any": "是否有一个为真", "is": "是否同一个值，时区也相同", "matches": "是否与正则表达式匹配",
    "replace": "替换匹配之处", "split": "在匹配之处分开", "range": "文本所写的区间", "before": "前者是否先于后者结束",
    "after": "前者是否在后者结束之后开始", "meets": "前者的终点是否是后者的起点",
    "met by": "前者的起点是否是后者的终点",
    "overlaps": "是否有共同的值", "overlaps before": "前者先开始，并在后者之内结束",
    "overlaps after": "前者在后者之内开始，并后结束", "finishes": "前者是否与后者同时结束",
    "finished by": "后者是否与前者同时结束",
    "starts": "前者是否与后者同时开始", "started by": "后者是否与前者同时开始", "includes": "前者是否包含后者",
    "during": "前者是否在后者之内", "coincides": "两者是否相同", "string": "值的 FEEL 写法", "number": "文本所写的数",
    "contains": "是否含有某文本", "starts with": "是否以某文本开头", "ends with": "是否以某文本结尾",
    "upper case": "大写", "lower case": "小写", "string length": "字符数", "substring": "从某位置起的若干字符",
    "substring before": "某文本之前的部分", "substring after": "某文本之后的部分", "string join": "连接列表中的文本",
}  # fmt: skip


def page() -> str:
    """Return the page."""
    rows: list[str] = []
    for name, function in sorted(FUNCTIONS.items()):
        calls = "<br>".join(f"`{name}({', '.join(form)})`" for form in function.forms)
        rows.append(f"| {calls} | {_CHINESE[name]} | {function.summary} |")
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
