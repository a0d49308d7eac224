"""``deadlines.overdue``: what was not done by its due instant, open work included."""

from __future__ import annotations

from ironcage_audit import Axis, Maturity, Rule, Severity, Subject, Text

RULE = Rule(
    file=__file__,
    id="deadlines.overdue",
    code="DL01",
    version="1.0",
    axis=Axis.MATTER,
    severity=Severity.RED,
    maturity=Maturity.STABLE,
    subject=Subject.CASE,
    title=Text("逾期", "Overdue"),
    what=Text(
        "期限已过才完成的工作，以及截至读取时刻仍未完成且已过期限的工作；对全案期限同样适用。在期限时刻当时完成的，不算逾期。",
        "Work completed after its due instant, and work still open at the instant of the reading with its due instant "
        "behind it; the same for the deadline of a whole case. What is completed exactly when it is due is in time.",
    ),
    why=Text(
        "期限是对群众的承诺，也常是法定要求。只统计已结案件会漏掉拖得最久的那些。",
        "A deadline is a promise to the public and often the law. Statistics of closed cases alone leave out the ones "
        "that have waited longest.",
    ),
    evidence=Text(
        "派发该工作的事件与结束它的事件（未结的只有前者），期限时刻，以及超出的微秒数。",
        "The event that offered the work and the one that ended it (only the former while it is open), the due "
        "instant, and by how many microseconds it was late.",
    ),
    mistakes=Text(
        "期限经批准延长或中止而日志没有记录的；期限录入有误的（例如早于立案时刻）；现场早已办完而系统里未点完成的。",
        "A deadline extended or suspended with approval that the log does not show; a due instant entered wrongly, "
        "such as one before the case was opened; work done on site long before somebody said so in the system.",
    ),
    remedy=Text(
        "未结的先办理；已结的说明原因。同一类型反复逾期的，检查期限是否合理、人手是否足够。",
        "Handle what is still open; explain what is closed. Where one type is late again and again, look at whether "
        "the limit is sound and the hands are enough.",
    ),
    example=Text(
        "某路灯报修应于 7 月 15 日前处理，7 月 20 日才完成：逾期 5 天，一条线索。",
        "A street light was to be mended by 15 July and was mended on 20 July: five days late, one finding.",
    ),
    source=Text(
        "风险目录 A 表 T01、T02 与 B 表 M01；XES 生命周期扩展（IEEE 1849-2016）。",
        "Risk catalogue, list A, T01 and T02, and list B, M01; XES lifecycle extension (IEEE 1849-2016).",
    ),
    needs=("work", "cases.opened_us"),
    query="""
WITH owed AS (
  SELECT case_id, element, execution, offered_seq AS first_seq, closed_seq AS last_seq, due_us, closed_us
  FROM work
  WHERE due_us IS NOT NULL
  UNION ALL
  SELECT case_id, NULL AS element, 0 AS execution, opened_seq AS first_seq, closed_seq AS last_seq, due_us, closed_us
  FROM cases
  WHERE due_us IS NOT NULL
)
SELECT
  case_id AS subject,
  COALESCE(element || '#' || execution, 'case') AS occurrence,
  due_us AS occurred_us,
  case_id,
  element,
  first_seq,
  last_seq,
  due_us,
  closed_us,
  COALESCE(closed_us, :as_of_us) - due_us AS late_us
FROM owed
WHERE due_us < COALESCE(closed_us, :as_of_us)
""",
    scope="""
WITH dated AS (
  SELECT case_id, COUNT(due_us) AS deadlines
  FROM work
  GROUP BY case_id
)
SELECT
  c.case_id,
  CASE WHEN c.due_us IS NULL AND COALESCE(d.deadlines, 0) = 0 THEN 'no-deadline' END AS reason
FROM cases AS c
LEFT JOIN dated AS d ON d.case_id = c.case_id
""",
    reasons={"no-deadline": Text("没有期限，不等于按时", "no deadline, which is not the same as on time")},
)
