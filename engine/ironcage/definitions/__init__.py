"""Process folders: what a process folder holds, read, checked by both readers and compiled."""

from ironcage.definitions.comparison import disagreement
from ironcage.definitions.definition import Definition, digest
from ironcage.definitions.loading import NoFolderError, check, check_file, load, load_files, restore
from ironcage.definitions.schema import DataField, DataProblem, DataRefusedError, DataSchema

__all__ = [
    "DataField",
    "DataProblem",
    "DataRefusedError",
    "DataSchema",
    "Definition",
    "NoFolderError",
    "check",
    "check_file",
    "digest",
    "disagreement",
    "load",
    "load_files",
    "restore",
]
