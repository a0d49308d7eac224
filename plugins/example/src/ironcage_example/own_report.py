"""The rule ``example.own-report``: whoever reported a case also handled it."""

from __future__ import annotations

from ironcage_audit import Axis, Maturity, Rule, Severity, Subject, Text

OWN_REPORT = Rule(
    id="example.own-report",
    code="EX01",
    version="1.0",
    axis=Axis.PERSON,
    severity=Severity.YELLOW,
    maturity=Maturity.TRIAL,
    subject=Subject.CASE,
    title=Text("自报自办", "Own report"),
    what=Text(
        "报告案件的人又办结了这个案件的某个环节。环节的每次办理一条线索。",
        "Whoever reported a case also completed an activity of it. One finding for each execution of an activity.",
    ),
    why=Text(
        "自己报、自己办，就可以凭空造出案件来完成定额或者领取奖励。",
        "Who reports and handles can make up cases, to fill a quota or to draw a reward.",
    ),
    evidence=Text(
        "受理事件，以及同一人办结该环节的事件。",
        "The event that opened the case, and the one by which the same person completed the activity.",
    ),
    mistakes=Text(
        "允许当场发现、当场处理的小问题，以及把代为录入的人记成报告人的系统。",
        "Small matters that may be mended where they are found, and systems that record who typed a report in.",
    ),
    remedy=Text(
        "核实报告是否属实；需要分离时，在模型中写明 ironcage:separate。",
        "Find out whether the report was true; where the two must be separate, say so in the model: ironcage:separate.",
    ),
    example=Text(
        "甲于九时报告案件 1，十时自己办结“承办处理”。",
        "Ann reports case 1 at nine and completes its activity `handle` herself at ten.",
    ),
    source=Text("职责分离的一般要求。", "Separation of duties, in general."),
    needs=("ev.actor", "work.actor"),
    query="""
        SELECT work.case_id AS subject,
               work.element || '#' || work.execution AS occurrence,
               work.closed_us AS occurred_us,
               work.case_id AS case_id,
               work.element AS element,
               ev.seq AS first_seq,
               work.closed_seq AS last_seq
          FROM cases
          JOIN ev ON ev.case_id = cases.case_id AND ev.seq = cases.opened_seq
          JOIN work ON work.case_id = cases.case_id AND work.actor = ev.actor
         WHERE work.outcome = 'complete'
    """,
    scope="""
        SELECT cases.case_id, CASE WHEN ev.actor IS NULL THEN 'no_reporter' END AS reason
          FROM cases
          JOIN ev ON ev.case_id = cases.case_id AND ev.seq = cases.opened_seq
    """,
    reasons={"no_reporter": Text("记录中没有报告人", "the record does not say who reported it")},
    file=__file__,
)
