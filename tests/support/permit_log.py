"""A small log of permits and its mapping, for tests of importing; and where the shipped process and sample are."""

from __future__ import annotations

from pathlib import Path

from ironcage.importing import Mapping, parse

PROCESS = Path(__file__).parents[2] / "processes" / "service_request"
SAMPLE = PROCESS / "sample" / "boston311-2011-q3-sample.csv"

HEADER = "id,kind,fee,opened,closed"
GOOD = "7,树木,12.50,2011-07-01 08:00:00,2011-07-02 09:30:00"
OPEN = "8,路灯,,2011-07-01 08:05:00,"
MAPPING = """
process = "permit"
[file]
encoding = "ENCODING"
[time]
zone = "America/New_York"
format = "FORMAT"
[case]
key = "id"
[data]
kind = { column = "kind", kind = "text", audit = true, required = true }
fee = { column = "fee", kind = "number" }
[[event]]
transition = "start"
at = "opened"
data = ["kind", "fee"]
[[event]]
element = "decide"
transition = "complete"
at = "closed"
optional = true
[[event]]
transition = "complete"
at = "closed"
optional = true
"""


def mapping(encoding: str = "utf-8", form: str = "iso") -> Mapping:
    """Return the mapping of the log of permits."""
    return parse(MAPPING.replace("ENCODING", encoding).replace("FORMAT", form).encode(), "permit.toml")


def content(*lines: str) -> bytes:
    """Return a log of *lines* under the header."""
    return ("\n".join((HEADER, *lines)) + "\n").encode()
