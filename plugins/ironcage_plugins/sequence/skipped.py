"""``sequence.skipped``: a case was closed without a step that every normal path takes."""

from __future__ import annotations

from ironcage_audit import Axis, Maturity, Rule, Severity, Subject, Text

RULE = Rule(
    file=__file__,
    id="sequence.skipped",
    code="SQ01",
    version="1.0",
    axis=Axis.POWER,
    severity=Severity.ORANGE,
    maturity=Maturity.STABLE,
    subject=Subject.CASE,
    title=Text("缺环节", "A step left out"),
    what=Text(
        "案件正常结案，但模型中每条正常路径都要经过的环节没有完成过。",
        "A case closed in the normal way in which an activity that every normal path of the model takes was never "
        "completed.",
    ),
    why=Text(
        "程序是法定的。缺少环节的决定可能无效，缺的往往正是制约权力的那一步。",
        "The procedure is the law. A decision with a step left out may be void, and the step left out is often the one "
        "that holds power in check.",
    ),
    evidence=Text(
        "立案事件与结案事件；两者之间没有该环节的完成事件。",
        "The events that opened and closed the case; there is no completion of the activity between them.",
    ),
    mistakes=Text(
        "导入的日志没有记录该环节；环节在别的系统中办理；案件开始后模型变更。被终止的案件不在此列。",
        "A log that does not record the step; a step done in another system; a model changed after the case began. "
        "Cases that were ended early are not looked at.",
    ),
    remedy=Text(
        "补办该环节或说明依据；日志不全的，补充映射。",
        "Make up for the step or say on what ground it was left out; where the log is incomplete, mend the map.",
    ),
    example=Text(
        "许可案件未经核查即办结：一条线索，指向“核查”。",
        "A permit was granted without the inspection: one finding, at the inspection.",
    ),
    source=Text(
        "风险目录 A 表 P01 与 B 表 M08；必经环节按支配关系由模型算出。",
        "Risk catalogue, list A, P01, and list B, M08; the steps every path takes are computed as dominators.",
    ),
    needs=("ev", "cases", "model_step"),
    query="""
SELECT
  c.case_id AS subject,
  m.element AS occurrence,
  c.closed_us AS occurred_us,
  c.case_id,
  m.element,
  c.opened_seq AS first_seq,
  c.closed_seq AS last_seq
FROM cases AS c
JOIN model_step AS m ON m.process = c.process AND m.version = c.version
WHERE c.outcome = 'complete' AND m.mandatory = 1
  AND m.kind IN ('userTask', 'manualTask', 'serviceTask', 'businessRuleTask')
  AND NOT EXISTS (
    SELECT 1
    FROM ev AS e
    WHERE e.case_id = c.case_id AND e.kind = 'activity' AND e.element = m.element AND e.transition = 'complete'
  )
""",
    scope="""
WITH modelled AS (
  SELECT process, version, COUNT(*) AS steps
  FROM model_step
  GROUP BY process, version
)
SELECT
  c.case_id,
  CASE
    WHEN m.steps IS NULL THEN 'no-model'
    WHEN c.outcome IS NULL THEN 'open'
    WHEN c.outcome <> 'complete' THEN 'ended-early'
  END AS reason
FROM cases AS c
LEFT JOIN modelled AS m ON m.process = c.process AND m.version = c.version
""",
    reasons={
        "no-model": Text("没有对应的模型", "there is no model for it"),
        "open": Text("尚未结案", "not closed yet"),
        "ended-early": Text("案件被提前终止", "the case was ended early"),
    },
)
