"""``handling.bulk-closing``: many cases of one queue closed within a minute."""

from __future__ import annotations

from ironcage_audit import Axis, Maturity, Parameter, Rule, Severity, Subject, Text, Unit

RULE = Rule(
    file=__file__,
    id="handling.bulk-closing",
    code="HG01",
    version="1.0",
    axis=Axis.POWER,
    severity=Severity.ORANGE,
    maturity=Maturity.TRIAL,
    subject=Subject.GROUP,
    title=Text("批量结案", "Closed in bulk"),
    what=Text(
        "同一队列在一个时间窗内结案达到规定件数；时间窗随每次结案滑动，首尾均计入。前后相连的算一次，一次一条线索。",
        "As many cases of one queue closed within a window of time as the limit says; the window slides with each "
        "closing, both ends counted. Closings that follow each other within a window are one burst, one finding.",
    ),
    why=Text(
        "一分钟内结案十件，不可能件件看过。批量结案可能是为了清理积压、修饰指标。",
        "Nobody looks at ten cases in a minute. Closing in bulk may be clearing a backlog, or grooming a figure.",
    ),
    evidence=Text(
        "这一次中每件案件的结案事件，件数，以及从第一件到最后一件的微秒数。",
        "The closing event of every case of the burst, their number, and the microseconds from first to last.",
    ),
    mistakes=Text(
        "系统批处理（如夜间同步、批量导入）；一次作业办结多件后集中录入；多人同时在一个队列工作。",
        "Batches of a system, such as a nightly transfer or an import; several cases done on one trip and entered "
        "together; several people at work on one queue.",
    ),
    remedy=Text(
        "逐件核对处置记录与照片；属系统批处理的，登记该渠道并申请豁免。",
        "Check record and photographs case by case; where a system did it, register the channel and ask for a waiver.",
    ),
    example=Text(
        "某队列 17:58 起 40 秒内结案 12 件：一条线索，附 12 个结案事件。",
        "A queue closed 12 cases within 40 seconds from 17:58: one finding with 12 closing events.",
    ),
    source=Text(
        "风险目录 A 表 V04 与 B 表 W08：滑动窗口扫描。",
        "Risk catalogue, list A, V04, and list B, W08: sliding window scan.",
    ),
    needs=("cases", "attr"),
    parameters=(
        Parameter(
            name="closings",
            unit=Unit.CASES,
            default=10,
            least=2,
            most=100_000,
            what=Text("一个时间窗内达到多少件", "how many closings within a window are too many"),
        ),
        Parameter(
            name="window",
            unit=Unit.SECONDS,
            default=60,
            least=1,
            most=86_400,
            what=Text("时间窗的长度", "how long the window is"),
        ),
        Parameter(
            name="attribute",
            unit=Unit.NAME,
            default="queue",
            least=1,
            most=100,
            what=Text("表示队列的字段", "the field of the case data that holds the queue"),
        ),
    ),
    query="""
WITH closing AS (
  SELECT c.case_id, c.closed_us, c.closed_seq, a.value AS queue
  FROM cases AS c
  JOIN attr AS a ON a.case_id = c.case_id AND a.name = :attribute
  WHERE c.closed_us IS NOT NULL AND a.value IS NOT NULL
), counted AS (
  SELECT
    case_id, closed_us, closed_seq, queue,
    COUNT(*) OVER (
      PARTITION BY queue ORDER BY closed_us NULLS FIRST
      RANGE BETWEEN CURRENT ROW AND :window * 1000000 FOLLOWING
    ) AS ahead
  FROM closing
), opened AS (
  SELECT
    case_id, closed_us, closed_seq, queue,
    MAX(CASE WHEN ahead >= :closings THEN closed_us END) OVER (
      PARTITION BY queue ORDER BY closed_us NULLS FIRST
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS window_us
  FROM counted
), member AS (
  SELECT
    case_id, closed_us, closed_seq, queue,
    LAG(closed_us) OVER (PARTITION BY queue ORDER BY closed_us NULLS FIRST, case_id NULLS FIRST) AS before_us
  FROM opened
  WHERE closed_us - window_us <= :window * 1000000
), numbered AS (
  SELECT
    case_id, closed_us, closed_seq, queue,
    SUM(CASE WHEN before_us IS NULL OR closed_us - before_us > :window * 1000000 THEN 1 ELSE 0 END) OVER (
      PARTITION BY queue ORDER BY closed_us NULLS FIRST, case_id NULLS FIRST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS burst
  FROM member
)
SELECT
  queue AS subject,
  'from ' || FIRST_VALUE(case_id) OVER (
    PARTITION BY queue, burst ORDER BY closed_us NULLS FIRST, case_id NULLS FIRST
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS occurrence,
  closed_us AS occurred_us,
  case_id,
  NULL AS element,
  closed_seq AS first_seq,
  NULL AS last_seq,
  COUNT(*) OVER (PARTITION BY queue, burst) AS closings,
  MAX(closed_us) OVER (PARTITION BY queue, burst) - MIN(closed_us) OVER (PARTITION BY queue, burst) AS span_us
FROM numbered
""",
    scope="""
SELECT
  c.case_id,
  CASE WHEN c.closed_us IS NULL THEN 'open' WHEN a.value IS NULL THEN 'no-queue' END AS reason
FROM cases AS c
LEFT JOIN attr AS a ON a.case_id = c.case_id AND a.name = :attribute
""",
    reasons={
        "open": Text("尚未结案", "not closed yet"),
        "no-queue": Text("没有队列", "no queue"),
    },
)
