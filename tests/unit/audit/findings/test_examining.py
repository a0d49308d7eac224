from __future__ import annotations

import pytest
from small_log import HOUR, NOON, RULE, events, log, query, rule

from ironcage.messages import Text
from ironcage_audit.findings import Limits, examine
from ironcage_audit.rules import History, UnknownRuleError

OFFER = {"transition": "schedule"}
DONE = {"t_us": NOON + HOUR}
SLOW = (
    "SELECT a.case_id AS subject, a.element AS occurrence, a.t_us AS occurred_us, a.case_id, a.element, "
    "a.seq AS first_seq, a.seq AS last_seq FROM ev AS a, ev AS b, ev AS c, ev AS d, ev AS e, ev AS f "
    "WHERE a.seq + b.seq + c.seq + d.seq + e.seq + f.seq < 0"
)


@pytest.fixture
def small(tmp_path):
    return log(tmp_path, {"2": events(OFFER, DONE), "1": events(OFFER, DONE), "3": events(OFFER)})


def only(small, *rules, **options):
    return examine(small, rules or [RULE], {}, **options)[0]


def test_a_finding_states_what_where_and_by_which_events(small):
    found = only(small).findings[0]
    assert (found.subject, found.occurrence, found.case, found.element) == (
        "request/1",
        "handle#1",
        "request/1",
        "handle",
    )
    assert (found.occurred_us, found.measured, found.definition) == (NOON + HOUR, {"took_us": HOUR}, "request@1")
    assert [(each.case, each.seq, each.digest) for each in found.evidence] == [
        ("request/1", 1, "01" * 32),
        ("request/1", 2, "01" * 32),
    ]


def test_findings_come_in_one_order_whatever_order_the_query_has(small):
    upside_down = rule(query=RULE.query + " ORDER BY case_id DESC NULLS FIRST")
    assert [each.case for each in only(small).findings] == ["request/1", "request/2"]
    assert only(small, upside_down).findings == only(small).findings


def test_rows_with_one_subject_and_occurrence_are_one_finding(small):
    of_all = rule(query=query("'all' AS subject, 'ever' AS occurrence", "FROM work WHERE closed_us IS NOT NULL"))
    (found,) = only(small, of_all).findings
    assert [(each.case, each.seq) for each in found.evidence] == [
        ("request/1", 1),
        ("request/1", 2),
        ("request/2", 1),
        ("request/2", 2),
    ]


def test_cases_that_could_not_be_examined_are_counted_by_reason(small):
    careful = rule(
        scope="SELECT case_id, CASE WHEN closed_us IS NULL THEN 'open' END AS reason FROM work",
        reasons={"open": Text("未完成", "not done")},
    )
    result = only(small, careful)
    assert result.examined == 2
    assert [(each.reason, each.why.zh, each.cases) for each in result.not_examined] == [("open", "未完成", 1)]


@pytest.mark.parametrize(
    ("changed", "reason", "why"),
    [
        ({"needs": ("work.due_us", "work.actor")}, "no-data", "the log has no work.due_us, work.actor"),
        ({"history": History(cases=4)}, "little-history", "fewer than 4 cases"),
        ({"history": History(days=1000)}, "little-history", "fewer than 1000 days"),
    ],
)
def test_a_log_that_is_not_enough_is_not_examined_rather_than_clean(small, changed, reason, why):
    result = only(small, rule(**changed))
    assert (result.examined, result.findings, result.failed) == (0, (), None)
    assert [(each.reason, each.cases) for each in result.not_examined] == [(reason, 3)]
    assert why in result.not_examined[0].why.en


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"query": "SELECT nothing FROM work"}, "nothing"),
        ({"query": query("NULL AS subject")}, "None as subject"),
        ({"query": query("'late' AS occurred_us")}, "'late' as occurred_us"),
        ({"query": query("99 AS first_seq")}, "no event 99"),
        ({"query": query("SUM(9223372036854775807) OVER () AS total")}, "overflow"),
        ({"scope": "SELECT case_id, 'unknown' AS reason FROM cases"}, "reason 'unknown'"),
        ({"needs": None}, "TypeError"),
    ],
)
def test_a_rule_that_fails_says_so_and_the_others_go_on(small, broken, words):
    failed, sound = examine(small, [rule(id="tests.broken", **broken), RULE], {})
    assert words in str(failed.failed)
    assert failed.findings == ()
    assert failed.as_json()["failed"] == failed.failed
    assert len(sound.findings) == 2


def test_a_rule_that_takes_too_long_is_stopped(tmp_path):
    large = log(tmp_path, {str(key): events(*[{"execution": n} for n in range(1, 40)]) for key in range(20)})
    slow, sound = examine(large, [rule(id="tests.slow", query=SLOW), RULE], {}, Limits(seconds=0.2))
    assert slow.failed == "It was stopped after 0.2 seconds. Make the query cheaper, or allow it more time."
    assert sound.failed is None


def test_a_rule_that_finds_too_much_is_stopped(small):
    assert "more than 1 rows" in str(only(small, limits=Limits(rows=1)).failed)


def test_a_rule_that_yields_too_much_text_is_stopped(small):
    doubled = ", ".join(f"t{n} AS (SELECT case_id, a || a AS a FROM t{n - 1})" for n in range(1, 40))
    long = f"WITH t0 AS (SELECT case_id, case_id AS a FROM work), {doubled} "
    exploding = rule(id="tests.long", query=query("a", "FROM t39").replace("SELECT", f"{long}SELECT", 1))
    wordy = rule(id="tests.wordy", query=query("'0123456789' AS word"))
    far, near, sound = examine(small, [exploding, wordy, RULE], {}, Limits(characters=64))
    assert far.failed is not None
    assert "more than 64 characters" in str(near.failed)
    assert sound.failed is None


def test_parameters_of_a_rule_that_does_not_run_are_refused(small):
    with pytest.raises(UnknownRuleError, match=r"tests\.other"):
        examine(small, [RULE], {"tests.other": {"k": 1}})
