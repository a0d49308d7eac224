"""Logs of other systems: taken into the record as they stand, or replayed through the engine."""

from ironcage.importing.log import Imported, import_log
from ironcage.importing.mapping import Mapping
from ironcage.importing.mapping_file import load, parse

__all__ = ["Imported", "Mapping", "import_log", "load", "parse"]
