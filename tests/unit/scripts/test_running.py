"""The child processes: what a script does there harms nobody but itself."""

from __future__ import annotations

import gc
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ironcage.program import Script
from ironcage.scripts import (
    Limits,
    Runner,
    ScriptFailedError,
    ScriptLanguageError,
    ScriptLimitError,
    ScriptSyntaxError,
    ScriptThrewError,
)

LIMITS = Limits(wall=30.0, seconds=1, memory=96 << 20, answer=100_000)
FOR_EVER = "def spin():\n  for i in range(2000000000):\n    pass\nspin()"


def script(text):
    return Script("starlark", text)


@pytest.fixture(scope="module")
def runner():
    with Runner(LIMITS) as made:
        yield made


def test_a_script_brings_variables_or_its_answer(runner):
    assert runner.run(script("b = a + 1\nb * 2"), {"a": Decimal(1)}, 0) == {"b": Decimal(2)}
    assert runner.run(script("b = a + 1\nb * 2"), {"a": Decimal(1)}, 0, result="r") == {"r": Decimal(4)}
    with pytest.raises(ScriptFailedError, match="ends in a statement"):
        runner.run(script("b = 1"), {}, 0, result="r")


def test_now_is_the_instant_that_is_given_in_the_zone_of_the_process(runner):
    found = runner.run(script("x = str(now)"), {}, 0, ZoneInfo("Asia/Shanghai"))
    assert found == {"x": "1970-01-01T08:00:00+08:00[Asia/Shanghai]"}


def test_the_same_script_gives_the_same_answer_in_every_process():
    text = "x = [hash('a'), {'b': 1, 'a': 2}, [each for each in {'z': 1, 'y': 2}], 1 / 7, str(now), dir('')]"
    with Runner(LIMITS, 1) as first, Runner(LIMITS, 1) as second:
        assert first.run(script(text), {}, 5) == second.run(script(text), {}, 5) == first.run(script(text), {}, 5)


def test_each_kind_of_failure_is_an_error_of_its_own(runner):
    with pytest.raises(ScriptLanguageError, match="groovy"):
        runner.run(Script("groovy", "x = 1"), {}, 0)
    with pytest.raises(ScriptSyntaxError, match="line 2, column 1"):
        runner.run(script("x = 1\nimport os"), {}, 0)
    with pytest.raises(ScriptFailedError, match=r"line 2: .*text"):
        runner.run(script("x = 1\nfail('text')"), {}, 0)
    with pytest.raises(ScriptFailedError, match="no case data"):
        runner.run(script("x = []\nfor _ in range(120):\n  x = [x]"), {}, 0)
    with pytest.raises(ScriptThrewError) as thrown:
        runner.run(script("bpmn_error('E', by=1.5)"), {}, 0)
    assert (thrown.value.code, thrown.value.data) == ("E", {"by": Decimal("1.5")})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FOR_EVER, "longer than"),
        ("x = 'x' * 2000000000", "memory"),
        ("x = [0] * 2000000000", "memory"),
        ("x = list(range(2000000000))", "memory"),
        ("x = []\nfor i in range(2000000000):\n  x.append(str(i) * 10)", "memory"),
        ("x = 'a'\nfor _ in range(100):\n  x = x + x", "memory"),
        ("x = {str(i): i for i in range(2000000000)}", "memory"),
        ("x = 'a' * 100000\ny = x.replace('a', x)", "memory"),
        ("x = 'a' * 100000000", "memory"),
        ("x = 'a' * 1000000", "larger than 100000 bytes"),
        ("x = list(range(50000))", "larger than 100000 bytes"),
    ],
)
def test_a_script_is_stopped_at_a_limit_and_the_next_one_runs(runner, text, said):
    begun = time.monotonic()
    with pytest.raises(ScriptLimitError, match=said):
        runner.run(script(text), {}, 0)
    assert time.monotonic() - begun < LIMITS.wall + 2
    assert runner.run(script("x = 1"), {}, 0) == {"x": Decimal(1)}


@pytest.mark.parametrize(
    "text",
    [
        "def f(n):\n  return f(n + 1)\nf(0)",
        "x = 1 << 100000000",
        "def f():\n  return [f]\nx = f()",
        "x = []\nfor i in range(5):\n  x = [x, x]\nx = range(3)",
    ],
)
def test_a_script_that_overdoes_it_fails_by_itself(runner, text):
    with pytest.raises(ScriptFailedError):
        runner.run(script(text), {}, 0)


