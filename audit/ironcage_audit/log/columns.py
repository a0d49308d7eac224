"""The views a rule may read, and every column of each: the one list that the tables, the profile and the page share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ironcage.messages import Text


class Type(StrEnum):
    """What a column holds; there is no other type, so that every database compares the same."""

    INTEGER = "INTEGER"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a view."""

    name: str
    type: Type
    what: Text
    empty: bool = True
    """Whether it can be null."""


@dataclass(frozen=True, slots=True)
class View:
    """One view: what a row is, its columns, and the columns that tell its rows apart."""

    name: str
    what: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _integer(name: str, zh: str, en: str, *, empty: bool = True) -> Column:
    return Column(name, Type.INTEGER, Text(zh, en), empty)


def _text(name: str, zh: str, en: str, *, empty: bool = True) -> Column:
    return Column(name, Type.TEXT, Text(zh, en), empty)


_CASE = _text("case_id", "案件，“流程/编号”", "The case, as `process/key`.", empty=False)
_PROCESS = _text("process", "流程标识", "The key of the process definition.", empty=False)
_ELEMENT = _text(
    "element",
    "BPMN 元素标识，迁移过的案件用读取时所在版本的标识；导入日志中为环节名称",
    "The id of the BPMN element, in a migrated case that of the version it runs on at the reading; the activity of an "
    "imported log.",
    empty=False,
)

_EV = View(
    "ev",
    Text(
        "事件：每条已记录的事实一行。全序为（case_id, t_us, seq）。",
        "Events: a row for each recorded fact. The total order is (case_id, t_us, seq).",
    ),
    ("case_id", "seq"),
    (
        _CASE,
        _integer("seq", "案件内序号，1、2、3……，连续", "1, 2, 3, ... within the case, without a gap.", empty=False),
        _text(
            "kind",
            "对象：case、activity、event、deadline、record",
            "What it is about: case, activity, event, deadline or record.",
            empty=False,
        ),
        _text(
            "transition",
            "生命周期：schedule、assign、release、start、resolve、complete、withdraw、pi_abort、missed、erase、migrate",
            "What happened to it: schedule, assign, release, start, resolve, complete, withdraw, pi_abort, missed, "
            "erase or migrate.",
            empty=False,
        ),
        _ELEMENT,
        _integer(
            "execution",
            "该元素在案件中的第几次执行，从 1 起",
            "The n-th execution of the element, from 1.",
            empty=False,
        ),
        _text("actor", "经办人", "Who did it."),
        _text("role", "角色", "In what capacity."),
        _text("unit", "单位", "For which unit."),
        _integer(
            "t_us",
            "发生时刻：1970-01-01 UTC 起的微秒数",
            "When it happened: microseconds since 1970-01-01, UTC.",
            empty=False,
        ),
        _integer(
            "recorded_us", "记录时刻；导入日志未说明时为空", "When it was written down; null if a log does not say."
        ),
        _integer("local_day", "当地日期，如 20110701", "The local day, for example 20110701.", empty=False),
        _integer("local_weekday", "当地星期，1（周一）至 7（周日）", "1 for Monday to 7 for Sunday.", empty=False),
        _integer("local_hour", "当地小时，0 至 23", "0 to 23, local.", empty=False),
        _integer("due_us", "期限时刻", "The due instant it sets or is about."),
        _text("channel", "渠道", "Through which channel it came."),
        _integer("latitude_e7", "纬度，单位 1e-7 度", "Latitude in units of 1e-7 degree."),
        _integer("longitude_e7", "经度，单位 1e-7 度", "Longitude in units of 1e-7 degree."),
        _text("crs", "坐标系，如 EPSG:4326", "The coordinate system, for example EPSG:4326."),
    ),
)

_CASES = View(
    "cases",
    Text("案件：截至读取时刻，每案一行。", "Cases: a row for each, as it stood at the instant of the reading."),
    ("case_id",),
    (
        _CASE,
        _PROCESS,
        _text("case_key", "案件编号，在流程内唯一", "The key of the case, unique within its process.", empty=False),
        _integer(
            "version",
            "读取时所在的流程定义版本；导入日志中可为空",
            "The version of the definition it runs on at the reading; may be null for a log.",
        ),
        _text("origin", "来源：engine 或 import", "Where it ran: engine or import.", empty=False),
        _integer("opened_us", "立案时刻", "When it was opened.", empty=False),
        _integer("closed_us", "结案时刻；未结为空", "When it was closed; null while open."),
        _text(
            "outcome", "结果：complete、pi_abort；未结为空", "How it was closed: complete or pi_abort; null while open."
        ),
        _integer("due_us", "全案期限", "The due instant of the whole case."),
        _text("channel", "受理渠道：首个写明渠道的事件", "The first channel one of its events names."),
        _integer("opened_seq", "立案事件的序号", "The seq of the event that opened it.", empty=False),
        _integer("closed_seq", "结案事件的序号", "The seq of the event that closed it."),
    ),
)

