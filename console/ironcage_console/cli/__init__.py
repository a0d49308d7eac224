"""The ``ironcage`` command: one file a command in ``commands/``, loaded only when it is asked for."""

from ironcage_console.cli.main import main

__all__ = ["main"]
