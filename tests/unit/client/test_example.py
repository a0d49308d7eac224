"""The worker that the reference shows works against the real service."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from running import SERVED, definition
from serving import Serving

from ironcage.settings import Site
from ironcage_console.scope import Scope

PAGE = Path(__file__).parents[3] / "docs/reference/api.md"


def test_the_worker_of_the_reference_does_jobs_until_it_is_stopped(tmp_path):
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    serving = Serving(tmp_path, site=Site(topics=frozenset({"print"})))
    nodes = {name: kind.replace("service ask", "service print") for name, kind in SERVED[0].items()}
    serving.engine.deploy(definition(nodes, *SERVED[1:]))
    serving.engine.start("p", {"name": "王"}, key="K-1")
    key = serving.key(Scope.JOBS, topics=["print"])
    surroundings = {**os.environ, "IRONCAGE_URL": serving.url, "IRONCAGE_KEY": key, "NO_PROXY": "*"}
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=surroundings)
    assert worker.stdout is not None
    said = worker.stdout.readline()
    worker.send_signal(signal.SIGTERM)
    rest, _ = worker.communicate(timeout=60)
    assert (said.split()[:2], rest, worker.returncode) == (["printed", "p/K-1"], "", 0)
    assert [task.element for task in serving.engine.tasks(case="p/K-1")] == ["b"]
    assert serving.engine.case("p/K-1").variables["x"] == 1
    serving.close()
