from __future__ import annotations

import sqlite3

import pytest
from small_log import HOUR, NOON, events, log, rows

from ironcage_audit.log import VIEWS, LogCase, write

OFFER = {"transition": "schedule", "role": "clerk", "unit": "roads", "due_us": NOON + 5 * HOUR}


def test_what_happened_after_the_reading_is_not_in_it(tmp_path):
    case = events(OFFER, {"t_us": NOON + HOUR}, {"kind": "case", "t_us": NOON + HOUR})
    at_noon = log(tmp_path, {"1": case, "2": events({"t_us": NOON + 1})}, as_of=NOON)
    assert rows(at_noon, "ev", "case_id", "seq") == [("request/1", 1)]
    assert rows(at_noon, "work", "element", "closed_us", "outcome") == [("handle", None, None)]
    assert rows(at_noon, "cases", "case_id", "closed_us") == [("request/1", None)]
    assert (at_noon.watermark.cases, at_noon.watermark.events, at_noon.watermark.first_us) == (1, 1, NOON)


def test_the_closing_of_a_log_without_an_event_of_it_is_hidden_too(tmp_path):
    closed = LogCase("request", "1", None, "import", closed_us=NOON + HOUR)
    before = write(tmp_path / "before.db", NOON, [(closed, events({}))])
    after = write(tmp_path / "after.db", NOON + HOUR, [(closed, events({}))])
    assert rows(before, "cases", "closed_us", "outcome") == [(None, None)]
    assert rows(after, "cases", "closed_us", "outcome") == [(NOON + HOUR, "complete")]


def test_an_execution_of_an_activity_is_one_row_of_work(tmp_path):
    made = log(
        tmp_path,
        {
            "1": events(
                OFFER,
                {"transition": "assign", "actor": "ann", "t_us": NOON + HOUR},
                {"actor": "bob", "t_us": NOON + 2 * HOUR},
                {"transition": "schedule", "execution": 2, "t_us": NOON + 3 * HOUR},
            )
        },
    )
    columns = "execution", "actor", "role", "unit", "offered_us", "claimed_us", "due_us", "closed_us", "outcome"
    assert rows(made, "work", *columns, "offered_seq", "closed_seq") == [
        (1, "bob", "clerk", "roads", NOON, NOON + HOUR, NOON + 5 * HOUR, NOON + 2 * HOUR, "complete", 1, 3),
        (2, None, None, None, NOON + 3 * HOUR, None, None, None, None, 4, None),
    ]


def test_work_given_back_belongs_to_nobody(tmp_path):
    made = log(tmp_path, {"1": events(OFFER, {"transition": "assign", "actor": "ann"}, {"transition": "release"})})
    assert rows(made, "work", "actor", "claimed_us") == [(None, None)]


def test_what_a_case_leaves_unfinished_ends_with_it(tmp_path):
    made = log(tmp_path, {"1": events(OFFER, {"kind": "case", "transition": "pi_abort", "t_us": NOON + HOUR})})
    assert rows(made, "work", "closed_us", "outcome", "closed_seq") == [(NOON + HOUR, "withdraw", 2)]


def test_a_case_tells_when_and_how_it_was_opened_and_closed(tmp_path):
    made = log(
        tmp_path,
        {
            "1": events(
                {"kind": "case", "transition": "start", "due_us": NOON + 9, "channel": "phone"},
                {"kind": "case", "transition": "complete", "t_us": NOON + HOUR, "due_us": NOON + 10, "channel": "web"},
            )
        },
    )
    columns = "opened_us", "closed_us", "outcome", "due_us", "channel", "opened_seq", "closed_seq"
    assert rows(made, "cases", *columns) == [(NOON, NOON + HOUR, "complete", NOON + 10, "phone", 1, 2)]


def test_an_attribute_has_its_latest_value_at_the_reading(tmp_path):
    case = events({"facts": '{"queue":"a"}'}, {"facts": '{"queue":"b"}'}, {"facts": '{"queue":"c"}', "t_us": NOON + 1})
    assert rows(log(tmp_path, {"1": case}, as_of=NOON), "attr", "name", "value", "seq") == [("queue", "b", 2)]


@pytest.mark.parametrize(
    ("fact", "value", "number"),
    [
        ('"7"', "7", None),
        ("7", "7", 7),
        ("-7", "-7", -7),
        ("1.10", "1.10", None),
        ("12345678901234567890", "12345678901234567890", None),
        ("true", "true", 1),
        ("null", None, None),
        ('{"$date":"2011-07-01"}', "2011-07-01", 20110701),
        ('{"$datetime":"1970-01-01T00:00:01Z"}', "1970-01-01T00:00:01Z", 1_000_000),
        ('{"$datetime":"1970-01-01T00:00:01"}', "1970-01-01T00:00:01", None),
        ('{"$duration":"P1DT1H"}', "P1DT1H", 25 * HOUR),
        ('{"$months":"P1Y2M"}', "P1Y2M", 14),
        ('{"$time":"01:02:03"}', "01:02:03", None),
        ('["路灯"]', '["路灯"]', None),
    ],
)
def test_a_fact_becomes_a_text_and_where_it_is_whole_a_number(tmp_path, fact, value, number):
    made = log(tmp_path, {"1": events({"facts": f'{{"it":{fact}}}'})})
    assert rows(made, "attr", "value", "number") == [(value, number)]


def test_completions_that_follow_each_other_are_pairs_by_time(tmp_path):
    case = events({"element": "b", "t_us": NOON + 5}, {"element": "a"}, {"element": "c", "t_us": NOON + 5})
    pairs = rows(log(tmp_path, {"1": case}), "df_pairs", "first_element", "second_element", "gap_us")
    assert pairs == [("a", "b", 5), ("b", "c", 0)]


def test_the_digest_of_a_reading_follows_from_the_digests_of_its_events(tmp_path):
    first, same, other = ({"1": events({"digest": digest})} for digest in (b"a", b"a", b"b"))
    digests = []
    for number, cases in enumerate((first, same, other)):
        (tmp_path / str(number)).mkdir()
        digests.append(log(tmp_path / str(number), cases).watermark.digest)
    assert digests[0] == digests[1] != digests[2]


def test_every_documented_column_can_be_read(tmp_path):
    made = log(tmp_path, {"1": events({})})
    for view in VIEWS.values():
        rows(made, view.name, *(column.name for column in view.columns))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT digest FROM ev",
        "SELECT name FROM sqlite_master",
        "SELECT * FROM pragma_table_info('ev')",
        "PRAGMA query_only = OFF",
        "ATTACH ':memory:' AS other",
        "INSERT INTO work SELECT * FROM work",
        "UPDATE ev SET actor = 'bob'",
        "DROP TABLE ev",
        "CREATE TEMP TABLE mine (a)",
        "SELECT load_extension('x')",
        "SELECT randomblob(9)",
        "SELECT datetime('now')",
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT a FROM r",
    ],
)
def test_a_rule_can_do_nothing_but_read_the_documented_columns(tmp_path, statement):
    made = log(tmp_path, {"1": events({})})
    with made.connection() as connection, pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
        connection.execute(statement).fetchall()
