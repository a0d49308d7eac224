"""Where a process is traced, commands and jobs are spans, and what is called outside goes on with the trace."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from running import SERVED, Running, definition

from ironcage import tracing
from ironcage.engine import UnknownCaseError
from ironcage.hooks import hookimpl

HEADERS: list[dict[str, str]] = []


class _Calling:
    @hookimpl
    def services(self):
        def ask(call):
            HEADERS.append(tracing.headers())
            return 1

        return {"ask": ask}


@pytest.fixture
def spans(monkeypatch):
    """What is traced."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    HEADERS.clear()
    return exporter


@pytest.fixture
def running():
    made = Running(":memory:", _Calling())
    made.engine.deploy(definition(*SERVED))
    yield made
    made.close()


def test_commands_and_jobs_are_spans_and_a_call_carries_the_trace(running, spans):
    running.engine.start("p", {"name": "Ann"}, key="A")
    running.engine.run_jobs()
    found = {span.name: span for span in spans.get_finished_spans()}
    assert {"ironcage.start", "ironcage.job"} <= found.keys()
    assert found["ironcage.start"].attributes == {"ironcage.about": "p"}
    job = found["ironcage.job"]
    assert {name: job.attributes[name] for name in ("ironcage.case", "ironcage.service", "ironcage.attempt")} == {
        "ironcage.case": "p/A",
        "ironcage.service": "ask",
        "ironcage.attempt": 1,
    }
    context = job.get_span_context()
    (given,) = HEADERS
    assert given["traceparent"].startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")
    assert not any("Ann" in str(span.attributes) for span in found.values())


def test_a_refused_command_is_a_span_with_the_kind_of_its_error(running, spans):
    with pytest.raises(UnknownCaseError):
        running.engine.cancel("p/nobody", "no need")
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert span.status.description is None
    assert span.attributes["error.type"] == "UnknownCaseError"
    assert span.events == ()


def test_without_opentelemetry_nothing_is_loaded_and_everything_runs():
    program = (
        "import sys\n"
        "from ironcage import tracing\n"
        "class A:\n"
        "    @tracing.traced\n"
        "    def act(self, name): return name\n"
        "with tracing.span('x', case='c'): pass\n"
        "assert A().act('p/A') == 'p/A'\n"
        "assert tracing.headers() == {}\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"
