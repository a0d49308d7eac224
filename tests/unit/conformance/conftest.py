"""Small suites of our own."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from written_models import written

from ironcage.conformance import read_manifest


@pytest.fixture
def suite(tmp_path):
    """Return a maker of manifests: of the test ``t`` on *text*, a file as ``written_models`` writes it."""

    def make(text, *, constraint=None, digest=None, **trial):
        def entry(name, source):
            (tmp_path / name).write_bytes(source)
            return {"id": name, "file": name, "sha256": digest or sha256(source).hexdigest()}

        case = {"n": 1, "vars": {}, "parallel_process": False, "delay_ms": 0, "expect": [], **trial}
        test = {**entry("t", written(text).source), "process_id": "p", "cases": [case]}
        constraints = [entry("c", written(constraint).source)] if constraint else []
        (tmp_path / "manifest.json").write_text(json.dumps({"tests": [test], "constraints": constraints}))
        return read_manifest(tmp_path / "manifest.json")

    return make
