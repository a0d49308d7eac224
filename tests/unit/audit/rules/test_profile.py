from __future__ import annotations

import pytest

from ironcage_audit.log import FUNCTIONS
from ironcage_audit.rules.profile import check, used_parameters

NEEDS = ("work", "ev.actor")


def faults(query, **options):
    return check(query, "a.py", "query", needs=NEEDS, parameters=("k",), yields=("a",), **options)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT case_id AS a FROM work",
        "SELECT COUNT(*) AS a FROM cases",
        "SELECT case_id AS a FROM work UNION ALL SELECT case_id FROM ev",
        "WITH w AS (SELECT case_id FROM work) SELECT w.case_id AS a FROM w LEFT JOIN ev AS e ON e.case_id = w.case_id",
        "SELECT case_id AS a, COUNT(DISTINCT element) FROM work GROUP BY case_id HAVING COUNT(*) * 1000 > :k",
        "SELECT case_id AS a FROM work WHERE element IN ('x', 'y') AND due_us < :as_of_us AND actor IS NOT NULL",
        "SELECT LAG(seq) OVER (PARTITION BY case_id ORDER BY t_us NULLS FIRST, seq NULLS FIRST) AS a FROM ev",
        "SELECT CASE WHEN -1 < 2 THEN element || '#' || execution END AS a FROM work",
        "SELECT case_id AS a FROM work AS w WHERE NOT EXISTS (SELECT 1 FROM ev AS e WHERE e.case_id = w.case_id)",
    ],
)
def test_a_query_of_the_profile_is_accepted(query):
    assert faults(query) == ()


@pytest.mark.parametrize(
    ("query", "rule", "words"),
    [
        ("SELECT case_id AS a FROM", "query-syntax", "Expected table name"),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000 + " AS a", "query-size", "too deeply"),
        ("SELECT 1 AS a" + " " * 20_000, "query-size", "longer than 20000"),
        ("", "query-select", "one SELECT"),
        ("DELETE FROM work", "query-select", "one SELECT"),
        ("PRAGMA user_version", "query-select", "one SELECT"),
        ("ATTACH 'x' AS y", "query-select", "one SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS a", "query-select", "one SELECT"),
        ("SELECT offered_us / 2 AS a FROM work", "query-construct", "offered_us / 2"),
        ("SELECT offered_us % 2 AS a FROM work", "query-construct", "offered_us % 2"),
        ("SELECT 0.5 AS a", "query-construct", "whole: 0.5"),
        ("SELECT 1e3 AS a", "query-construct", "whole: 1e3"),
        ("SELECT * FROM work", "query-construct", "does not have *"),
        ("SELECT case_id AS a FROM work LIMIT 1", "query-construct", "LIMIT"),
        ("SELECT datetime(offered_us) AS a FROM work", "query-construct", "DATETIME"),
        ("SELECT load_extension('x') AS a", "query-construct", "LOAD_EXTENSION"),
        ("SELECT case_id AS a FROM work WHERE element LIKE 'x%'", "query-construct", "LIKE"),
        ("SELECT case_id AS a FROM work WHERE element REGEXP 'x'", "query-construct", "REGEXP"),
        ("SELECT CAST(case_id AS INTEGER) AS a FROM work", "query-construct", "CAST"),
        ("SELECT AVG(execution) AS a FROM work", "query-construct", "AVG"),
        ("WITH RECURSIVE r AS (SELECT 1 AS a) SELECT a FROM r", "query-construct", "RECURSIVE"),
        ('SELECT "case_id" AS a FROM work', "query-construct", "without quotes"),
        ("SELECT case_id AS a FROM main.work", "query-construct", "not main.work"),
        ("SELECT a FROM json_each(1)", "query-construct", "JSON_EACH"),
        ("SELECT case_id AS a FROM work WHERE element IS execution", "query-construct", "element IS execution"),
        ("SELECT work.case_id AS a FROM work NATURAL JOIN cases", "query-construct", "NATURAL"),
        ("SELECT work.case_id AS a FROM work JOIN cases USING (case_id)", "query-construct", "USING"),
        ("SELECT w.case_id AS a FROM work AS w RIGHT JOIN ev ON 1 = 1", "query-construct", "RIGHT"),
        ("SELECT case_id AS a FROM work WHERE case_id = ?", "query-parameter", ":?"),
        ("SELECT case_id AS a FROM work WHERE case_id = :x", "query-parameter", ":x"),
        ("SELECT element AS a, case_id FROM work GROUP BY element", "query-construct", "must be grouped by"),
        ("SELECT MAX(due_us) AS a, case_id FROM work", "query-construct", "must be grouped by"),
        ("SELECT case_id AS a FROM work ORDER BY case_id", "query-null-order", "1 of the ORDER BY"),
        ("SELECT RANK() OVER (ORDER BY due_us DESC) AS a FROM work", "query-null-order", "NULLS FIRST or NULLS LAST"),
        ("SELECT value AS a FROM attr", "query-view", "does not declare that it reads attr"),
        ("SELECT name AS a FROM sqlite_master", "query-view", "sqlite_master"),
        ("WITH work AS (SELECT case_id FROM ev) SELECT case_id AS a FROM work", "query-view", "hides the view"),
        ("SELECT nothing AS a FROM work", "query-column", "nothing"),
        ("SELECT digest AS a FROM ev", "query-column", "digest"),
        ("SELECT rowid AS a FROM work", "query-column", "rowid"),
        ("SELECT case_id FROM work", "query-result", "lacks a"),
    ],
)
def test_anything_else_is_refused_and_said_why(query, rule, words):
    found = [fault for fault in faults(query) if fault.rule == rule]
    assert found, faults(query)
    assert words in str(found[0])
    assert str(found[0]).startswith("a.py:")


def test_a_syntax_error_has_its_line_and_column():
    fault = faults("SELECT case_id AS a\nFROM work WHERE")[0]
    assert (fault.line, fault.rule) == (2, "query-syntax")


def test_every_fault_is_reported_at_once():
    found = faults("SELECT 1.5 AS a, offered_us / 2 FROM work ORDER BY due_us")
    assert [fault.rule for fault in found] == ["query-construct", "query-construct", "query-null-order"]


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_the_connection_allows_is_in_the_profile(function):
    arguments = {"count": "*", "nullif": "due_us, 1", "coalesce": "due_us, 1"}.get(function, "due_us")
    if function in ("rank", "dense_rank", "row_number"):
        arguments = ""
    windowed = function in ("rank", "dense_rank", "row_number", "lag", "lead", "first_value", "last_value")
    over = " OVER (ORDER BY due_us NULLS FIRST)" if windowed else ""
    assert faults(f"SELECT {function}({arguments}){over} AS a FROM work") == ()


def test_the_parameters_of_a_query_are_known():
    assert used_parameters("SELECT case_id FROM work WHERE execution > :k AND due_us < :as_of_us") == {"k", "as_of_us"}
