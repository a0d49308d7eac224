"""What a script sees of a case, and what of its variables it brings to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ironcage.scripts import ScriptThrewError, read
from ironcage.scripts.evaluation import Wrong, evaluate
from ironcage.scripts.language import ScriptSyntaxError


def test_what_is_assigned_at_the_top_is_brought(brought):
    script = "a = 1\nif a == 1:\n  b = 2\nelse:\n  c = 3\nd, (e, _f) = 4, (5, 6)"
    assert brought(script) == {"a": 1, "b": 2, "d": 4, "e": 5}


def test_private_names_loops_functions_and_what_lives_in_them_stay(brought):
    script = "_a = 1\ndef f(x):\n  inner = x\n  return inner\ng = lambda x: x\nfor i in range(3):\n  b = f(g(i))"
    assert brought(script) == {"b": 2}


def test_a_variable_changed_in_place_is_brought_and_an_unchanged_one_is_not(brought):
    data = {"rows": [{"n": Decimal(1)}], "same": [Decimal(1)], "other": "x"}
    assert brought("rows[0]['n'] += 1\nrows.append(len(same))", **data) == {"rows": [{"n": Decimal(2)}, Decimal(1)]}
    assert data["rows"] == [{"n": Decimal(1)}]


def test_a_function_changes_variables_in_place(brought):
    assert brought("def add(x):\n  rows.append(x)\nadd(1)", rows=[]) == {"rows": [Decimal(1)]}


def test_names_need_no_latin_letters(brought):
    assert brought("金额 = 金额 * 2\ndef 加(数):\n  return 数 + 1\n和 = 加(金额)", 金额=Decimal(2)) == {
        "金额": Decimal(4),
        "和": Decimal(5),
    }


def test_names_that_are_none_are_reached_through_the_whole(brought):
    data = {"Applicant Age": Decimal(17), "x": Decimal(1)}
    script = "variables['Of Age'] = variables['Applicant Age'] >= 18\nvariables['x'] = 2"
    assert brought(script, **data) == {"Of Age": False, "x": Decimal(2)}


def test_a_variable_hides_a_function_of_its_name_and_disturbs_no_other(brought):
    assert brought("x = str + '!'\ny = 0.5 in [abs]\nz = round_half_up(1.5)", str="a", abs=Decimal("0.5")) == {
        "x": "a!",
        "y": True,
        "z": Decimal(2),
    }


@pytest.mark.parametrize("script", ["sum = 3", "def sum(x):\n  return 3\nsum(1)", "date = '1'", "now = 1", "len = 1"])
def test_names_of_functions_are_free(brought, script):
    read(script)
    brought(script)


def test_the_answer_is_the_value_of_the_expression_at_the_end():
    assert evaluate(read("a = 2\n(a +\n 1)"), {}, None).value == 3
    assert not read("a = 2").answers


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("x = range(3)", "would become range"),
        ("x = {1: 2}", "names in a context are texts"),
        ("x = [len]", "would become"),
        ("x = [1]\nx.append(x)", "hold itself"),
        ("variables = 3", "no context"),
        ("x = y", "Variable `y` not found"),
        ("x = 金额 - '数'", "`decimal` and `string`"),
        ("def 算(数):\n  return 数.项\nx = 算(1)", "has no attribute"),
    ],
)
def test_what_is_no_case_data_is_refused(brought, script, said):
    with pytest.raises(Wrong) as wrong:
        brought(script, 金额=Decimal("1.5"))
    assert said in wrong.value.reason.format(**wrong.value.fields)


def test_a_script_throws_a_bpmn_error(brought):
    with pytest.raises(ScriptThrewError) as thrown:
        brought("if amount > 100:\n  bpmn_error('TOO_MUCH', limit=100, day=date('2026-01-01'))", amount=Decimal(101))
    assert thrown.value.code == "TOO_MUCH"
    assert list(map(str, thrown.value.data.values())) == ["100", "2026-01-01"]


def test_a_failure_says_where_in_the_script_as_it_is_written(brought):
    script = "\n      a = 1\n      def f(x):\n          return x - 'text'\n      b = f(a)\n    "
    with pytest.raises(Wrong) as wrong:
        brought(script)
    assert wrong.value.line == 4
    with pytest.raises(Wrong) as wrong:
        brought("  a = 1 + 2 - 3 + nix")
    assert (wrong.value.line, wrong.value.column) == (1, 19)


@pytest.mark.parametrize(
    ("script", "line", "column", "said"),
    [
        ("a = (", 1, 5, "'(' was never closed"),
        ("a = 1\n  b = = 2", 2, 7, "invalid syntax"),
        ("  a = 1\n  while a:\n    a = 0", 2, 3, "reserved keyword `while`"),
        ("a = 1 + 2 + 金额 + import_\nimport os", 2, 1, "reserved keyword `import`"),
        ("x = 1 - 2 < 3 < 4", 1, 15, "unexpected symbol '<'"),
        ("def f(x: int):\n  return x", 1, 10, "type annotations"),
        ("x = f'{y}'", 1, 5, "f-strings"),
        ("load('a', 'b')", 1, 1, "load"),
        ("x = ironcage_add(1, 2)", 1, 5, "names that begin with ironcage_"),
        ("x = 0.12345678901234567890123456789", 1, 5, "28 digits"),
        ("x = 1e400", 1, 5, "28 digits"),
        ("try:\n  x = 1\nexcept ValueError:\n  pass", 1, 1, "reserved keyword `try`"),
        ("x = a.b.c ** 2", 1, 11, "'**'"),
    ],
)
def test_what_is_not_starlark_is_refused_with_its_place(script, line, column, said):
    with pytest.raises(ScriptSyntaxError) as wrong:
        read(script)
    assert (wrong.value.line, wrong.value.column) == (line, column)
    assert said in wrong.value.reason()


@pytest.mark.parametrize(
    "script",
    [
        "x = " + "(" * 150 + "1" + ")" * 150,
        "x = " + "(" * 10_000 + "1" + ")" * 10_000,
        "x = " + "+".join(["1"] * 10_000),
        "x = " + "not " * 20_000 + "1",
        "x = " + "lambda: " * 10_000 + "1",
        "x = y" + ".a" * 30_000,
        "x = y" + "()" * 30_000,
        "x = " + "1 if y else " * 5_000 + "1",
        "if y:\n  x = 1\n" + "elif y:\n  x = 1\n" * 4_000,
        "x = " + "-" * 50_000 + "1",
        "x = " + "[" * 50_000,
        "x = '" + "a" * 200_000 + "'",
        "x = 1\0",
        "\n".join(" " * depth + "if x:" for depth in range(150)) + " y = 1",
    ],
)
def test_hostile_scripts_are_refused_before_a_parser_that_could_crash_sees_them(script):
    if script.startswith("x = (") and len(script) < 1000:
        assert read(script).assigned == ("x",)  # parentheses leave nothing in the tree
        return
    with pytest.raises(ScriptSyntaxError):
        read(script)


def test_the_example_of_the_reference_runs(brought):
    page = (Path(__file__).parents[3] / "docs/reference/scripts.md").read_text("utf-8")
    script = page.split("<script>")[1].split("</script>")[0]
    data = {"category": "commercial", "area": Decimal("120.5")}
    assert brought(script, **data) == {"rate": Decimal("0.06"), "fee": Decimal("86.76"), "due": date(2026, 12, 11)}
    with pytest.raises(ScriptThrewError):
        brought(script, category="commercial", area=Decimal(1000000))
