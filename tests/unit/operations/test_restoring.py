"""An older backup that is restored: the seal names what was lost, and jobs done since are done again by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from running import SERVED, TWO_TASKS, Running, definition

from ironcage.hooks import hookimpl
from ironcage.operations.checking import check
from ironcage.record.keys import create_key
from ironcage.record.sealed import Seals
from ironcage.store.backup import backup

if TYPE_CHECKING:
    from pathlib import Path


class _Payment:
    """A service that knows the keys it was called with, as a careful receiver does."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    @hookimpl
    def services(self):
        def ask(call):
            self.keys.append(call.key)
            return 1

        return {"ask": ask}


def test_what_the_backup_does_not_hold_is_named_and_jobs_keep_their_keys(tmp_path: Path):
    payment = _Payment()
    running = Running(f"sqlite:///{tmp_path / 'cases.db'}", payment)
    running.engine.deploy(definition(*TWO_TASKS, key="p"))
    running.engine.deploy(definition(*SERVED, key="q"))
    running.engine.start("p", key="before")
    running.engine.start("q", key="paid")
    backup(running.store, tmp_path / "backup.db")

    running.engine.complete(running.open_task("p/before"), {}, actor="ann")
    running.engine.start("p", key="after")
    assert running.engine.run_jobs() == 1
    seal = running.engine.seal(create_key(tmp_path / "key.pem"))
    running.close()

    restored = Running(f"sqlite:///{tmp_path / 'backup.db'}", payment)
    assert check(restored.store).sound
    assert restored.engine.verify().whole, "the backup by itself is whole: only the seal tells"
    found = {(problem.kind.value, problem.case) for problem in restored.engine.verify(Seals([seal])).problems}
    assert found == {("cut-tail", "p/before"), ("dropped-case", "p/after"), ("cut-tail", "q/paid")}
    assert restored.engine.run_jobs() == 1
    restored.close()
    first, again = payment.keys
    assert first == again