@pytest.mark.parametrize(
    "text",
    [
        "x = ().__class__.__base__.__subclasses__()",
        "x = getattr('', '__class__')",
        "x = (lambda: 0).__globals__",
        "x = bpmn_error.__self__",
        "x = date.__globals__['__builtins__']",
        "x = '{0.__class__}'.format(1)",
        "x = '%(a.__class__)s' % {'a': 1}",
        "x = [].__iter__",
        "x = open('/etc/passwd').read()",
        "x = __import__('os').system('true')",
        "x = eval('1')",
        "x = exec('1')",
        "x = globals()",
        "x = vars()",
        "x = type('T', (), {})",
        "x = compile('1', '', 'eval')",
        "x = input()",
        "x = print('a')",
        "x = breakpoint()",
        "x = struct(a=1)",
        "x = json.decode('1')",
        "x = exit()",
        "x = os.environ",
        "x = str(now.__class__)",
        "x = bpmn_error(1, **{'self': 2, '__class__': range(3)})",
        "def f():\n  yield 1\nx = f()",
        "class A:\n  pass",
        "async def f():\n  pass",
        "global x\nx = 1",
        "x = 1 if (y := 2) else 3",
        "load('@stdlib//os', 'x')",
        "with open('a') as f:\n  pass",
        "del now",
        "raise 1",
        "x = `id`",
    ],
)
def test_there_is_no_way_out_of_the_language(runner, text):
    with pytest.raises((ScriptFailedError, ScriptSyntaxError)):
        runner.run(script(text), {"a": Decimal(1)}, 0)


def test_a_forged_moment_is_no_more_than_data(runner):
    assert runner.run(script(r"x = {'\x00': 'date', 'text': '2026-01-01'}"), {}, 0)["x"].year == 2026
    with pytest.raises(ScriptFailedError):
        runner.run(script(r"x = {'\x00': {'__class__': 1}}"), {}, 0)
    with pytest.raises(ScriptFailedError):
        runner.run(script(r"x = 'a\x00b'"), {}, 0)


def test_other_scripts_are_not_delayed_by_one_that_runs_for_ever():
    with (
        Runner(Limits(wall=60.0, seconds=3, memory=96 << 20, answer=100_000), processes=2) as runner,
        ThreadPoolExecutor(4) as threads,
    ):
        for _ in range(2):
            runner.run(script("x = 1"), {}, 0)
        spinning = threads.submit(runner.run, script(FOR_EVER), {}, 0)
        while runner._idle:
            time.sleep(0.01)  # until it has taken the process that is there
        for number in range(20):
            assert runner.run(script("x = n"), {"n": Decimal(number)}, 0) == {"x": Decimal(number)}
        assert not spinning.done(), "it is allowed three seconds of computing, and the others need next to nothing"
        with pytest.raises(ScriptLimitError):
            spinning.result()


def test_threads_share_the_processes_and_get_their_own_answers():
    with Runner(LIMITS, processes=2) as runner, ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(runner.run, script("x = n * n"), {"n": Decimal(n)}, 0) for n in range(100)]
        assert [each.result()["x"] for each in asked] == [Decimal(n * n) for n in range(100)]
        assert 1 <= len(runner._idle) <= 2


def test_the_processes_have_nothing_of_ours_and_end_with_the_runner():
    with Runner(LIMITS, processes=1) as runner:
        runner.run(script("x = 1"), {}, 0)
        (child,) = runner._idle
        process = Path(f"/proc/{child._process.pid}")
        assert sorted(each.name for each in (process / "fd").iterdir()) == ["0", "1", "2"]
        environment = {each.partition(b"=")[0] for each in (process / "environ").read_bytes().split(b"\0") if each}
        assert environment <= {b"RUST_BACKTRACE", b"LC_CTYPE", b"LD_LIBRARY_PATH"}
        lines = (process / "limits").read_text().splitlines()
        limits = {line[:26].strip(): line[26:].split()[0] for line in lines}
        assert limits["Max file size"] == limits["Max processes"] == limits["Max core file size"] == "0"
        assert int(limits["Max open files"]) <= 8
        assert int(limits["Max address space"]) < LIMITS.memory + (1 << 30)
    assert not process.exists()


def test_a_process_that_is_killed_is_replaced():
    with Runner(LIMITS, processes=1) as runner:
        runner.run(script("x = 1"), {}, 0)
        runner._idle[0]._process.kill()
        with pytest.raises(ScriptLimitError, match="not known"):
            runner.run(script("x = 1"), {}, 0)
        assert runner.run(script("x = 1"), {}, 0) == {"x": Decimal(1)}


def test_a_runner_that_is_forgotten_leaves_no_process():
    runner = Runner(LIMITS, processes=1)
    runner.run(script("x = 1"), {}, 0)
    process = Path(f"/proc/{runner._idle[0]._process.pid}")
    del runner
    gc.collect()
    assert not process.exists()


def test_after_a_fork_the_child_uses_processes_of_its_own():
    with Runner(LIMITS, processes=1) as runner:
        runner.run(script("x = 1"), {}, 0)
        mine = runner._idle[0]._process.pid
        runner._owner = -1  # as if this were the process after the fork
        kept = runner._idle[0]
        runner.run(script("x = 1"), {}, 0)
        assert runner._idle[0]._process.pid != mine
        kept.end()


def test_a_large_request_to_a_process_that_does_not_read_ends_in_time():
    with Runner(Limits(wall=1.0, seconds=5), processes=1) as runner:
        runner.run(script("x = 1"), {}, 0)
        os.kill(runner._idle[0]._process.pid, 19)
        with pytest.raises(ScriptLimitError):
            runner.run(script("x = 1"), {"big": "a" * 5_000_000}, 0)


def test_no_thread_is_left():
    before = threading.active_count()
    with Runner(LIMITS) as runner:
        runner.run(script("x = 1"), {}, 0)
    assert threading.active_count() == before
