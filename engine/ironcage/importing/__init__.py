"""Logs of other systems: taken into the record as they stand, or replayed through the engine."""

from ironcage.importing.lines import NoLogError
from ironcage.importing.log import Imported, import_log
from ironcage.importing.mapping import Mapping
from ironcage.importing.mapping_file import NoMappingError, load, parse
from ironcage.importing.rejects import RejectsError
from ironcage.importing.replay import ForeignCaseError, NotReplayableError, OtherWayError, Replayed, replay

__all__ = [
    "ForeignCaseError",
    "Imported",
    "Mapping",
    "NoLogError",
    "NoMappingError",
    "NotReplayableError",
    "OtherWayError",
    "RejectsError",
    "Replayed",
    "import_log",
    "load",
    "parse",
    "replay",
]
