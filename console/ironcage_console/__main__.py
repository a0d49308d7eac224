"""``python -m ironcage_console``: the ``ironcage`` command, for where it is not on the path."""

from ironcage_console.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
