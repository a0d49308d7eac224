"""Any history of commands, refused ones among them, leaves a database that is sound."""

from __future__ import annotations

from contextlib import suppress

from examples import examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from running import HOUR, Running, definition, within

from ironcage.engine.naming import find_case
from ironcage.engine.stepping import state_of
from ironcage.errors import RefusedError
from ironcage.machine import WaitKind

PROCESS = (
    {
        "s": "start", "m": "xor", "f": "and", "a": "user", "l": "boundary a PT3H", "b": "user", "w": "timer PT1H",
        "j": "and", "g": "xor", "c": "user", "e": "end", "t": "terminate",
    },
    "s -> m", "m -> f", "f -> a", "f -> b", "f -> w", "a -> j", "b -> j", "w -> j", "j -> g", "g -> m if x = 1",
    "g -> c if x = 2", "c -> e", "l -> t",
)  # fmt: skip
"""Three branches, one with a limit that terminates the case; rework if x is 1; no way on if it is 3."""

ACTORS = st.sampled_from(["amy", "bob", None])
NUMBERS = st.integers(1, 3)


class Histories(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.running = Running()
        self.engine = self.running.engine
        self.engine.deploy(definition(*PROCESS, said={"a": within(2), "b": within(1)}))
        self.cases: list[str] = []
        self.events: dict[str, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "running"):
            self.running.close()

    @rule(key=st.sampled_from("abc"), x=NUMBERS)
    def start(self, key: str, x: int) -> None:
        with suppress(RefusedError):
            self.cases.append(self.engine.start("p", {"x": x}, key=key))

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), actor=ACTORS, x=NUMBERS, what=st.sampled_from(["claim", "release", "complete", "complete"]))
    def act(self, data: st.DataObject, actor: str | None, x: int, what: str) -> None:
        tasks = self.engine.case(data.draw(st.sampled_from(self.cases))).tasks
        task = data.draw(st.sampled_from(tasks)).name
        before = self.running.dump()
        try:
            if what == "complete":
                self.engine.complete(task, {"x": x}, actor=actor)
            else:
                getattr(self.engine, what)(task, actor or "eve")
        except RefusedError:
            assert self.running.dump() == before

    @rule(minutes=st.integers(1, 300))
    def wait(self, minutes: int) -> None:
        self.engine.wake_until(self.running.clock.now() + minutes * HOUR // 60, self.running.clock)

    @rule()
    def retry(self) -> None:
        for incident in self.engine.incidents():
            self.engine.retry(incident.case)

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        self.engine.erase(data.draw(st.sampled_from(self.cases)), "an order")

    @invariant()
    def the_record_is_whole_and_only_grows(self) -> None:
        if not hasattr(self, "running"):
            return
        assert self.engine.verify().problems == []
        for case in self.cases:
            numbers = [event.seq for event in self.engine.case(case).events]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) >= self.events.get(case, 0)
            self.events[case] = len(numbers)

    @invariant()
    def the_rows_mirror_the_waits(self) -> None:
        if not hasattr(self, "running"):
            return
        rows = self.running.dump()
        waits: dict[bytes, dict[WaitKind, set[int]]] = {}
        with self.running.store.looking() as work:
            for case in self.cases:
                found = find_case(work, case)
                state = state_of(found)
                assert (found.wake, found.status == "open") == (state.wake_at(), not state.status)
                of_kind = waits.setdefault(found.id, {kind: set() for kind in WaitKind})
                for number, wait in state.waits.items():
                    of_kind[wait.kind].add(number)
        tasks = {(row[1], row[2]) for row in rows["tasks"] if row[15] is None}
        timers = {(row[1], row[2]) for row in rows["timers"]}
        assert tasks == {(case, n) for case, kinds in waits.items() for n in kinds[WaitKind.TASK]}
        alarms = (WaitKind.TIMER, WaitKind.DEADLINE)
        assert timers == {(case, n) for case, kinds in waits.items() for kind in alarms for n in kinds[kind]}


TestHistories = Histories.TestCase
TestHistories.settings = settings(examples(25), stateful_step_count=25)
