"""Regenerate the decision tables and the sample from the city's own records, byte for byte.

    python make_tables.py boston311-2011-q3.csv.gz

routing.dmn          queue -> department, as recorded: a queue has one department in every row.
routing_by_type.dmn  type -> departments, as recorded: 41 of 129 types have several, so the table collects them.
limits.dmn           type -> usual limit: the most frequent span from opening to target, rounded to whole days of
                     local time; the longer of two equally frequent ones; no rule for a type without such a span.
sample/              2,000 requests, drawn as clusters so that what a queue closed on one day stays together.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from pathlib import Path

Row = dict[str, str]

SAMPLE_SIZE = 2000
COLUMNS = ("case_enquiry_id", "open_dt", "target_dt", "closed_dt", "ontime", "type", "queue", "department", "source")
SOURCE = "City of Boston, 311 service requests opened July to September 2011 (open data, PDDL)"

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
             xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
             xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
             xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/"
             id="{id}_definitions" name="{id}" namespace="urn:ironcage:processes:service_request">
  <description>{source}</description>
  <decision id="{id}" name="{id}">
    <description>{description}</description>
    <variable id="{id}_variable" name="{id}"{typed}/>
    <informationRequirement id="{id}_requirement">
      <requiredInput href="#{input}_input"/>
    </informationRequirement>
    <decisionTable id="{id}_table" hitPolicy="{policy}">
      <input id="{id}_column" label="{input}">
        <inputExpression id="{id}_expression" typeRef="string">
          <text>{input}</text>
        </inputExpression>
      </input>
      <output id="{id}_output" name="{output}" typeRef="{kind}"/>
{rules}
    </decisionTable>
  </decision>
  <inputData id="{input}_input" name="{input}">
    <variable id="{input}_variable" name="{input}" typeRef="string"/>
  </inputData>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="diagram">
      <dmndi:DMNShape id="decision_shape" dmnElementRef="{id}">
        <dc:Bounds x="160" y="80" width="180" height="80"/>
      </dmndi:DMNShape>
      <dmndi:DMNShape id="input_shape" dmnElementRef="{input}_input">
        <dc:Bounds x="187" y="240" width="125" height="45"/>
      </dmndi:DMNShape>
      <dmndi:DMNEdge id="requirement_edge" dmnElementRef="{id}_requirement">
        <di:waypoint x="250" y="240"/>
        <di:waypoint x="250" y="160"/>
      </dmndi:DMNEdge>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""

RULE = """      <rule id="{id}">
        <description>{description}</description>
        <inputEntry id="{id}_if"><text>{given}</text></inputEntry>
        <outputEntry id="{id}_then"><text>{then}</text></outputEntry>
      </rule>"""


def main(log: Path, folder: Path) -> None:
    """Write the three tables and the sample that *log* gives into *folder*."""
    with gzip.open(log, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    written = {
        "routing.dmn": routing(rows, "routing", "queue", "按工作队列确定承办部门。The department of a queue."),
        "routing_by_type.dmn": routing(
            rows,
            "routing_by_type",
            "type",
            "请求类型的承办部门，部分类型有多个。The departments of a type; some have several.",
            "COLLECT",
        ),
        "limits.dmn": limits(rows),
        f"sample/{log.name.split('.')[0]}-sample.csv": sample(rows),
    }
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")


def routing(rows: list[Row], name: str, by: str, description: str, policy: str = "UNIQUE") -> str:
    """Return the table that gives the departments recorded for each value of the column *by*."""
    seen = Counter((row[by], row["department"]) for row in rows)
    rules = [(given, quoted(department), requests(count)) for (given, department), count in sorted(seen.items())]
    return table(name, by, ("department", "string"), description, rules, policy)


def limits(rows: list[Row]) -> str:
    """Return the table that gives the usual limit of each type."""
    spans: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row["target_dt"]:
            span = datetime.fromisoformat(row["target_dt"]) - datetime.fromisoformat(row["open_dt"])
            if (days := round(span / timedelta(days=1))) > 0:
                spans[row["type"]][days] += 1
    rules = []
    for kind, counted in sorted(spans.items()):
        count, days = max((count, days) for days, count in counted.items())
        rules.append((kind, f'duration("P{days}D")', f"{count} / {requests(counted.total())}"))
    description = "请求类型的常规时限：记录期限中最常见者。The usual limit of a type: the most frequent recorded one."
    return table("usual_limit", "type", ("limit", "days and time duration"), description, rules)


def table(
    name: str,
    given: str,
    output: tuple[str, str],
    description: str,
    rules: list[tuple[str, str, str]],
    policy: str = "UNIQUE",
) -> str:
    """Return a DMN file that holds one table with one input; where it collects, its result is a list."""
    written = [
        RULE.format(
            id=f"{name}_{number}",
            description=escape(source, quote=False),
            given=escape(quoted(value), quote=False),
            then=escape(result, quote=False),
        )
        for number, (value, result, source) in enumerate(rules, 1)
    ]
    return TABLE.format(
        id=name,
        source=SOURCE,
        description=description,
        kind=output[1],
        typed=f' typeRef="{output[1]}"' if policy == "UNIQUE" else "",
        policy=policy,
        input=given,
        output=output[0],
        rules="\n".join(written),
    )


def sample(rows: list[Row]) -> str:
    """Return about 2,000 rows as CSV, in their order, with only the columns the process reads.

    A cluster is what one queue closed on one day, or one request that is still open. Clusters are ordered by the
    SHA-256 of their name; the first of each department comes first, and each that still fits is taken whole.
    """
    clusters: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        closed = row["closed_dt"]
        clusters[f"{row['queue']}|{closed[:10]}" if closed else row["case_enquiry_id"]].append(row)
    ordered = sorted(clusters.items(), key=lambda cluster: sha256(cluster[0].encode()).digest())
    firsts = {members[0]["department"]: name for name, members in reversed(ordered)}
    ordered.sort(key=lambda cluster: cluster[0] not in firsts.values())
    drawn: set[str] = set()
    for _, members in ordered:
        if len(drawn) + len(members) <= SAMPLE_SIZE:
            drawn.update(row["case_enquiry_id"] for row in members)
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row["case_enquiry_id"] in drawn)
    return file.getvalue()


def quoted(text: str) -> str:
    """Return *text* as a FEEL string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def requests(count: int) -> str:
    """Return how many requests carry a rule, in words."""
    return f"{count} request{'' if count == 1 else 's'}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
