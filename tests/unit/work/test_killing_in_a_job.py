"""A job whose process is killed: tried again after its lease, with the same key, and stopped in the end."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest
from running import BEGIN, SERVED, Running, definition

from ironcage.engine.jobs import claim_own
from ironcage.engine.leases import LEASE, PAUSES
from ironcage.hooks import hookimpl
from ironcage.settings import NOTHING_SET

SCRIPT = """
import os, signal, sys
from running import Running
from ironcage.hooks import hookimpl

class Killing:
    @hookimpl
    def services(self):
        def ask(call):
            print(call.key, call.attempt, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        return {{"ask": ask}}

running = Running({url!r}, Killing())
running.clock.move_to({now})
running.engine.run_jobs()
print("survived", flush=True)
"""


class Answering:
    def __init__(self):
        self.calls = []

    @hookimpl
    def services(self):
        def ask(call):
            self.calls.append(call)
            return 7

        return {"ask": ask}


@pytest.fixture
def url(tmp_path):
    made = f"sqlite:///{tmp_path / 'cases.db'}"
    running = Running(made)
    running.engine.deploy(definition(*SERVED))
    running.engine.start("p", key="k")
    running.close()
    return made


def _killed(url, pythonpath, now):
    script = SCRIPT.format(url=url, now=now)
    command = [sys.executable, "-c", script]
    child = subprocess.run(command, capture_output=True, text=True, env=pythonpath, timeout=60, check=False)
    assert child.returncode == -9, child.stderr
    return child.stdout.split()


def test_a_job_whose_process_was_killed_is_run_again_after_its_lease_with_the_same_key(url, pythonpath):
    key, attempt = _killed(url, pythonpath, BEGIN)
    answering = Answering()
    running = Running(url, answering)
    running.clock.move_to(BEGIN + LEASE - 1)
    assert running.engine.run_jobs() == 0
    running.clock.move_to(BEGIN + LEASE)
    assert running.engine.run_jobs() == 1
    (call,) = answering.calls
    assert (call.key, call.attempt, attempt) == (key, 2, "1")
    assert [each.outcome for each in running.engine.attempts(f"p/k/{key.rpartition('-')[2]}")] == ["lost", "done"]
    assert running.engine.verify().whole
    running.close()


def test_a_job_that_kills_every_process_is_stopped(url, pythonpath):
    running, now = Running(url), BEGIN
    for _ in PAUSES[1:]:  # taken, and never answered
        running.store.run(partial(claim_own, site=NOTHING_SET, now=now))
        now += LEASE
    for attempt in (len(PAUSES), len(PAUSES) + 1):
        assert _killed(url, pythonpath, now)[1] == str(attempt)
        now += LEASE
    running.clock.move_to(now)
    assert running.engine.run_jobs() == 0
    (incident,) = running.engine.incidents()
    assert (incident.case, incident.kind) == ("p/k", "AttemptLostError")
    assert {each.outcome for each in running.engine.attempts(incident.job)} == {"lost"}
    running.close()