_WORK = View(
    "work",
    Text(
        "工作：每个环节的每次执行一行，大多数规则读它。",
        "Work: a row for each execution of an activity. Most rules want this one.",
    ),
    ("case_id", "element", "execution"),
    (
        _CASE,
        _ELEMENT,
        _integer("execution", "第几次执行", "The n-th execution.", empty=False),
        _text("actor", "完成者，未完成时为签收人", "Who completed it, else who has claimed it."),
        _text("role", "角色", "The role it was offered to."),
        _text("unit", "单位", "The unit it was offered to."),
        _integer("offered_us", "派发时刻；日志只记完成时为空", "When it was offered; null if a log has only its end."),
        _integer("claimed_us", "最近一次签收时刻", "When it was last claimed."),
        _integer("due_us", "期限时刻（最近一次设定）", "Its due instant, as last set."),
        _integer(
            "closed_us",
            "完成或撤回时刻；未完为空；随案件结束的为结案时刻",
            "When it was completed or withdrawn, at the latest with its case; null while open.",
        ),
        _text("outcome", "结果：complete、withdraw；未完为空", "How it ended: complete or withdraw; null while open."),
        _integer("offered_seq", "首个事件的序号", "The seq of its first event.", empty=False),
        _integer("closed_seq", "结束它的事件的序号", "The seq of the event that ended it."),
    ),
)

_ATTR = View(
    "attr",
    Text(
        "属性：案件数据中标记为 audit 的字段，取截至读取时刻的最新值。",
        "Attributes: the fields of the case data marked for audit, each with its latest value at the reading.",
    ),
    ("case_id", "name"),
    (
        _CASE,
        _text("name", "字段名", "The name of the field.", empty=False),
        _text("value", "值的文本形式", "The value as text."),
        _integer("number", "值为整数时的数值", "The value where it is a whole number."),
        _integer("seq", "带来该值的事件序号", "The seq of the event that brought it.", empty=False),
    ),
)

_DF_PAIRS = View(
    "df_pairs",
    Text(
        "直接后继：同一案件中按（t_us, seq）相邻的两次环节完成。",
        "Directly follows: two completions of activities next to each other in a case, ordered by (t_us, seq).",
    ),
    ("case_id", "second_seq"),
    (
        _CASE,
        _text("first_element", "前一环节", "The activity completed first.", empty=False),
        _text("second_element", "后一环节", "The activity completed next.", empty=False),
        _integer("first_seq", "前一完成事件的序号", "The seq of the first completion.", empty=False),
        _integer("second_seq", "后一完成事件的序号", "The seq of the second completion.", empty=False),
        _integer("gap_us", "两次完成相隔的微秒数", "The microseconds between the two.", empty=False),
    ),
)

_MODEL_STEP = View(
    "model_step",
    Text("模型步骤：流程定义每个版本的每个元素一行。", "Steps of the model: a row for each element of each version."),
    ("process", "version", "element"),
    (
        _PROCESS,
        _integer("version", "版本", "The version of the definition.", empty=False),
        _text("element", "BPMN 元素标识", "The id of the BPMN element.", empty=False),
        _text("kind", "BPMN 元素类型，如 userTask", "Its BPMN element, for example userTask.", empty=False),
        _text("name", "名称", "Its name.", empty=False),
        _text("lane", "泳道", "Its lane."),
        _integer(
            "mandatory", "每条正常路径都经过为 1，否则为 0", "1 if every normal path takes it, else 0.", empty=False
        ),
    ),
)

_SEPARATION = View(
    "separation",
    Text(
        "职责分离：模型规定不得由同一人办理的两个环节。",
        "Separation of duties: activities that must not share an actor.",
    ),
    ("process", "version", "element", "other"),
    (
        _PROCESS,
        _integer("version", "版本", "The version of the definition.", empty=False),
        _text("element", "受限的环节", "The activity that is restricted.", empty=False),
        _text("other", "其经办人不得办理前者的环节", "The activity whose actors must not do it.", empty=False),
    ),
)

VIEWS: dict[str, View] = {view.name: view for view in (_EV, _CASES, _WORK, _ATTR, _DF_PAIRS, _MODEL_STEP, _SEPARATION)}
"""Every view a rule may name."""
