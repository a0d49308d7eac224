"""Running cases on another version of their process: what corresponds to what, what is unsafe, what changes. Pure."""

from ironcage.migration.correspondence import Correspondence, MappingRefusedError, correspondence
from ironcage.migration.effects import Renamed, effects
from ironcage.migration.migrating import Migrated, migrate
from ironcage.migration.remarks import Remark

__all__ = [
    "Correspondence",
    "MappingRefusedError",
    "Migrated",
    "Remark",
    "Renamed",
    "correspondence",
    "effects",
    "migrate",
]
