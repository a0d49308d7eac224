"""``deadlines.too-fast``: work closed faster than is plausible, and faster than nearly all of its peers."""

from __future__ import annotations

from ironcage_audit import Axis, Maturity, Parameter, Rule, Severity, Subject, Text, Unit

_DONE = """
  SELECT
    w.case_id, w.element, w.execution, w.offered_seq, w.closed_seq, w.closed_us,
    w.closed_us - w.offered_us AS took_us,
    a.value AS kind,
    COALESCE(c.channel, '') AS channel
  FROM work AS w
  JOIN cases AS c ON c.case_id = w.case_id
  LEFT JOIN attr AS a ON a.case_id = w.case_id AND a.name = :attribute
  LEFT JOIN model_step AS m ON m.process = c.process AND m.version = c.version AND m.element = w.element
  WHERE w.outcome = 'complete' AND w.offered_us IS NOT NULL
    AND (m.kind IS NULL OR m.kind IN ('userTask', 'manualTask'))
"""

RULE = Rule(
    file=__file__,
    id="deadlines.too-fast",
    code="DL02",
    version="1.0",
    axis=Axis.POWER,
    severity=Severity.ORANGE,
    maturity=Maturity.TRIAL,
    subject=Subject.CASE,
    title=Text("秒办", "Too fast to be real"),
    what=Text(
        "人工工作从派发到完成用时短于下限，并且在同组中处于最快的一小部分。同组指同一环节、同一请求类型、同一受理渠道；"
        "组内件数不足的不作判断。用时相同的并列计位，因此整组都快的不会被查出。",
        "Work of people that took less than the floor from offer to completion and is among the fastest few of its "
        "peers: the same step, type of request and channel. A group with too few members is not judged. Equal times "
        "share the last place among them, so a group in which speed is normal is not found.",
    ),
    why=Text(
        "几秒钟内“办结”往往意味着没有去现场、没有查看材料，只为赶指标而点了完成。",
        "What is closed within seconds was often closed without a visit and without reading, for the sake of a figure.",
    ),
    evidence=Text(
        "派发与完成两个事件，用时（微秒），同组件数，以及按用时从快到慢的位次。",
        "The two events of offer and completion, the time taken in microseconds, the number of peers, and its place "
        "among them from the fastest.",
    ),
    mistakes=Text(
        "先办后录：工作人员现场办完再补录，系统中用时极短；重复件、误报件被即时关闭；批量导入。按渠道分组可排除大部分补录。",
        "Work done first and entered afterwards by staff; duplicates and wrong reports closed at once; bulk loading. "
        "Grouping by channel keeps most of what staff enter afterwards apart.",
    ),
    remedy=Text(
        "抽查现场照片与处置记录；确属先办后录的，改用相应渠道或登记真实办理时间。",
        "Look at the photographs and the record of a sample; where work was entered afterwards, use the channel for "
        "it, or enter when it was really done.",
    ),
    example=Text(
        "同类群众来电 400 件，通常 3 天办结，其中 1 件 20 秒办结：一条线索。",
        "Of 400 calls of one type, usually closed in three days, one was closed in 20 seconds: one finding.",
    ),
    source=Text(
        "风险目录 A 表 T06 与 B 表 M05：单侧低分位数，按渠道分层。",
        "Risk catalogue, list A, T06, and list B, M05: one-sided low quantile, stratified by channel.",
    ),
    needs=("work", "cases", "attr", "model_step"),
    parameters=(
        Parameter(
            name="floor",
            unit=Unit.SECONDS,
            default=60,
            least=1,
            most=86_400,
            what=Text("短于此数才可能被查出", "only what took less can be found"),
        ),
        Parameter(
            name="quantile",
            unit=Unit.PER_MILLE,
            default=10,
            least=1,
            most=500,
            what=Text("同组中最快的千分之几", "the fastest part of the peers that can be found"),
        ),
        Parameter(
            name="peers",
            unit=Unit.CASES,
            default=100,
            least=2,
            most=1_000_000,
            what=Text("同组至少有多少件才作判断", "the smallest group that is judged"),
        ),
        Parameter(
            name="attribute",
            unit=Unit.NAME,
            default="type",
            least=1,
            most=100,
            what=Text("表示请求类型的字段", "the field of the case data that holds the type of request"),
        ),
    ),
    query=f"""
WITH done AS ({_DONE}), placed AS (
  SELECT
    case_id, element, execution, offered_seq, closed_seq, closed_us, took_us,
    COUNT(*) OVER (PARTITION BY element, kind, channel) AS peers,
    COUNT(*) OVER (
      PARTITION BY element, kind, channel ORDER BY took_us NULLS FIRST
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS place
  FROM done
  WHERE kind IS NOT NULL
)
SELECT
  case_id AS subject,
  element || '#' || execution AS occurrence,
  closed_us AS occurred_us,
  case_id,
  element,
  offered_seq AS first_seq,
  closed_seq AS last_seq,
  took_us,
  peers,
  place
FROM placed
WHERE peers >= :peers AND took_us < :floor * 1000000 AND place * 1000 <= peers * :quantile
""",  # noqa: S608 - both parts stand here
    scope=f"""
WITH done AS ({_DONE}), counted AS (
  SELECT case_id, kind, COUNT(*) OVER (PARTITION BY element, kind, channel) AS peers
  FROM done
)
SELECT
  c.case_id,
  CASE
    WHEN d.case_id IS NULL THEN 'nothing-done'
    WHEN d.kind IS NULL THEN 'no-type'
    WHEN d.peers < :peers THEN 'few-peers'
  END AS reason
FROM cases AS c
LEFT JOIN counted AS d ON d.case_id = c.case_id
""",  # noqa: S608 - both parts stand here
    reasons={
        "nothing-done": Text(
            "尚无已完成且起止时刻齐全的人工工作", "no work of people is done yet, or the log lacks when it was offered"
        ),
        "no-type": Text("没有请求类型，无从比较", "no type of request to compare by"),
        "few-peers": Text("同组件数不足", "too few peers"),
    },
)
