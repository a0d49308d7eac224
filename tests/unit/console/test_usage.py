"""What argparse says itself is said in the reader's language, too, and nowhere else."""

from __future__ import annotations

import argparse
import re

import pytest

from ironcage.messages import speaking
from ironcage_console.cli.commands import COMMANDS
from ironcage_console.cli.usage import translated

LATIN_WORDS = re.compile(r"(?<![\w./:-])[a-z]{2,}(?: [a-z]+){2,}")
"""Three small words in a row: a sentence that nobody translated."""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_in_chinese_holds_no_english_sentence(ironcage, command):
    shown = ironcage(*command.split(), "--help", "--lang", "zh").out
    assert shown.startswith("用法：ironcage")
    assert "显示本帮助并退出" in shown
    assert LATIN_WORDS.findall(shown.partition("\n\n")[2]) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["complete"], "错误：缺少必填参数：TASK"),
        (["nothing"], "错误：参数 命令：'nothing' 不在可选范围"),
        (["case", "hide", "p/k"], "错误：参数 {show,cancel}：'hide' 不在可选范围"),
        (["key"], "错误：缺少必填参数：{add,list,revoke}"),
        (["tasks", "--limit", "few"], "错误：参数 --limit：'few' 不是 0 到 1000000000 的整数"),
        (["tasks", "--limit"], "错误：参数 --limit：需要一个值"),
        (["check"], "错误：缺少必填参数：PATH"),
        (["tasks", "--every"], "错误：无法识别的参数：--every"),
    ],
)
def test_wrong_usage_is_refused_in_chinese(ironcage, words, said):
    answer = ironcage(*words, "--lang", "zh")
    assert answer.code == 2
    assert said in answer.err
    assert "usage" not in answer.err


def test_english_is_argparses_own(ironcage):
    assert "error: the following arguments are required: TASK" in ironcage("complete", "--lang", "en").err


def test_the_parsers_of_other_programs_are_left_alone():
    with speaking("zh"):
        with translated():
            pass
        assert argparse.ArgumentParser(prog="other").format_usage() == "usage: other [-h]\n"
