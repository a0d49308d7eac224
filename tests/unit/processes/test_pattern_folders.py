"""The patterns pass the gate; those that multiply tokens on purpose are told so, and nothing else is said of any."""

from __future__ import annotations

from pathlib import Path

from ironcage.definitions import check
from ironcage.faults import Level
from ironcage.resources import folder

MULTIPLYING = {
    "wcp08_multi_merge",
    "wcp28_blocking_discriminator",
    "wcp29_cancelling_discriminator",
    "wcp33_generalized_and_join",
    "wcp41_thread_merge",
    "wcp42_thread_split",
}


def test_the_patterns_pass_the_gate_and_only_those_that_multiply_tokens_are_warned_of():
    patterns = sorted(each for each in (folder("processes") / "patterns").iterdir() if each.is_dir())
    faults = check(*patterns)
    assert [str(fault) for fault in faults if fault.level is Level.ERROR] == []
    assert {Path(fault.file).parent.name for fault in faults} == MULTIPLYING
    assert {fault.rule for fault in faults} <= {"multiplied-tokens", "starved-activity"}
