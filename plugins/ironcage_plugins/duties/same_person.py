"""``duties.same-person``: one person did two activities that belong in different hands."""

from __future__ import annotations

from ironcage_audit import Axis, Maturity, Rule, Severity, Subject, Text

RULE = Rule(
    file=__file__,
    id="duties.same-person",
    code="DT01",
    version="1.0",
    axis=Axis.PERSON,
    severity=Severity.RED,
    maturity=Maturity.STABLE,
    subject=Subject.ACTOR,
    title=Text("自办自核", "One person, two duties"),
    what=Text(
        "模型规定应由不同的人办理的两个环节，在同一案件中由同一人完成。比较每一次执行，不只最近一次，也不论先后。",
        "Two activities that the model keeps in different hands were completed by one person in one case. Every "
        "execution is compared with every other, not only the last ones, in whichever order they came.",
    ),
    why=Text(
        "自己办、自己核，等于没有核。职责分离是防止差错和舞弊最基本的控制。",
        "Who checks their own work checks nothing. Separation of duties is the plainest control against error and "
        "fraud.",
    ),
    evidence=Text(
        "该人完成这两个环节的每个事件。发生时刻取两者都已完成之时。",
        "Every event by which the person completed one of the two. It occurred when both had been done.",
    ),
    mistakes=Text(
        "经批准的代理、值班时人手不足；多人共用一个账号；同名不同人。",
        "Stand-ins with approval, a shift of one; several people behind one account; two people of one name.",
    ),
    remedy=Text(
        "由另一人重新核查；需要时在模型中把该约束改为强制。",
        "Have somebody else check again; where needed, make the model enforce the separation.",
    ),
    example=Text(
        "甲处理了路灯报修，又由甲核查通过：一条线索。",
        "One person mended the street light and then passed the inspection of it: one finding.",
    ),
    source=Text(
        "风险目录 A 表 P03 与 B 表 W01；ANSI/INCITS 359（RBAC，职责分离）。",
        "Risk catalogue, list A, P03, and list B, W01; ANSI/INCITS 359 (RBAC, separation of duty).",
    ),
    needs=("work", "cases", "separation"),
    query="""
WITH done AS (
  SELECT
    w.case_id, w.actor, w.closed_us, w.closed_seq, s.element, s.other,
    CASE WHEN w.element = s.element THEN w.closed_us END AS element_us,
    CASE WHEN w.element = s.other THEN w.closed_us END AS other_us
  FROM separation AS s
  JOIN cases AS c ON c.process = s.process AND c.version = s.version
  JOIN work AS w ON w.case_id = c.case_id AND w.element IN (s.element, s.other)
  WHERE w.outcome = 'complete' AND w.actor IS NOT NULL
), paired AS (
  SELECT
    case_id, actor, closed_us, closed_seq, element, other,
    MIN(element_us) OVER (PARTITION BY case_id, element, other, actor) AS element_us,
    MIN(other_us) OVER (PARTITION BY case_id, element, other, actor) AS other_us
  FROM done
)
SELECT
  actor AS subject,
  case_id || ' ' || element || ' + ' || other AS occurrence,
  CASE WHEN element_us > other_us THEN element_us ELSE other_us END AS occurred_us,
  case_id,
  element,
  closed_seq AS first_seq,
  NULL AS last_seq,
  element_us,
  other_us
FROM paired
WHERE element_us IS NOT NULL AND other_us IS NOT NULL
""",
    scope="""
WITH known AS (
  SELECT
    c.case_id,
    COUNT(s.element) AS separations,
    SUM(CASE WHEN w.outcome = 'complete' AND w.actor IS NULL THEN 1 ELSE 0 END) AS nameless
  FROM cases AS c
  LEFT JOIN separation AS s ON s.process = c.process AND s.version = c.version
  LEFT JOIN work AS w ON w.case_id = c.case_id AND w.element IN (s.element, s.other)
  GROUP BY c.case_id
)
SELECT
  case_id,
  CASE WHEN separations = 0 THEN 'no-separation' WHEN nameless > 0 THEN 'no-actor' END AS reason
FROM known
""",
    reasons={
        "no-separation": Text(
            "模型没有规定职责分离，或没有模型", "the model separates no duties, or there is no model"
        ),
        "no-actor": Text("相关环节没有记录经办人", "who did one of the activities is not recorded"),
    },
)
