"""The hot statements of a step, in one place, as the driver takes them; each finds its rows by an index.

They are written for the driver because SQLAlchemy's layer costs as much as the step itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.store import marks, tables, traffic

if TYPE_CHECKING:
    from sqlalchemy import Table


def _columns(table: Table, of: str = "") -> str:
    return ", ".join(f'{of}"{column.name}"' for column in table.columns)


def _insert(table: Table) -> str:
    return f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({', '.join('?' * len(table.columns))})"


def _select(table: Table) -> str:
    return f"SELECT {_columns(table)} FROM {table.name} "


_OF_A_WAIT = "WHERE part = ? AND case_id = ? AND wait = ?"

# Definitions

NEWEST = "SELECT version, digest FROM definitions WHERE process = ? ORDER BY version DESC LIMIT 1"
DIGEST = "SELECT digest FROM definitions WHERE process = ? AND version = ?"

# Cases and their record

_CASE = (
    f"{_columns(tables.cases)}, (SELECT digest FROM definitions "
    "WHERE definitions.process = cases.process AND definitions.version = cases.version)"
)
"""A case, and the digest of what it runs on."""
_CASES = f"SELECT {_CASE} FROM cases "
CASE_BY_KEY = _CASES + "WHERE part = ? AND process = ? AND key = ?"
CASE_AND_TASK = (
    f"SELECT {_columns(tables.cases, 'cases.')}, (SELECT digest FROM definitions "
    "WHERE definitions.process = cases.process AND definitions.version = cases.version), "
    f"{_columns(tables.tasks, 'tasks.')} FROM cases "
    "JOIN tasks ON tasks.part = cases.part AND tasks.case_id = cases.id AND tasks.wait = ? "
    "WHERE cases.part = ? AND cases.process = ? AND cases.key = ?"
)
CASE_BY_ID = _CASES + "WHERE part = ? AND id = ?"
ADD_CASE = _insert(tables.cases)
MOVE_CASE = (
    "UPDATE cases SET status = ?, seq = ?, head = ?, state = ?, wake_us = ?, closed_us = ?, incident = ? "
    "WHERE part = ? AND id = ? AND seq = ?"
)
_DUE = "wake_us IS NOT NULL AND incident IS NULL AND wake_us <= ? "
NEXT_WAKE = "SELECT wake_us FROM cases WHERE wake_us IS NOT NULL AND incident IS NULL ORDER BY wake_us LIMIT 1"
ADD_EVENT = _insert(tables.events)
ADD_PAYLOAD = _insert(tables.payloads)
ERASE = "DELETE FROM payloads WHERE part = ? AND case_id = ?"

# Marks on what is about to be tried

_MARK_OF_CASE = (
    "FROM marks WHERE marks.part = cases.part AND kind = 'wake' AND subject = cases.id "
    "AND marks.seq = 0 AND marks.number = 0"
)
_MARK_OF_SENDING = (
    "FROM marks WHERE marks.part = outbox.part AND kind = 'delivery' AND subject = outbox.sender "
    "AND marks.seq = outbox.seq AND marks.number = outbox.number"
)
_NOT_JUST_MARKED = "AND coalesce((SELECT 1 {mark} AND marked_us BETWEEN ? AND ?), 0) <> 1 "
"""Who marked it so recently is trying it now. A value, and not NOT EXISTS, which a planner may turn into a join with
all marks: so the mark of each row is looked up when the row is come to. And a comparison that a planner without figures
takes to hold of most rows, so that it reads them in the order they are due."""
_MARKED = (
    "(SELECT part + 0 AS in_part, subject, seq AS of_seq, number AS of_number, attempts FROM marks WHERE attempt = ?)"
)
"""What an attempt has marked; the sum keeps a planner that knows of no marks from going through all of them by part."""
DUE = (
    f"SELECT part, id, wake_us, (SELECT attempts {_MARK_OF_CASE}) FROM cases WHERE {_DUE}"
    f"{_NOT_JUST_MARKED.format(mark=_MARK_OF_CASE)}ORDER BY wake_us LIMIT ?"
)
MARKED_CASES = (
    f"SELECT {_CASE}, attempts FROM cases JOIN {_MARKED} AS marked ON cases.part = in_part AND cases.id = subject "
    "WHERE (wake_us <= ?) IS TRUE AND incident IS NULL ORDER BY wake_us"
)
"""Written so that no planner looks for these few among all that are due; an attempt marks things of one kind."""
MARK = "SELECT attempt, attempts, marked_us FROM marks WHERE part = ? AND kind = ? AND subject = ? AND number = ?"
ADD_MARK = (
    _insert(marks.marks) + " ON CONFLICT (part, kind, subject, seq, number) "
    "DO UPDATE SET attempt = excluded.attempt, attempts = excluded.attempts, marked_us = excluded.marked_us "
    "WHERE marks.attempts < excluded.attempts"
)
"""Of two who chose the same at one instant, who marks it second leaves it to the first."""
CLEAR_MARKS = "DELETE FROM marks WHERE attempt = ?"
CLEAR_FIRST_MARKS = "DELETE FROM marks WHERE attempt = ? AND attempts = 1"
LOWER_MARKS = "UPDATE marks SET attempts = attempts - 1 WHERE attempt = ? AND attempts > 1"

# Tasks and timers

TASK = _select(tables.tasks) + _OF_A_WAIT
OPEN_TASKS = _select(tables.tasks) + "WHERE part = ? AND case_id = ? AND closed_us IS NULL"
ADD_TASK = _insert(tables.tasks)
CLAIM = f"UPDATE tasks SET status = ?, actor = coalesce(?, assignee), claimed_us = ? {_OF_A_WAIT}"
CLOSE_TASK = f"UPDATE tasks SET status = ?, actor = coalesce(?, actor), closed_us = ? {_OF_A_WAIT}"
ADD_TIMER = _insert(tables.timers)
DROP_TIMER = f"DELETE FROM timers {_OF_A_WAIT}"

# Jobs

JOB = _select(tables.jobs) + _OF_A_WAIT
ADD_JOB = _insert(tables.jobs)
DROP_JOB = f"DELETE FROM jobs {_OF_A_WAIT}"
MOVE_JOB = (
    f"UPDATE jobs SET attempts = ?, run_us = ?, incident = ?, kind = ?, earlier = ? {_OF_A_WAIT} AND attempts = ?"
)
STOPPED_JOBS = _select(tables.jobs) + "WHERE part = ? AND case_id = ? AND incident IS NOT NULL ORDER BY wait"
_DUE_RUN = "run_us IS NOT NULL AND run_us <= ? ORDER BY run_us LIMIT ?"
DUE_JOBS = _select(tables.jobs) + "WHERE kind <> 'external' AND " + _DUE_RUN
DUE_TOPIC = _select(tables.jobs) + "WHERE kind = 'external' AND service = ? AND " + _DUE_RUN
DUE_TOPIC_OF = _select(tables.jobs) + "WHERE kind = 'external' AND service = ? AND process = ? AND " + _DUE_RUN
DUE_TOPIC_UNSAID = (
    _select(tables.jobs)
    + "WHERE kind = 'external' AND service = ? AND process IS NULL AND (SELECT process FROM cases "
    + "WHERE cases.part = jobs.part AND cases.id = jobs.case_id) = ? AND run_us IS NOT NULL AND run_us <= ? "
    + "ORDER BY process, run_us LIMIT ?"
)
"""What an earlier release has added without the process, each looked up whether its case is one of the process."""
NEXT_JOB = "SELECT run_us FROM jobs WHERE kind <> 'external' AND run_us IS NOT NULL ORDER BY run_us LIMIT 1"
ADD_ATTEMPT = _insert(tables.attempts)
END_ATTEMPT = (
    f"UPDATE attempts SET ended_us = ?, outcome = ?, error = ? {_OF_A_WAIT} AND attempt = ? AND ended_us IS NULL"
)
WITHDRAW_ATTEMPTS = f"UPDATE attempts SET ended_us = ?, outcome = 'withdrawn' {_OF_A_WAIT} AND ended_us IS NULL"
ATTEMPT = _select(tables.attempts) + f"{_OF_A_WAIT} AND attempt = ?"
ATTEMPTS = _select(tables.attempts) + f"{_OF_A_WAIT} ORDER BY attempt"
FAILED_ATTEMPTS = "SELECT wait, attempt, error FROM attempts WHERE part = ? AND case_id = ? AND error IS NOT NULL"
REWORD_ATTEMPT = f"UPDATE attempts SET error = ? {_OF_A_WAIT} AND attempt = ?"
INCIDENTS = "SELECT wait, incident FROM jobs WHERE part = ? AND case_id = ? AND incident IS NOT NULL"
REWORD = f"UPDATE jobs SET incident = ? {_OF_A_WAIT}"

# What webhooks are still to be told

_OF_A_NOTICE = "WHERE part = ? AND case_id = ? AND id = ?"
ADD_NOTICE = _insert(tables.notices)
DUE_NOTICE = _select(tables.notices) + "WHERE run_us IS NOT NULL AND run_us <= ? ORDER BY run_us LIMIT 1"
NEXT_NOTICE = "SELECT run_us FROM notices WHERE run_us IS NOT NULL ORDER BY run_us LIMIT 1"
MOVE_NOTICE = f"UPDATE notices SET attempts = ?, run_us = ?, incident = ? {_OF_A_NOTICE} AND attempts = ?"
DROP_NOTICE = f"DELETE FROM notices {_OF_A_NOTICE} AND attempts = ?"
NOTICES_OF = _select(tables.notices) + "WHERE part = ? AND case_id = ? ORDER BY id"
REWORD_NOTICE = f"UPDATE notices SET body = ? {_OF_A_NOTICE}"
CASE_NAME = "SELECT process, key FROM cases WHERE part = ? AND id = ?"

# What waits for messages and signals, and calls

ADD_SUBSCRIPTION = _insert(traffic.subscriptions)
DROP_SUBSCRIPTION = f"DELETE FROM subscriptions {_OF_A_WAIT}"
SUBSCRIPTION = _select(traffic.subscriptions) + _OF_A_WAIT
SUBSCRIBED_CASE = (
    _select(traffic.subscriptions) + "WHERE part = ? AND case_id = ? AND kind = 'message' AND name = ? ORDER BY wait"
)
SUBSCRIBED_KEY = (
    _select(traffic.subscriptions)
    + "WHERE kind = 'message' AND name = ? AND found = ? AND key = ? ORDER BY opened_us, case_id, part, wait LIMIT ?"
)
COUNT_KEY = (
    "SELECT count(DISTINCT case_id) FROM subscriptions WHERE kind = 'message' AND name = ? AND found = ? AND key = ?"
)
FIRST_FOUND = _select(traffic.subscriptions) + "WHERE kind = 'message' AND name = ? ORDER BY found LIMIT 1"
NEXT_FOUND = _select(traffic.subscriptions) + "WHERE kind = 'message' AND name = ? AND found > ? ORDER BY found LIMIT 1"
"""Asked again with what it answered, this finds each way of reading a message once, however many cases wait."""
LISTENING = _select(traffic.subscriptions) + "WHERE kind = 'signal' AND name = ? ORDER BY case_id, wait"
ADD_CALL = _insert(traffic.calls)
CALL = _select(traffic.calls) + _OF_A_WAIT
DROP_CALL = f"DELETE FROM calls {_OF_A_WAIT}"

# What starts cases

ADD_START = _insert(traffic.starts)
DROP_STARTS = "DELETE FROM starts WHERE process = ?"
STARTS_BY_NAME = _select(traffic.starts) + "WHERE kind = ? AND name = ? ORDER BY process, element, number"
DUE_START = (
    _select(traffic.starts)
    + "WHERE due_us IS NOT NULL AND incident IS NULL AND due_us <= ? ORDER BY due_us, process, element LIMIT 1"
)
NEXT_START = "SELECT due_us FROM starts WHERE due_us IS NOT NULL AND incident IS NULL ORDER BY due_us LIMIT 1"
MOVE_START = (
    'UPDATE starts SET due_us = ?, "remaining" = ?, incident = ? WHERE process = ? AND element = ? AND number = ?'
)
RESTART_STARTS = "UPDATE starts SET incident = NULL WHERE process = ? AND incident IS NOT NULL"

# What is on its way between cases

ADD_SENDING = _insert(traffic.outbox)
_MAY_GO = "(run_us <= ?) IS TRUE"
"""Written so that no planner looks for what is named among all that is on its way."""
_FIRST_OF_SENDER = (
    "(SELECT seq, number FROM outbox AS earlier WHERE earlier.part = {part} AND earlier.sender = {sender} "
    "AND earlier.incident IS NULL ORDER BY seq, number LIMIT 1)"
)
"""What one sender has sent is delivered in its order, whoever delivers it: nobody goes on before the first is gone."""
SENDERS = (
    "SELECT run_us, sender, part FROM outbox WHERE run_us IS NOT NULL AND run_us <= ? "
    "AND (run_us, sender, seq) > (?, ?, 2147483647) "
    f"{_NOT_JUST_MARKED.format(mark=_MARK_OF_SENDING)}ORDER BY run_us, sender LIMIT ?"
)
"""Asked again with what it answered last, this goes past all that one step has sent, however much that is. The number
is the largest of its column: SQLite goes to the first row that is not less, and from there row by row."""
_WITH_ATTEMPTS = f"SELECT {_columns(traffic.outbox)}, (SELECT attempts {_MARK_OF_SENDING}) FROM outbox "
FIRST_SENDING = (
    f"{_WITH_ATTEMPTS}WHERE {_MAY_GO} AND part = ? AND sender = ? "
    f"AND (seq, number) = {_FIRST_OF_SENDER.format(part='?', sender='?')} "
    f"{_NOT_JUST_MARKED.format(mark=_MARK_OF_SENDING)}"
)
LATER_SENDINGS = (
    f"{_WITH_ATTEMPTS}WHERE {_MAY_GO} AND part = ? AND sender = ? AND (seq, number) > (?, ?) "
    "ORDER BY seq, number LIMIT ?"
)
MARKED_SENDINGS = (
    f"SELECT {_columns(traffic.outbox, 'outbox.')}, CASE WHEN (outbox.seq, outbox.number) = "
    f"{_FIRST_OF_SENDER.format(part='outbox.part', sender='outbox.sender')} THEN 1 ELSE 0 END, attempts "
    f"FROM outbox JOIN {_MARKED} AS marked "
    "ON outbox.part = in_part AND sender = subject AND seq = of_seq AND number = of_number "
    f"WHERE {_MAY_GO} ORDER BY run_us, sender, seq, number"
)
NEXT_RUN = "SELECT run_us FROM outbox WHERE run_us IS NOT NULL ORDER BY run_us LIMIT 1"
DROP_SENDING = "DELETE FROM outbox WHERE part = ? AND sender = ? AND seq = ? AND number = ?"
STOP_SENDING = "UPDATE outbox SET run_us = NULL, incident = ? WHERE part = ? AND sender = ? AND seq = ? AND number = ?"
_RESTART = "UPDATE outbox SET run_us = ?, incident = NULL "
_OF_STOPPED = "SELECT part, sender FROM outbox "
_SENT = "WHERE part = ? AND sender = ? AND incident IS NOT NULL"
_RECEIVED = "WHERE to_part = ? AND to_case = ? AND incident IS NOT NULL"
_BEGUN = "WHERE kind IN ('begin', 'message') AND name = ? AND incident IS NOT NULL"
RESTART_SENT = _RESTART + _SENT
RESTART_RECEIVED, SENDERS_OF_RECEIVED = _RESTART + _RECEIVED, _OF_STOPPED + _RECEIVED
RESTART_BEGUN, SENDERS_OF_BEGUN = _RESTART + _BEGUN, _OF_STOPPED + _BEGUN

DISMISS = (
    "DELETE FROM outbox WHERE kind = 'message' AND incident IS NOT NULL "
    "AND (part = ? AND sender = ? OR to_part = ? AND to_case = ?)"
)
DISMISS_NAMED = "DELETE FROM outbox WHERE kind = 'message' AND incident IS NOT NULL AND name = ?"

# Messages kept until somebody waits for them

ADD_MESSAGE = _insert(traffic.messages)
LAST_MESSAGE = "SELECT max(sent_us) FROM messages WHERE part = ? AND name = ?"
_KEPT = _select(traffic.messages) + "WHERE part = ? AND name = ? AND "
KEPT_AT = _select(traffic.messages) + "WHERE part = ? AND name = ? AND sent_us = ?"
KEPT = _KEPT + "to_case IS NULL AND sent_us > ? ORDER BY sent_us LIMIT 1"
KEPT_FOR = _KEPT + "to_case = ? AND sent_us > ? ORDER BY sent_us LIMIT 1"
KEPT_KEY = _KEPT + "to_case IS NULL AND key = ? AND sent_us > ? ORDER BY sent_us LIMIT 1"
KEPT_KEY_FOR = _KEPT + "to_case = ? AND key = ? AND sent_us > ? ORDER BY sent_us LIMIT 1"
DROP_MESSAGE = "DELETE FROM messages WHERE part = ? AND name = ? AND sent_us = ?"
EXPIRED = _select(traffic.messages) + "WHERE expires_us <= ? ORDER BY expires_us, part, name, sent_us LIMIT ?"
ERASE_MESSAGES = "DELETE FROM messages WHERE sender_part = ? AND sender = ? OR to_part = ? AND to_case = ?"
COUNT_STOPPED = (
    "SELECT count(*) FROM outbox "
    "WHERE (part = ? AND sender = ? OR to_part = ? AND to_case = ?) AND incident IS NOT NULL"
)

LOCKED = frozenset({CASE_AND_TASK, CASE_BY_ID, CASE_BY_KEY, JOB, KEPT_AT})
"""What a step reads and goes on from: nobody else changes it before the step is over."""
CLAIMED = frozenset(
    {
        DUE, DUE_JOBS, DUE_NOTICE, DUE_START, DUE_TOPIC, DUE_TOPIC_OF, DUE_TOPIC_UNSAID, MARKED_CASES,
        FIRST_SENDING, LATER_SENDINGS, MARKED_SENDINGS,
        KEPT, KEPT_FOR, KEPT_KEY, KEPT_KEY_FOR,
    }
)  # fmt: skip
"""What whoever comes first takes: others look past it."""
SOUGHT = frozenset(
    {
        DUE, DUE_JOBS, DUE_NOTICE, DUE_START, DUE_TOPIC, DUE_TOPIC_OF, DUE_TOPIC_UNSAID, MARKED_CASES,
        SENDERS, FIRST_SENDING, LATER_SENDINGS, MARKED_SENDINGS,
        NEXT_WAKE, NEXT_JOB, NEXT_NOTICE, NEXT_START, NEXT_RUN,
    }
)  # fmt: skip
"""What is due, in tables that are empty now and full of it a moment later: found by an index, whatever a planner thinks
that it knows of how large they are."""
EVENT_DIGEST = "SELECT digest FROM events WHERE part = ? AND case_id = ? AND seq = ?"
