"""What a worker hears of other processes while it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import SurroundingsError

if TYPE_CHECKING:
    from ironcage.store import Store
    from ironcage.store.hints import Hints
    from ironcage.work.bell import Bell


class Ear:
    """Listens for hints of other processes, as long as it can; who hears nothing looks for himself, only later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hints: Hints | None = None

    def open(self) -> None:
        """Listen from now on, unless it is listened already or cannot be."""
        if self._hints is not None:
            return
        try:
            self._hints = self._store.listen()
        except SurroundingsError:
            self._hints = None  # whoever needs the database itself will say that it is away

    def rest(self, bell: Bell, seconds: float) -> None:
        """Wait so long, or until *bell* rings, or until a hint comes."""
        bell.wait(seconds, self._hints)
        if self._hints is not None and not self._hints.hear():
            self.close()

    def close(self) -> None:
        """Listen no more."""
        if self._hints is not None:
            self._hints.close()
            self._hints = None
